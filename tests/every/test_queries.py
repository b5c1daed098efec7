"""Statements per endpoint, on the demo data: counted for every read, and never more for more rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask

from addon_sdk.testing.world import Database
from kernel.cli.demo import load_demo
from kernel.db import session
from kernel.identity.models import RoleGrant
from kernel.rest.lists import ListQuery
from kernel.rest.serving import View

MOST = 8
"""Statements of one read, at most."""
MORE = {
    "/api/v1/users/me/export": 40,
    "/api/v1/product/my/markets/<uuid:market_id>/shelves/<uuid:shelf_id>/products": 9,
}
"""Reads that need more: a privacy export asks every table that knows something of its user; the ETag of what stands on
a shelf is made of all that does, which is read for it once more."""
FEW, MANY = 1, 20
HERE = {"latitude": 35.7, "longitude": 51.4}
ASKED: dict[str, dict[str, Any]] = {
    "/api/v1/region/cities/search": {"q": "تهر"},
    "/api/v1/region/cities/nearest": HERE,
    "/api/v1/chat/messages/search": {"q": "سلام"},
    "/api/v1/market/markets/near": HERE,
    "/api/v1/market/business-ids": {"business_id": "bread"},
}
"""What a read must be asked."""


class Reading(NamedTuple):
    """One read: by whom, what was asked, and what it came to."""

    rule: str
    status: int
    rows: int
    statements: list[str]


@pytest.fixture
def people(app: Flask, as_user: Callable[..., Any]) -> list[Any]:
    """The demo's administrator, and some of its users."""
    from asoud_users.models import User

    with app.app_context():
        load_demo("small")
        admins = session().scalars(sa.select(RoleGrant.user_id).where(RoleGrant.role == "admin")).all()
        others = sa.select(User.id).where(User.id.not_in(admins)).order_by(User.mobile).limit(2)
        return [as_user(user_id) for user_id in (*admins, *session().scalars(others))]


@pytest.fixture
def views(app: Flask) -> list[View]:
    """Every read of the kernel and of addons, those with fewer ids in their path first."""
    found = {rule.endpoint: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules()}
    reads = [view for view in found.values() if isinstance(view, View) and view.method == "GET"]
    return sorted((view for view in reads if view.rule.startswith("/api/v1/")), key=lambda view: view.rule.count("<"))


def read_all(views: list[View], person: Any, db: Database, limit: int) -> Iterator[Reading]:
    """Read everything that the person can; ids in paths are those of the first rows of lists that were read before."""
    first: dict[str, str] = {}
    person.get("/api/v1/users/me")  # who he is, is known from now on
    for view in views:
        path = filled(view.rule, first)
        if path is not None:
            asked = {**ASKED.get(view.rule, {}), **({"limit": limit} if takes_limit(view) else {})}
            with db.queries() as statements:
                answer = person.get(path, query_string=asked)
            rows = answer.json.get("items") or [] if answer.is_json and isinstance(answer.json, dict) else []
            if rows and isinstance(rows[0], dict):
                first[path] = rows[0].get("id") or rows[0].get("name")
            yield Reading(view.rule, answer.status_code, len(rows), statements)


def takes_limit(view: View) -> bool:
    """Whether it is a list that comes in pages."""
    schemas = (arguments.schema for arguments in view.endpoint.arguments)
    return any(issubclass(schema if isinstance(schema, type) else type(schema), ListQuery) for schema in schemas)


def filled(rule: str, first: dict[str, str]) -> str | None:
    """The rule's path, each id that of a row in the list above it; None where there is none."""
    path, *rest = re.split(r"/<[^>]+>", rule)
    for part in rest:
        found = first.get(path) or first.get(_elsewhere(path, first))
        if found is None:
            return None
        path = f"{path}/{found}{part}"
    return path


def _elsewhere(path: str, first: dict[str, str]) -> str:
    """The list of the same name that another addon has, such as `/my/markets`."""
    name = path.split("/", 4)[-1]
    return next((there for there in first if there.split("/", 4)[-1] == name), "")


def test_no_read_takes_many_statements_nor_more_for_more_rows(
    views: list[View], people: list[Any], db: Database
) -> None:
    counted: set[str] = set()
    grown: set[str] = set()
    for person in people:
        few, many = ({each.rule: each for each in read_all(views, person, db, limit)} for limit in (FEW, MANY))
        for rule, reading in many.items():
            if reading.status == 200:
                counted.add(rule)
                assert len(reading.statements) <= MORE.get(rule, MOST), reading
            if rule in few and reading.rows > few[rule].rows:
                grown.add(rule)
                assert len(reading.statements) <= len(few[rule].statements), reading
    assert len(counted) > 0.7 * len(views), sorted({view.rule for view in views} - counted)
    assert grown >= {"/api/v1/region/provinces", "/api/v1/chat/rooms/<uuid:room_id>/messages", "/api/v1/market/markets"}
