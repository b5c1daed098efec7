"""The generated function: one object in, one dict out, field after field in marshmallow's order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from keyword import iskeyword
from typing import Any, cast

from marshmallow import Schema, fields, missing

from kernel.rest.dump.expressions import Code, Site, conversion, is_untouched, never_missing
from kernel.rest.dump.shapes import Shape, places_in_row

Accessor = Callable[[Any, str, Any], Any]
_FAILS = {Shape.ATTRIBUTE: "AttributeError", Shape.ITEM: "(KeyError, IndexError, TypeError, AttributeError)"}


@dataclass(frozen=True)
class Reading:
    """How the values of an object are read."""

    shape: Shape
    accessor: Accessor
    """Reads what only marshmallow's own way can read."""
    columns: tuple[str, ...] = ()
    """Of a row."""

    def lines(self, key: str, variable: str) -> Iterator[str]:
        """Statements that read ``key`` from ``obj``, `missing` when it has none."""
        place = places_in_row(self.columns).get(key)
        plain_name = key.isascii() and key.isidentifier() and not iskeyword(key)
        if self.shape is Shape.ACCESSOR or "." in key:
            yield f"{variable} = accessor(obj, {key!r}, missing)"
        elif place is not None:
            yield f"{variable} = r{place}"
        elif self.shape is Shape.ROW or (self.shape is Shape.ATTRIBUTE and not plain_name):
            yield f"{variable} = getattr(obj, {key!r}, missing)"
        else:
            read = f"obj.{key}" if self.shape is Shape.ATTRIBUTE else f"obj[{key!r}]"
            otherwise = "missing" if self.shape is Shape.ATTRIBUTE else f"getattr(obj, {key!r}, missing)"
            yield f"try: {variable} = {read}"
            yield f"except {_FAILS[self.shape]}: {variable} = {otherwise}"


def dump_function(schema: Schema, reading: Reading) -> Callable[[Any], dict[str, Any]]:
    """Compile the dump of one object."""
    names: dict[str, object] = {"missing": missing, "accessor": reading.accessor}
    lines = ["def dump_one(obj):", "    complete = True"]
    if reading.columns:
        lines.append(f"    {', '.join(f'r{place}' for place in range(len(reading.columns)))}, = obj[:]")
    items: list[tuple[str, str]] = []
    for number, (name, field) in enumerate(schema.dump_fields.items()):
        variable, site = f"v{number}", Site(names, attribute=repr(name))
        lines += (f"    {line}" for line in _field_lines(name, field, variable, reading, site))
        key = name if field.data_key is None else field.data_key
        items.append((repr(key), variable))
    lines += _result_lines(items)
    exec(compile("\n".join(lines), f"<dump of {type(schema).__name__}>", "exec"), names)
    return cast(Callable[[Any], dict[str, Any]], names["dump_one"])


def _result_lines(items: list[tuple[str, str]]) -> Iterator[str]:
    """Statements that return the dict: written out when it is complete, else without what is missing."""
    whole = ", ".join(f"{key}: {variable}" for key, variable in items)
    pairs = "".join(f"({key}, {variable}), " for key, variable in items)
    yield "    if complete:"
    yield f"        return {{{whole}}}"
    yield f"    return {{key: value for key, value in ({pairs}) if value is not missing}}"


def _field_lines(name: str, field: fields.Field[Any], variable: str, reading: Reading, site: Site) -> Iterator[str]:
    """Statements that leave the field's dumped value, or `missing`, in ``variable``."""
    if not is_untouched(field, "serialize", "get_value"):
        yield f"{variable} = {site.bind(field.serialize)}({name!r}, obj, accessor=accessor)"
    elif not field._CHECK_ATTRIBUTE:
        yield f"{variable} = None"
        yield f"{variable} = {conversion(field, variable, site).whole}"
    else:
        yield from reading.lines(name if field.attribute is None else field.attribute, variable)
        yield from _converting_lines(field, variable, site)
        return
    yield f"if {variable} is missing: complete = False"


def _converting_lines(field: fields.Field[Any], variable: str, site: Site) -> Iterator[str]:
    """Statements that convert the value read; the usual type first, as one test then settles everything."""
    code = conversion(field, variable, site)
    rest = list(_unusual_lines(field, variable, code, site))
    if code.kind is None:
        yield from rest
    elif code.usual == variable:
        yield f"if type({variable}) is not {code.kind}:"
        yield from (f"    {line}" for line in rest)
    else:
        yield f"if type({variable}) is {code.kind}: {variable} = {code.usual}"
        yield "else:"
        yield from (f"    {line}" for line in rest)


def _unusual_lines(field: fields.Field[Any], variable: str, code: Code, site: Site) -> Iterator[str]:
    """Statements for any value, `missing` included, which ``dump_default`` replaces."""
    default = field.dump_default
    if default is not missing:
        yield f"if {variable} is missing: {variable} = {site.bind(default)}{'()' if callable(default) else ''}"
    yield f"if {variable} is missing: complete = False"
    if code.whole != variable:
        yield f"else: {variable} = {code.whole}"
        if not never_missing(field):
            yield f"if {variable} is missing: complete = False"
