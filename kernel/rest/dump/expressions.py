"""What each marshmallow field does to a value, as the source of one Python expression.

A rule belongs to the very function that converts (``_serialize``), so subclasses that only validate are compiled too,
and one that converts otherwise is not. A rule writes out the usual case and hands the rest to the field itself.
"""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import inspect
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

import orjson
from marshmallow import fields, missing

Bind = Callable[[object], str]
"""Makes an object visible to the generated code and returns the name under which it is."""


@runtime_checkable
class CompilesItself(Protocol):
    """A field class of our own that compiles too: it has ``_serialize`` for marshmallow and this beside it."""

    def dump_source(self, value: str, bind: Bind) -> str:
        """Source of an expression equal to ``self._serialize(<value>, attr, obj)`` for every value but `missing`.

        ``value`` is the name of a local variable; every other object that the source needs goes through ``bind``.
        """


@dataclass(frozen=True)
class Site:
    """Where an expression will stand: the names it can see, and the ``attr`` and ``obj`` that the field would get."""

    names: dict[str, object]
    attribute: str
    obj: str = "obj"

    def bind(self, value: object) -> str:
        """Make ``value`` visible to the generated code; its name there."""
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name

    def variable(self) -> str:
        """A fresh name for a variable of the generated code."""
        name = f"e{len(self.names)}"
        self.names[name] = None
        return name

    def left_to(self, field: fields.Field[Any], value: str) -> str:
        """The call of marshmallow's own conversion."""
        return f"{self.bind(field._serialize)}({value}, {self.attribute}, {self.obj})"


@dataclass(frozen=True)
class Code:
    """The conversion of one value: an expression for any value, and a shorter one for values of the usual type."""

    whole: str
    kind: str | None = None
    """Name of the usual type; None when ``whole`` has no shorter form."""
    usual: str = ""

    @classmethod
    def by_kind(cls, value: str, kind: str, usual: str, otherwise: str) -> Code:
        """``usual`` for exactly this type, None for None, ``otherwise`` for the rest."""
        return cls(f"({usual} if type({value}) is {kind} else None if {value} is None else {otherwise})", kind, usual)


def conversion(field: fields.Field[Any], value: str, site: Site) -> Code:
    """Code equal to ``field._serialize(<value>, attr, obj)``; ``value`` is a variable's name."""
    if is_untouched(field, "_serialize"):
        if isinstance(field, CompilesItself) and _is_current(type(field)):
            return Code(f"({field.dump_source(value, site.bind)})")
        rule = _RULES.get(type(field)._serialize)
        code = rule(field, value, site) if rule else None
        if code:
            return code
    return Code(site.left_to(field, value))


def never_missing(field: fields.Field[Any]) -> bool:
    """Whether a conversion of this field can never give `missing`, which would leave the key out."""
    return type(field)._serialize in _NEVER_MISSING and is_untouched(field, "_serialize")


def is_untouched(field: fields.Field[Any], *methods: str) -> bool:
    """Whether neither the instance has a method of its own nor, for marshmallow's `Field` methods, the class."""
    if not vars(field).keys().isdisjoint((*methods, "_format_num", "_to_string")):
        return False
    return all(getattr(type(field), name) is getattr(fields.Field, name) for name in methods if name != "_serialize")


def _is_current(kind: type) -> bool:
    """Whether ``dump_source`` describes this class's ``_serialize``, not that of a base that was overridden since."""
    owner = next(base for base in kind.__mro__ if "_serialize" in vars(base) or "dump_source" in vars(base))
    return "dump_source" in vars(owner)


def _same(field: Any, value: str, site: Site) -> Code:
    return Code(value)


def _text(field: Any, value: str, site: Site) -> Code:
    return Code.by_kind(value, "str", value, site.left_to(field, value))


def _number(field: Any, value: str, site: Site) -> Code | None:
    kind = type(field)
    if kind._to_string is not fields.Number._to_string or kind._format_num is not fields.Number._format_num:
        return _decimal(field, value, site)
    if field.num_type not in (int, float):
        return None
    usual = f"str({value})" if field.as_string else value
    return Code.by_kind(value, field.num_type.__name__, usual, site.left_to(field, value))


def _decimal(field: Any, value: str, site: Site) -> Code | None:
    kind = type(field)
    if kind._to_string is not fields.Decimal._to_string or kind._format_num is not fields.Decimal._format_num:
        return None
    if field.places is not None or field.allow_nan:
        return None
    usual = f"format({value}, 'f')" if field.as_string else value
    return Code.by_kind(value, site.bind(decimal.Decimal), usual, site.left_to(field, value))


def _uuid(field: Any, value: str, site: Site) -> Code:
    # orjson writes a UUID in a third of the time of UUID.__str__, which is Python.
    usual = f"{site.bind(orjson.dumps)}({value})[1:-1].decode()"
    return Code.by_kind(value, site.bind(uuid.UUID), usual, f"str({value})")


_ISO = {dt.datetime.isoformat: dt.datetime, dt.date.isoformat: dt.date, dt.time.isoformat: dt.time}


def _temporal(field: Any, value: str, site: Site) -> Code:
    pattern = field.format or field.DEFAULT_FORMAT
    convert = field.SERIALIZATION_FUNCS.get(pattern)
    if not convert:
        return Code(f"(None if {value} is None else {value}.strftime({site.bind(pattern)}))")
    otherwise = f"{site.bind(convert)}({value})"
    if convert not in _ISO:
        return Code(f"(None if {value} is None else {otherwise})")
    return Code.by_kind(value, site.bind(_ISO[convert]), f"{value}.isoformat()", otherwise)


def _list(field: Any, value: str, site: Site) -> Code:
    each = site.variable()
    usual = f"[{conversion(field.inner, each, site).whole} for {each} in {value}]"
    return Code(f"(None if {value} is None else {usual})", "list", usual)


def _tuple(field: Any, value: str, site: Site) -> Code | None:
    parts = [site.variable() for _ in field.tuple_fields]
    if not parts:
        return None
    inner = [conversion(each, part, site).whole for each, part in zip(field.tuple_fields, parts, strict=True)]
    usual = f"next(({', '.join(inner)},) for {', '.join(parts)}, in ({value},))"
    fits = f"type({value}) is tuple and len({value}) == {len(parts)}"
    return Code(f"({usual} if {fits} else {site.left_to(field, value)})")


def _dict(field: Any, value: str, site: Site) -> Code | None:
    if field.mapping_type is not dict or (field.key_field and type(field.key_field)._serialize not in _HASHABLE):
        return None
    inside = replace(site, attribute="None", obj="None")
    key, item = site.variable(), site.variable()
    keys, values = value, f"{value}.values()"
    if field.key_field:
        keys = f"[{conversion(field.key_field, key, inside).whole} for {key} in {value}]"
    if field.value_field:
        values = f"[{conversion(field.value_field, item, inside).whole} for {item} in {values}]"
    # marshmallow converts every key before the first value; so do the lists that zip is given.
    usual = f"dict(zip({keys}, {values}))" if field.key_field or field.value_field else f"dict({value})"
    return Code.by_kind(value, "dict", usual, site.left_to(field, value))


def _enum(field: Any, value: str, site: Site) -> Code | None:
    part = "value" if field.by_value else "name"
    inner = type(field.field)._serialize
    plain = inner is fields.Raw._serialize if field.by_value else inner is fields.String._serialize
    untouched = inspect.getattr_static(field.enum, part, None) is vars(enum.Enum)[part]
    if not plain or not untouched or issubclass(field.enum, enum.Flag):
        return None
    return Code.by_kind(value, site.bind(field.enum), f"{value}._{part}_", site.left_to(field, value))


def _nested(field: Any, value: str, site: Site) -> Code:
    from kernel.rest.dump.plan import NestedDump

    return Code(f"{site.bind(NestedDump(field))}[type({value})]({value})")


def _method(field: Any, value: str, site: Site) -> Code:
    method = field._serialize_method
    return Code(f"{site.bind(method)}({site.obj})" if method is not None else site.bind(missing))


def _function(field: Any, value: str, site: Site) -> Code:
    return Code(f"{site.bind(field.serialize_func)}({site.obj})")


def _constant(field: Any, value: str, site: Site) -> Code:
    return Code(site.bind(field.constant))


Rule = Callable[[Any, str, Site], Code | None]
_RULES: dict[Callable[..., Any], Rule] = {
    fields.Field._serialize: _same,
    fields.String._serialize: _text,
    fields.Number._serialize: _number,
    fields.UUID._serialize: _uuid,
    fields.DateTime._serialize: _temporal,
    fields.List._serialize: _list,
    fields.Tuple._serialize: _tuple,
    fields.Dict._serialize: _dict,
    fields.Enum._serialize: _enum,
    fields.Nested._serialize: _nested,
    fields.Pluck._serialize: _nested,
    fields.Method._serialize: _method,
    fields.Function._serialize: _function,
    fields.Constant._serialize: _constant,
}
_NEVER_MISSING = {
    kind._serialize
    for kind in (fields.Field, fields.String, fields.UUID, fields.List, fields.Tuple, fields.Dict, fields.Nested)
}
_HASHABLE = {kind._serialize for kind in (fields.String, fields.Number, fields.UUID)}
