"""Preferences: settings of each addon, by schema, live in every process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Flask

from kernel.addons.discovery import owner_of
from kernel.preferences import views
from kernel.preferences.declared import UnknownSetting
from kernel.preferences.scopes import SettingScope, setting_scope
from kernel.preferences.service import Preferences
from kernel.runtime import platform as current_platform

if TYPE_CHECKING:
    from kernel.runtime import Platform

__all__ = ["Preferences", "SettingScope", "UnknownSetting", "init_app", "setting", "setting_scope", "views"]


def init_app(app: Flask, platform: Platform) -> None:
    """Put the settings on ``platform.preferences``."""
    platform.preferences = Preferences(platform)


def setting(name: str, scope: tuple[str, UUID] | None = None) -> Any:
    """The value of the calling addon's own setting: ``setting("rate")``, ``setting("rate", ("market", market.id))``.

    The addon is that of the module in which the call stands, whoever called it. Raises `UnknownSetting`.
    """
    owner = owner_of(sys._getframe(1).f_globals["__name__"])
    return current_platform.preferences.get(f"{owner}.{name}", scope)
