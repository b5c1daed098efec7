"""Cursors: where a page ended, signed, so that what comes back is what we sent."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from kernel.crypto import keyed_hash
from kernel.errors import BadRequest, FieldError
from kernel.rest.messages import Message

_MARK = 16
_READERS: dict[str, Callable[[Any], Any]] = {
    "=": lambda value: value,
    "t": dt.datetime.fromisoformat,
    "d": dt.date.fromisoformat,
    "u": UUID,
    "n": decimal.Decimal,
}


class Position(NamedTuple):
    """After which row a page begins: the order it was in, the row's value there, and its key."""

    sort: str
    value: Any
    key: Any


def write_cursor(position: Position, salt: str) -> str:
    """The cursor for ``position`` in the list called ``salt``."""
    payload = orjson.dumps([position.sort, *_tagged(position.value), *_tagged(position.key)])
    return urlsafe_b64encode(_mark(payload, salt) + payload).decode().rstrip("=")


def read_cursor(cursor: str, salt: str) -> Position:
    """The position that a cursor of the list ``salt`` names. Raises `BadRequest` for anything that isn't one."""
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        mark, payload = raw[:_MARK], raw[_MARK:]
        ours = hmac.compare_digest(mark, _mark(payload, salt))
    except ValueError:  # no base64, or no text inside
        ours = False
    if not ours:
        raise bad_cursor()
    sort, value_tag, value, key_tag, key = orjson.loads(payload)
    return Position(sort, _READERS[value_tag](value), _READERS[key_tag](key))


def bad_cursor() -> BadRequest:
    """The problem for a cursor that isn't one of this list."""
    message = Message("bad_cursor", "This is not a cursor of this list; begin again without one.")
    return BadRequest(errors=[FieldError("/query/cursor", message.code, message.localized())])


def _mark(payload: bytes, salt: str) -> bytes:
    return keyed_hash("cursor", f"{salt}\n{payload.decode()}")[:_MARK].encode()


def _tagged(value: Any) -> tuple[str, Any]:
    if isinstance(value, dt.datetime):
        return "t", value.isoformat()
    if isinstance(value, dt.date):
        return "d", value.isoformat()
    if isinstance(value, UUID):
        return "u", str(value)
    if isinstance(value, decimal.Decimal):
        return "n", str(value)
    return "=", value.name if isinstance(value, enum.Enum) else value
