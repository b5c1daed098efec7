"""The generated functions: one object in, one dict out, field after field in marshmallow's order; or a list of them.

What is fast was measured: to fill in the copy of a dict that has its keys; to have builtins as local variables; to
write a nested list as a loop in place, which saves the call of a comprehension; to jump over what isn't the usual case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from marshmallow import Schema, fields, missing

from kernel.rest.dump.expressions import Site, conversion, is_untouched, never_missing
from kernel.rest.dump.nesting import Nested, inlined
from kernel.rest.dump.reading import Reading
from kernel.rest.dump.shapes import shape_of
from kernel.rest.dump.tables import ByType, Dump

_LOCALS = ", ".join(f"{name}={name}" for name in ("type", "str", "int", "float", "missing"))


def dump_function(schema: Schema, reading: Reading) -> Dump:
    """Compile the dump of one object."""
    block = Block(schema, reading)
    lines = [*reading.unpacking("obj0"), *block.object_lines(), f"if not whole0: [out0] = {block.stripped('[out0]')}"]
    return block.function("obj0", lines, "out0")


def loop_function(schema: Schema, reading: Reading, others: ByType) -> Dump:
    """Compile the dump of many objects: those of one class in the loop itself, the rest by ``others``."""
    block = Block(schema, reading)
    return block.function("objects", block.loop_lines("objects", others), "list0")


@dataclass(frozen=True)
class Block:
    """Code for objects of one schema, with variables of its own inside the code of the schemas ``around``."""

    schema: Schema
    reading: Reading
    names: dict[str, object] = field(default_factory=dict)
    before: list[str] = field(default_factory=list)
    """Statements before all others, which make local variables of what every object needs."""
    around: tuple[type[Schema], ...] = ()

    def variable(self, name: str) -> str:
        """The name of a variable at this depth."""
        return f"{name}{len(self.around)}"

    def function(self, parameter: str, lines: Iterable[str], result: str) -> Dump:
        """Compile the function with these statements."""
        self.names.update(missing=missing, accessor=self.reading.accessor)
        body = [*lines, f"return {result}"]
        source = "\n".join([f"def dump({parameter}, {_LOCALS}):", *_indented([*self.before, *body])])
        exec(compile(source, f"<dump of {type(self.schema).__name__}>", "exec"), self.names)
        return cast(Dump, self.names["dump"])

    def loop_lines(self, objects: str, others: ByType) -> Iterator[str]:
        """Statements that dump ``objects`` into a list. The class that the loop takes itself is the last one found."""
        obj, whole, result = (self.variable(name) for name in ("obj", "whole", "list"))
        site = self.site("")
        kind, table, usual = site.bind(None), site.bind(others), site.variable()
        others.watch(partial(self._take, kind))
        self.before.append(f"{usual} = {kind}")
        yield from (f"{result} = []", f"for {obj} in {objects}:")
        yield f"    if type({obj}) is not {usual}:"
        yield f"        {result}.append({table}[type({obj})]({obj}))"
        yield "        continue"
        yield from _indented(self.object_lines())
        yield f"    {result}.append({self.variable('out')})"
        yield f"if not {whole}:"
        yield f"    {result} = {self.stripped(result)}"
        yield f"    {whole} = True"

    def _take(self, usual: str, kind: type) -> None:
        """Make ``kind`` the class that a loop takes itself: one assignment, as threads share the loop."""
        if kind is not type(None) and shape_of(kind) is self.reading.shape:
            self.names[usual] = kind

    def object_lines(self) -> Iterator[str]:
        """Statements that dump one object into a dict. Where a value is `missing`, ``whole`` becomes false."""
        out, value, keys = self.variable("out"), self.variable("value"), self.site("").variable()
        names = {name: name if one.data_key is None else one.data_key for name, one in self.schema.dump_fields.items()}
        self.before.append(f"{keys} = {self.site('').bind(dict.fromkeys(names.values()))}")
        self.before.append(f"{self.variable('whole')} = True")
        yield f"{out} = {keys}.copy()"
        for name, one in self.schema.dump_fields.items():
            yield from self.field_lines(name, one, value)
            yield f"{out}[{names[name]!r}] = {value}"

    def stripped(self, results: str) -> str:
        """The expression for these results without what is missing."""
        return f"{self.site('').bind(_without_missing)}({results})"

    def field_lines(self, name: str, one: fields.Field[Any], value: str) -> Iterator[str]:
        """Statements that leave the field's dumped value, or `missing`, in ``value``."""
        site, obj = self.site(repr(name)), self.variable("obj")
        if not is_untouched(one, "serialize", "get_value"):
            yield f"{value} = {site.bind(one.serialize)}({name!r}, {obj}, accessor=accessor)"
        elif not one._CHECK_ATTRIBUTE:
            yield f"{value} = None"
            yield f"{value} = {conversion(one, value, site).whole}"
        else:
            yield from self.reading.lines(name if one.attribute is None else one.attribute, value, obj)
            yield from self.converting_lines(one, value, site)
            return
        yield self.left_out(value)

    def converting_lines(self, one: fields.Field[Any], value: str, site: Site) -> Iterator[str]:
        """Statements that convert the value read; the usual type first, as one test then settles everything."""
        nested = inlined(one, (*self.around, type(self.schema))) if self.reading.is_of_a_kind else None
        if nested:
            yield from self.default_lines(one, value, site)
            yield from self.nested_lines(nested, value)
            return
        code = conversion(one, value, site)
        rest = self.unusual_lines(one, value, code.whole, site)
        if code.kind is None:
            yield from rest
        elif code.usual == value:
            yield f"if type({value}) is not {code.kind}:"
            yield from _indented(rest)
        else:
            yield f"if type({value}) is {code.kind}: {value} = {code.usual}"
            yield "else:"
            yield from _indented(rest)

    def nested_lines(self, nested: Nested, value: str) -> Iterator[str]:
        """Statements that dump a list of nested objects, or any other iterable, in place."""
        block = Block(nested.schema, self.reading, self.names, self.before, (*self.around, type(self.schema)))
        yield self.left_out(value)
        yield f"elif {value} is not None:"
        yield from _indented(block.loop_lines(value, nested.others))
        yield f"    {value} = {block.variable('list')}"

    def default_lines(self, one: fields.Field[Any], value: str, site: Site) -> Iterator[str]:
        """The statement that puts ``dump_default`` in the place of `missing`."""
        default = one.dump_default
        if default is not missing:
            yield f"if {value} is missing: {value} = {site.bind(default)}{'()' if callable(default) else ''}"

    def unusual_lines(self, one: fields.Field[Any], value: str, whole: str, site: Site) -> Iterator[str]:
        """Statements for any value, `missing` included."""
        yield from self.default_lines(one, value, site)
        yield self.left_out(value)
        if whole != value:
            yield f"else: {value} = {whole}"
            if not never_missing(one):
                yield self.left_out(value)

    def left_out(self, value: str) -> str:
        """The statement that has the key removed later when there is no value."""
        return f"if {value} is missing: {self.variable('whole')} = False"

    def site(self, attribute: str) -> Site:
        """Where an expression for the field ``attribute`` stands."""
        return Site(self.names, attribute, self.variable("obj"))


def _without_missing(results: list[Any]) -> list[Any]:
    return [out and {key: value for key, value in out.items() if value is not missing} for out in results]


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"    {line}" for line in lines)
