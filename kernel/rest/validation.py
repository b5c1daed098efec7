"""From marshmallow's tree of messages to our list of field errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from kernel.errors import BadRequest, FieldError, Problem, ValidationFailed
from kernel.i18n import translate_rendered
from kernel.rest.messages import Message

_ROOTS = {"json": "", "form": "", "query": "/query", "headers": "/headers", "path": "/path"}
_PARAMETERS = ("query", "headers", "path")
_UNKNOWN = Message("unknown_parameter", "Unknown query parameter.")
Node = Schema | fields.Field[Any] | None


def validation_problem(error: ValidationError, location: str = "json", schema: Schema | None = None) -> Problem:
    """The problem for input that a schema refused.

    `ValidationFailed`, or `BadRequest` when the query has parameters that don't exist.
    """
    errors = field_errors(error.messages, location, schema)
    if location in _PARAMETERS:
        errors = list(dict.fromkeys(_of_whole_parameter(item) for item in errors))
    if location == "query" and any(item.code == "unknown_field" for item in errors):
        return BadRequest(errors=[_as_parameter(item) for item in errors])
    return ValidationFailed(errors=errors)


def field_errors(messages: Any, location: str = "json", schema: Schema | None = None) -> list[FieldError]:
    """Each message with the JSON pointer of its field: into the body, or ``/query/<name>`` and so on."""
    return list(_walk(messages, _ROOTS[location], schema))


def unknown_parameters(names: Iterable[str]) -> BadRequest:
    """The problem for query parameters that the endpoint doesn't have."""
    text = _UNKNOWN.localized()
    return BadRequest(errors=[FieldError(_step("/query", name), _UNKNOWN.code, text) for name in dict.fromkeys(names)])


def repeated(name: str, location: str) -> ValidationFailed:
    """The problem for a parameter that was sent twice but takes one value."""
    message = Message("repeated", "Send this parameter once only.")
    return ValidationFailed(errors=[FieldError(_step(_ROOTS[location], name), message.code, message.localized())])


def _as_parameter(error: FieldError) -> FieldError:
    if error.code != "unknown_field":
        return error
    return FieldError(error.pointer, _UNKNOWN.code, _UNKNOWN.localized())


def _of_whole_parameter(error: FieldError) -> FieldError:
    """A repeated parameter has no places that a client could count: the error is the parameter's."""
    return FieldError("/".join(error.pointer.split("/")[:3]), error.code, error.message)


def _walk(messages: Any, pointer: str, node: Node) -> Iterator[FieldError]:
    if isinstance(messages, Mapping):
        for key, below in messages.items():
            if key == "_schema":
                yield from _walk(below, pointer, node)
            else:
                yield from _walk(_without_halves(below, node), _step(pointer, key), _child(node, key))
    elif isinstance(messages, list | tuple):
        for message in messages:
            yield from _walk(message, pointer, node)
    elif isinstance(messages, Message):
        yield FieldError(pointer, messages.code, messages.localized())
    else:
        yield FieldError(pointer, "invalid", translate_rendered(str(messages)))


def _step(pointer: str, key: object) -> str:
    escaped = str(key).replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{escaped}"


def _without_halves(messages: Any, node: Node) -> Any:
    """A dictionary field reports ``{"key": ..., "value": ...}`` per entry; the pointer has no such step."""
    if isinstance(node, fields.Dict) and isinstance(messages, Mapping) and messages.keys() <= {"key", "value"}:
        return {"_schema": [messages.get("key", []), messages.get("value", [])]}
    return messages


def _child(node: Node, key: object) -> Node:
    if isinstance(node, fields.Nested):
        if node.many and isinstance(key, int):
            return node.schema
        node = node.schema
    if isinstance(node, Schema):
        if isinstance(key, int):
            return node
        return next((f for name, f in node.load_fields.items() if (f.data_key or name) == key), None)
    if isinstance(node, fields.List):
        return node.inner
    return node.value_field if isinstance(node, fields.Dict) else None
