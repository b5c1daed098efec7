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
    bodies = [item.schema for item in endpoint.arguments if item.location in ("json", "form")]
    for schema in _with_nested(bodies):
        yield request_name(schema), ("request", make_schema_key(schema)), type(schema)
    answer = endpoint.answer
    for schema in _with_nested([answer.schema] if answer is not None and answer.schema is not None else []):
        yield schema_name(schema), ("answer", make_schema_key(schema)), type(schema)


def _with_nested(templates: Iterable[Template]) -> Iterator[Schema]:
    seen: set[object] = set()
    waiting: list[Schema] = [current(template) for template in templates]
    while waiting:
        schema = waiting.pop()
        key = make_schema_key(schema)
        if key not in seen:
            seen.add(key)
            yield schema
            waiting += [nested for field in schema.fields.values() for nested in _nested(field)]


def _nested(field: fields.Field[Any]) -> Iterator[Schema]:
    if isinstance(field, fields.Nested):
        yield field.schema
    for inner in inner_fields(field):
        yield from _nested(inner)


def _listed(names: Iterable[str]) -> str:
    return "".join(_camel(name.replace(".", "_").split("_")) for name in sorted(names))


def _camel(words: Iterable[str]) -> str:
    return "".join(word[:1].upper() + word[1:] for word in words)
