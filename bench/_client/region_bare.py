"""The reference: bare Flask views with the SQL that the platform sends, psycopg, dicts and orjson; and kept bytes.

The SQL is caught from the platform's own services while this starts, so that both ask the database for the same.
"""

from __future__ import annotations

from typing import Any

import orjson
from asoud_region import services
from asoud_region.keys import key_range
from asoud_region.schemas import CitySearch
from flask import Flask, Response, request
from sqlalchemy import event

from addon_sdk import ListArgs
from bench._client.bare_views import SETTINGS, answer, rows
from kernel.app import create_app

LIMIT = 20


def caught_sql() -> tuple[list[str], str, dict[str, Any]]:
    """The statements of the tree, and the one of a search with its parameters."""
    platform_app = create_app(SETTINGS, role="cli")
    found: list[tuple[str, Any]] = []
    engine = platform_app.extensions["asoud"].db.reader
    event.listen(engine, "before_cursor_execute", lambda c, cursor, *sent: found.append((sent[0], sent[1])))
    with platform_app.app_context():
        services.tree()
        tree = [statement for statement, _ in found if "FROM region" in statement]
        found.clear()
        services.search_cities(ListArgs(CitySearch(), {"q": "تهران", "limit": LIMIT}))
        ((search, params),) = ((statement, sent) for statement, sent in found if "FROM region" in statement)
    engine.dispose()
    return tree, search, dict(params)


TREE, SEARCH, PARAMS = caught_sql()
app = Flask("bare")


def search_body() -> bytes:
    """A page of a search."""
    first, after = key_range(request.args["q"]) or ("", "")
    found = rows(SEARCH, {**PARAMS, "first_key": first, "after_keys": after})
    for row in found:
        row.pop("asoud_value_out")
    return orjson.dumps({"items": found[:LIMIT], "next": None})


def tree_body() -> bytes:
    """The tree."""
    cities, provinces, countries = (rows(statement) for statement in TREE)
    by_province: dict[Any, list[dict[str, Any]]] = {}
    for city in cities:
        by_province.setdefault(city.pop("province"), []).append(city)
    by_country: dict[Any, list[dict[str, Any]]] = {}
    for province in provinces:
        province["cities"] = by_province.get(province.pop("position"), [])
        by_country.setdefault(province.pop("country_id"), []).append(province)
    for country in countries:
        country["provinces"] = by_country.get(country["id"], [])
    return orjson.dumps({"items": countries, "next": None})


@app.get("/api/v1/region/cities/search")
def search() -> Response:
    """City search."""
    return answer(search_body())


@app.get("/api/v1/region/tree")
def tree() -> Response:
    """The tree."""
    return answer(tree_body())


_kept: dict[str, bytes] = {}


@app.get("/bytes/api/v1/region/cities/search")
def search_bytes() -> Response:
    """City search, kept."""
    query = request.query_string.decode()
    if query not in _kept:
        _kept[query] = search_body()
    return Response(_kept[query], content_type="application/json")


@app.get("/bytes/api/v1/region/tree")
def tree_bytes() -> Response:
    """The tree, kept."""
    if "tree" not in _kept:
        _kept["tree"] = tree_body()
    return Response(_kept["tree"], content_type="application/json")
