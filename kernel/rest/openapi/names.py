"""Public names in the API document: stable, whatever else is installed and in whatever order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from apispec.ext.marshmallow.common import make_schema_key
from marshmallow import Schema, fields

from kernel.addons.discovery import owner_of
from kernel.rest.endpoint import Endpoint, Template
from kernel.rest.messages import inner_fields
from kernel.rest.schema import current

if TYPE_CHECKING:
    from kernel.rest.serving import View

_known: dict[Template, dict[object, Schema]] = {}


def operation_id(view: View) -> str:
    """``<addon>_<verb>_<noun>``, from the view's name."""
    return f"{view.owner}_{view.function.__name__}"


def schema_name(schema: type[Schema] | Schema | str) -> str:
    """``<Addon><Name>``, plus what a schema leaves out or in: ``UsersUserPatch``, ``UsersUserOnlyIdName``.

    Raises TypeError for a schema named by a string, which is ambiguous as soon as two addons have one of that name.
    """
    if isinstance(schema, str):
        raise TypeError(f"Nested({schema!r}): name the class itself, or a function that gives it.")
    kind = schema if isinstance(schema, type) else type(schema)
    name = _camel(owner_of(kind.__module__).split("_")) + kind.__name__.removesuffix("Schema")
    return name if isinstance(schema, type) else name + _modifiers(schema)


def request_name(schema: type[Schema] | Schema) -> str:
    """The name of what goes in by ``schema``: ``UsersDocumentRequest``; a partial one says so itself."""
    name, partial = schema_name(schema), not isinstance(schema, type) and schema.partial
    return name if partial or name.endswith("Request") else f"{name}Request"


def _modifiers(schema: Schema) -> str:
    text = ""
    if schema.partial:
        text += "Patch" if schema.partial is True else f"Partial{_listed(schema.partial)}"
    if schema.only is not None:
        text += f"Only{_listed(schema.only)}"
    for word, names, own in (
        ("Without", schema.exclude, schema.opts.exclude),
        ("Writing", schema.load_only, schema.opts.load_only),
        ("Reading", schema.dump_only, schema.opts.dump_only),
    ):
        if changed := set(names) - set(own):
            text += f"{word}{_listed(changed)}"
    return text


def documented_names(endpoint: Endpoint) -> Iterator[tuple[str, tuple[object, ...], type[Schema]]]:
    """Every name that the document has because of this endpoint, nested schemas included, with identity and class.

    What goes in and what comes out are two things, even of one schema.
    """
    for item in endpoint.arguments:
        if item.location in ("json", "form"):
            for key, schema in _with_nested(item.schema).items():
                yield request_name(schema), ("request", key), type(schema)
    if endpoint.answer is not None and endpoint.answer.schema is not None:
        for key, schema in _with_nested(endpoint.answer.schema).items():
            yield schema_name(schema), ("answer", key), type(schema)


def _with_nested(template: Template) -> dict[object, Schema]:
    """Kept, since many endpoints share a schema: making one takes a while, and these are made at every boot."""
    if template not in _known:
        found: dict[object, Schema] = {}
        waiting: list[Schema] = [current(template)]
        while waiting:
            schema = waiting.pop()
            key = make_schema_key(schema)
            if key not in found:
                found[key] = schema
                waiting += [nested for field in schema.fields.values() for nested in _nested(field)]
        _known[template] = found
    return _known[template]


def _nested(field: fields.Field[Any]) -> Iterator[Schema]:
    if isinstance(field, fields.Nested):
        yield field.schema
    for inner in inner_fields(field):
        yield from _nested(inner)


def _listed(names: Iterable[str]) -> str:
    return "".join(_camel(name.replace(".", "_").split("_")) for name in sorted(names))


def _camel(words: Iterable[str]) -> str:
    return "".join(word[:1].upper() + word[1:] for word in words)
