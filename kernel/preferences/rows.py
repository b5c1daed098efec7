"""Reading and writing the rows of settings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update

from kernel.db import session
from kernel.jobs.upsert import insert_new
from kernel.preferences.models import SettingsVersion, StoredSetting
from kernel.preferences.scopes import Place

_VERSION = "settings"


def read(addon: str, place: Place) -> dict[str, dict[str, Any]]:
    """Everything that is set for ``place``, by name, as stored."""
    query = select(StoredSetting.name, StoredSetting.value).where(_at(addon, place))
    return {row.name: row.value for row in session().execute(query)}


def write(addon: str, place: Place, values: Mapping[str, Mapping[str, Any]], reset: Collection[str]) -> None:
    """Store ``values``, forget those in ``reset``, and raise the version. Call inside a transaction."""
    for name, value in values.items():
        row = {"addon": addon, "scope": place.scope, "scope_id": place.id, "name": name, "value": value}
        if not insert_new(StoredSetting, row):
            there = _at(addon, place) & (StoredSetting.name == name)
            session().execute(update(StoredSetting).where(there).values(value=value))
    if reset:
        session().execute(delete(StoredSetting).where(_at(addon, place), StoredSetting.name.in_(reset)))
    raise_version()


def count(addon: str) -> int:
    """How many values are set for ``addon``, for whatever place."""
    return session().scalar(select(func.count()).select_from(StoredSetting).where(StoredSetting.addon == addon)) or 0


def secrets() -> list[tuple[str, dict[str, Any]]]:
    """Full name and stored form of every secret of every addon."""
    query = select(StoredSetting.addon, StoredSetting.name, StoredSetting.value)
    return [(f"{row.addon}.{row.name}", row.value) for row in session().execute(query) if "secret" in row.value]


def forget(addon: str) -> None:
    """Remove everything that was set for ``addon``. Call inside a transaction."""
    session().execute(delete(StoredSetting).where(StoredSetting.addon == addon))
    raise_version()


def version() -> int:
    """The number of changes so far."""
    return session().scalar(select(SettingsVersion.version).where(SettingsVersion.name == _VERSION)) or 0


def raise_version() -> None:
    """Tell every process that something has changed. Call inside a transaction."""
    insert_new(SettingsVersion, {"name": _VERSION, "version": 0})
    raised = update(SettingsVersion).where(SettingsVersion.name == _VERSION).values(version=SettingsVersion.version + 1)
    session().execute(raised)


def _at(addon: str, place: Place) -> ColumnElement[bool]:
    return (StoredSetting.addon == addon) & (StoredSetting.scope == place.scope) & (StoredSetting.scope_id == place.id)
