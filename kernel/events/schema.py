"""From annotations to what is published: for each type a JSON schema and a strict way into JSON."""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

from kernel.db import Money

Encode = Callable[[Any, str], Any]


@dataclass(frozen=True, slots=True)
class Codec:
    """How one annotation is published. ``encode(value, where)`` raises TypeError naming ``where`` and the rule."""

    schema: dict[str, Any]
    encode: Encode


def codec_for(annotation: Any, where: str) -> Codec:
    """The codec of an annotation; TypeError, naming ``where``, for a type that cannot be published."""
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Literal and all(isinstance(choice, str) for choice in args):
        return Codec({"type": "string", "enum": list(args)}, _choice(args))
    if origin in (Union, types.UnionType):
        return _union(args, where)
    if origin in (list, tuple) and (origin is list or (len(args) == 2 and args[1] is Ellipsis)):
        return _array(codec_for(args[0], f"{where}[]"), origin)
    if origin is dict and args[0] is str:
        return _mapping(codec_for(args[1], f"{where}{{}}"))
    if dataclasses.is_dataclass(annotation) and isinstance(annotation, type):
        return object_codec(annotation, where)
    raise TypeError(
        f"{where}: {annotation!r} cannot be published. Use str, int, float, bool, UUID, datetime, date, Decimal, "
        "Money, Literal['...'], list[...], tuple[..., ...], dict[str, ...], ... | None, or a dataclass of these."
    )


def object_codec(cls: type[Any], where: str) -> Codec:
    """The codec of a dataclass: an object with all its fields required, so that receivers need no defaults."""
    hints = typing.get_type_hints(cls)
    fields = {field.name: codec_for(hints[field.name], f"{where}.{field.name}") for field in dataclasses.fields(cls)}

    def encode(value: Any, place: str) -> Any:
        _expect(isinstance(value, cls), value, cls.__name__, place)
        return {name: codec.encode(getattr(value, name), f"{place}.{name}") for name, codec in fields.items()}

    properties = {name: codec.schema for name, codec in fields.items()}
    return Codec({"type": "object", "properties": properties, "required": list(properties)}, encode)


def _expect(holds: bool, value: object, expected: str, where: str) -> None:
    if not holds:
        raise TypeError(f"{where}: must be {expected}, not {value!r}.")


def _scalar(kind: type, name: str, convert: Callable[[Any], Any] = lambda value: value) -> Encode:
    def encode(value: Any, where: str) -> Any:
        _expect(isinstance(value, kind) and not (kind is int and isinstance(value, bool)), value, name, where)
        return convert(value)

    return encode


def _text(value: Any, where: str) -> str:
    _expect(isinstance(value, str) and "\0" not in value, value, "text without NUL characters", where)
    return str(value)


def _number(value: Any, where: str) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    _expect(is_number, value, "a finite number", where)
    return float(value)


def _moment(value: Any, where: str) -> str:
    _expect(isinstance(value, datetime) and value.utcoffset() is not None, value, "a datetime with a time zone", where)
    return str(value.astimezone(UTC).isoformat()).replace("+00:00", "Z")


def _day(value: Any, where: str) -> str:
    _expect(isinstance(value, date) and not isinstance(value, datetime), value, "a date", where)
    return str(value.isoformat())


def _decimal(value: Any, where: str) -> str:
    _expect(isinstance(value, Decimal) and value.is_finite(), value, "a finite Decimal", where)
    return f"{value:f}"


def _money(value: Any, where: str) -> dict[str, Any]:
    _expect(isinstance(value, Money), value, "Money", where)
    return {"amount": value.amount, "currency": value.currency}


def _choice(choices: tuple[str, ...]) -> Encode:
    def encode(value: Any, where: str) -> Any:
        _expect(value in choices, value, f"one of {', '.join(choices)}", where)
        return value

    return encode


def _union(args: tuple[Any, ...], where: str) -> Codec:
    inner = [arg for arg in args if arg is not types.NoneType]
    if len(inner) != 1 or len(args) != 2:
        raise TypeError(f"{where}: only 'type | None' can be published, not a choice of several types.")
    codec = codec_for(inner[0], where)

    def encode(value: Any, place: str) -> Any:
        return None if value is None else codec.encode(value, place)

    return Codec({"anyOf": [codec.schema, {"type": "null"}]}, encode)


def _array(item: Codec, kind: type) -> Codec:
    def encode(value: Any, where: str) -> Any:
        _expect(isinstance(value, kind), value, f"a {kind.__name__}", where)
        return [item.encode(element, f"{where}[{index}]") for index, element in enumerate(value)]

    return Codec({"type": "array", "items": item.schema}, encode)


def _mapping(item: Codec) -> Codec:
    def encode(value: Any, where: str) -> Any:
        _expect(isinstance(value, Mapping), value, "a dict", where)
        return {_text(key, where): item.encode(element, f"{where}.{key}") for key, element in value.items()}

    return Codec({"type": "object", "additionalProperties": item.schema}, encode)


_MONEY_SCHEMA = {
    "type": "object",
    "properties": {"amount": {"type": "integer"}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}},
    "required": ["amount", "currency"],
}
_SCALARS: dict[Any, Codec] = {
    str: Codec({"type": "string"}, _text),
    int: Codec({"type": "integer"}, _scalar(int, "a whole number", int)),
    float: Codec({"type": "number"}, _number),
    bool: Codec({"type": "boolean"}, _scalar(bool, "true or false")),
    UUID: Codec({"type": "string", "format": "uuid"}, _scalar(UUID, "a UUID", str)),
    datetime: Codec({"type": "string", "format": "date-time"}, _moment),
    date: Codec({"type": "string", "format": "date"}, _day),
    Decimal: Codec({"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}, _decimal),
    Money: Codec(_MONEY_SCHEMA, _money),
}
