"""Tables of settings: what was changed from its default, and a number that rises with every change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Model


class StoredSetting(Model):
    """A value that somebody set, for the whole site or for one object of a scope."""

    __tablename__ = "kernel_setting"
    __table_args__ = (UniqueConstraint("addon", "name", "scope", "scope_id"),)

    addon: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(100))
    scope: Mapped[str] = mapped_column(String(64), default="")
    """Name of the scope; empty for the whole site."""
    scope_id: Mapped[str] = mapped_column(String(36), default="")
    value: Mapped[dict[str, Any]]
    """``{"value": ...}`` as it was given, or ``{"secret": ...}`` encrypted."""


class SettingsVersion(Model):
    """One row: raised by every change, so that each process knows by one small query whether it is up to date."""

    __tablename__ = "kernel_settings_version"

    name: Mapped[str] = mapped_column(String(20), unique=True)
    version: Mapped[int] = mapped_column(default=0)
