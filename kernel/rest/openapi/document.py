"""The OpenAPI 3.1 document of what is enabled now, built when first asked for in each generation."""

from __future__ import annotations

import operator
import threading
from typing import TYPE_CHECKING, Any

from apispec import APISpec
from apispec.ext.marshmallow.common import make_schema_key
from flask_smorest.spec.field_converters import uploadfield2properties
from flask_smorest.spec.plugins import FlaskPlugin
from marshmallow import Schema

from kernel import __version__
from kernel.rest import fields
from kernel.rest.encoding import encode
from kernel.rest.openapi.converters import enum_type, text_number
from kernel.rest.openapi.names import request_name, schema_name
from kernel.rest.openapi.operations import BEARER, HEADERS
from kernel.rest.openapi.problems import PROBLEM_SCHEMA
from kernel.rest.openapi.sides import Answers, Requests

if TYPE_CHECKING:
    from kernel.runtime import Platform

OPENAPI = "3.1.0"
_DESCRIPTION = (
    "Errors are problem details (RFC 9457) with a stable `code`. Lists are `{items, next}`; pass `next` as `cursor`. "
    "Times are RFC 3339 in UTC, money is a whole number of the smallest unit with its currency."
)


class SchemaNameClash(ValueError):
    """Two different schemas have one public name; the message names both and the mend."""


class _Names:
    """Gives each component of a document its name, and refuses to give one name twice."""

    def __init__(self) -> None:
        self._taken: dict[str, tuple[object, Schema]] = {}

    def of_request(self, schema: Any) -> str:
        """The name of what goes in by ``schema``."""
        return self._take(request_name(schema), "request", schema)

    def of_answer(self, schema: Any) -> str:
        """The name of what comes out by ``schema``."""
        return self._take(schema_name(schema), "answer", schema)

    def _take(self, name: str, side: str, schema: Schema) -> str:
        key = (side, make_schema_key(schema))
        there, other = self._taken.setdefault(name, (key, schema))
        if there != key:
            both = " and ".join(f"{type(each).__module__}.{type(each).__qualname__}" for each in (other, schema))
            raise SchemaNameClash(f"{both} both have the public name {name}; rename one of them.")
        return name


class Document:
    """The document of one app, kept as bytes for the present generation."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._lock = threading.Lock()
        self._built: tuple[int, bytes] | None = None

    def bytes(self) -> bytes:
        """The document as JSON."""
        generation = self._platform.gate.generation
        built = self._built
        if built is None or built[0] != generation:
            with self._lock:
                built = self._built
                if built is None or built[0] != generation:
                    built = self._built = generation, encode(self.build())
        return built[1]

    def build(self) -> dict[str, Any]:
        """The document, made anew. Raises `SchemaNameClash`."""
        spec = _empty(self._platform)
        for contribution in self._platform.registry.contributions("blueprint"):
            blueprint = contribution.value
            if not blueprint.hidden and self._platform.gate.counts(contribution):
                blueprint.register_views_in_doc(None, self._platform.app, spec, name=blueprint.name, parameters=None)
                spec.tag({"name": blueprint.name, "description": blueprint.description})
        document: dict[str, Any] = spec.to_dict()
        document["tags"].sort(key=operator.itemgetter("name"))  # whatever the order of installation was
        return document


def _empty(platform: Platform) -> APISpec:
    names = _Names()
    sides = [Requests(names.of_request), Answers(names.of_answer)]
    spec = APISpec(
        "ASOUD",
        __version__,
        OPENAPI,
        plugins=[FlaskPlugin(), *sides],
        info={"description": _DESCRIPTION},
        servers=[{"url": platform.settings.public_url.rstrip("/") or "/"}],
    )
    for side in sides:
        converter: Any = side.converter  # apispec annotates it in parts
        converter.map_to_openapi_type(fields.Timestamp, "string", "date-time")
        for function in (uploadfield2properties, text_number, enum_type):
            converter.add_attribute_function(function)
    spec.components.schema("Problem", PROBLEM_SCHEMA)
    spec.components.security_scheme(BEARER, {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    for name, header in HEADERS.items():
        spec.components.parameter(name, "header", header)
    return spec
