"""Identity: principals, tokens, sessions, permissions, roles, scopes and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernel.identity import models, permissions
from kernel.identity.identity import Identity
from kernel.identity.tokens import configure

if TYPE_CHECKING:
    from flask import Flask

    from kernel.runtime import Platform

__all__ = ["Identity", "init_app", "models", "permissions"]


def init_app(app: Flask, platform: Platform) -> None:
    """Set up `platform.identity`; it hears of revocations and changed roles at each look of the gate's watcher."""
    configure(app, platform.settings)
    platform.identity = Identity(platform)
    platform.gate.on_poll(platform.identity.signals.poll)
