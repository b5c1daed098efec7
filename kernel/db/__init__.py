"""The database: models, sessions, transactions, extension of others' tables, migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from kernel.clock import now
from kernel.db.database import Database
from kernel.db.extend import Extension, Field, apply_extension, extend, extensions_of
from kernel.db.failures import DatabaseAway, WritersCollided
from kernel.db.model import Model, ModelRefused
from kernel.db.money import CurrencyMismatch, Money, money
from kernel.db.sessions import after_commit, read_connection, session
from kernel.db.softdelete import SoftDelete
from kernel.db.transactions import transaction
from kernel.db.types import JSON, UTCDateTime, new_id

if TYPE_CHECKING:
    from kernel.runtime import Platform

__all__ = [
    "JSON",
    "CurrencyMismatch",
    "Database",
    "DatabaseAway",
    "Extension",
    "Field",
    "Model",
    "ModelRefused",
    "Money",
    "SoftDelete",
    "UTCDateTime",
    "WritersCollided",
    "after_commit",
    "apply_extension",
    "extend",
    "extensions_of",
    "init_app",
    "money",
    "new_id",
    "now",
    "read_connection",
    "session",
    "transaction",
]


def init_app(app: Flask, platform: Platform) -> None:
    """Give the app its database. Nothing connects before the first query."""
    platform.db = Database(platform.settings, platform.role)
    app.teardown_appcontext(platform.db.close_session)
