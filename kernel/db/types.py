"""Column types that behave alike on PostgreSQL and SQLite, and the keys that every row has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine
from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new UUIDv7: unique anywhere, and later ones sort after earlier ones of the same process."""
    return uuid7()


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: aware datetimes in, aware datetimes in UTC out. Refuses naive ones with ValueError."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any aware datetime into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; use kernel.clock.now() or give it tzinfo=UTC.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Name the zone, which SQLite doesn't store."""
        return None if value is None else value.replace(tzinfo=UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Nothing to do on PostgreSQL: our connections speak UTC, and psycopg answers with aware datetimes."""
        if dialect.name == "postgresql":
            return None
        return super().result_processor(dialect, coltype)


class JSON(TypeDecorator[Any]):
    """Any JSON value; ``jsonb`` on PostgreSQL. None is stored as SQL NULL.

    A change inside the value isn't noticed: assign a new one.
    """

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose ``jsonb`` where there is one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(sa.JSON(none_as_null=True))

    def coerce_compared_value(self, op: Any, value: object) -> TypeEngine[Any]:
        """Let ``column["key"] == value`` compare as JSON does."""
        return self.impl_instance.coerce_compared_value(op, value)
