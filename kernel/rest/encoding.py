"""JSON through orjson: what answers are made of, and the provider that Flask uses."""

from __future__ import annotations

import decimal
from collections.abc import Mapping
from typing import Any

import orjson
from flask.json.provider import JSONProvider

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
JSON_TYPE = "application/json"


def _plain(value: Any) -> Any:
    """What orjson doesn't know: exact numbers as text, money and sets as JSON has them."""
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "amount") and hasattr(value, "currency"):
        return {"amount": value.amount, "currency": value.currency}
    raise TypeError(f"{type(value).__name__} is not JSON; declare a schema with @blp.response.")


def encode(value: object) -> bytes:
    """JSON bytes of ``value``. UUIDs, enums, dates and dataclasses are known. Raises TypeError for what JSON lacks."""
    try:
        return orjson.dumps(value, default=_plain, option=_OPTIONS)
    except orjson.JSONEncodeError as error:
        raise error.__cause__ or error from None


class OrjsonProvider(JSONProvider):
    """`app.json`."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """JSON text; formatting options of other libraries are not taken."""
        return encode(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The value in the JSON text. Raises ValueError when it is none (NaN and Infinity are none)."""
        return orjson.loads(s)
