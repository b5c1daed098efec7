"""Paths: what holds many of something has a plural noun for its name."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from kernel.rest import routes

BEFORE_AN_ID = re.compile(r"([^/<>]+)/<uuid:\w+>")
PLURAL = re.compile(r".+s|staff")
NO_COLLECTIONS = {
    *("tree", "all", "front"),  # a collection put together
    *("near", "nearest", "search"),  # a collection asked for something
}
"""The last words of paths that answer with ``items`` and are no collection's own name."""


def test_an_id_follows_a_plural_noun(app: Flask) -> None:
    found = {word for route in routes(app) for word in BEFORE_AN_ID.findall(route.rule)}
    assert len(found) > 20
    assert {word for word in found if not PLURAL.fullmatch(word)} == set()


def test_what_answers_with_items_is_called_by_a_plural_noun(app: Flask) -> None:
    document = app.test_client().get("/api/v1/openapi.json").get_json()
    found = {
        [word for word in path.split("/") if "{" not in word][-1]
        for path, operations in document["paths"].items()
        if "items" in answered(document, operations.get("get", {}))
    }
    assert len(found) > 20
    assert {word for word in found if not PLURAL.fullmatch(word)} == NO_COLLECTIONS


def answered(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """The fields of what an operation answers with; none where a path hasn't that operation."""
    content = operation.get("responses", {}).get("200", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    fields: dict[str, Any] = schema.get("properties", {})
    return fields
