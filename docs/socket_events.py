"""The page of socket events: what clients and servers send, with the schema of every payload."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from apispec import APISpec
from marshmallow import Schema
from tables import contributions, first_paragraph, table, who_may

from kernel.addons.contributions import Contribution
from kernel.addons.registry import Registry
from kernel.identity.access import access_of
from kernel.realtime import control
from kernel.realtime.dispatch import UnknownEvent, UnknownNamespace
from kernel.rest.openapi.sides import Answers, Requests
from kernel.runtime import Platform


def sockets(platform: Platform) -> Iterator[str]:
    """Every socket event, of clients and of the server, with the schema of its payload."""
    schemas = _Schemas()
    yield "# Socket events\n"
    yield "How to connect, to follow a stream and to come back: [the guide](../socketio.md).\n"
    where, what = UnknownNamespace.code, UnknownEvent.code
    yield f"A namespace that isn't here refuses with `{where}`; an event that it lacks is answered `{what}`.\n"
    yield "## In every namespace\n"
    yield from table("event", "payload", "what")
    for event, schema in control.SCHEMAS.items():
        text = first_paragraph(control.EVENTS[event]).partition(": ")[2]
        yield f"| `{event}` | {schemas.link(schema, sent=True)} | {text[0].upper()}{text[1:]} |"
    for contribution in contributions(platform.registry, "namespace"):
        yield from _namespace(contribution, platform.registry, schemas)
    yield "\n# Payloads\n"
    for name, text in sorted(schemas.texts.items()):
        yield f"### {name}\n\n```json\n{text}\n```\n"


def _namespace(contribution: Contribution, registry: Registry, schemas: _Schemas) -> Iterator[str]:
    kind = contribution.value
    yield f"\n## Namespace `{contribution.key}`\n"
    yield f"{first_paragraph(kind)}\n\nFrom the client, at most {kind.rate.per_second:g} a second of one socket:\n"
    yield from table("event", "payload", "who", "what")
    for handler in sorted(kind.events(), key=lambda handler: handler.event):
        method = getattr(kind, handler.method)
        payload = schemas.link(handler.schema, sent=True) if handler.schema else "none"
        yield f"| `{handler.event}` | {payload} | {who_may(access_of(method))} | {first_paragraph(method)} |"
    streams = [c.value for c in contributions(registry, "stream") if c.value.namespace == contribution.key]
    if not streams and not kind.emits:
        return
    yield "\nFrom the server:\n"
    yield from table("event", "payload", "what")
    for stream in streams:
        for event, schema in (stream.emits or {}).items():
            payload = f"`{{stream, id, data}}`, data: {schemas.link(schema)}"
            yield f"| `{event}` | {payload} | Entry of the stream `{stream.name}:<key>`. |"
    for event, schema in (kind.emits or {}).items():
        yield f"| `{event}` | {schemas.link(schema)} | {first_paragraph(schema)} |"


def _plain_name(schema: type[Schema] | Schema) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Schema")


class _Schemas:
    """The JSON schemas of payloads, each once, by name."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        # Two, since what is required on the way in and on the way out differs.
        self._sent = APISpec("", "", "3.1.0", plugins=[Requests(lambda schema: f"{_plain_name(schema)}Input")])
        self._told = APISpec("", "", "3.1.0", plugins=[Answers(_plain_name)])

    def link(self, schema: type[Schema], *, sent: bool = False) -> str:
        """A link to the schema's text; ``sent`` by clients, or else by the server."""
        spec = self._sent if sent else self._told
        converter: Any = spec.plugins[0].converter  # type: ignore[attr-defined]  # a MarshmallowPlugin has one
        name = converter.schema_name_resolver(schema)
        self._keep(name, converter.schema2jsonschema(schema()))
        for nested, found in spec.components.schemas.items():
            self._keep(nested, found)
        return f"[{name}](#{name.lower()})"

    def _keep(self, name: str, found: dict[str, Any]) -> None:
        text = json.dumps(found, indent=1, ensure_ascii=False).replace("#/components/schemas/", "#")
        if self.texts.setdefault(name, text) != text:
            raise ValueError(f"two payloads are called {name}; rename one of their schemas.")
