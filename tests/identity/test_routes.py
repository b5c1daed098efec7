"""Every route of every addon, tried as nobody, as somebody without rights, and on what belongs to another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from addon_sdk.testing.ownership import OwnedObject, owned_objects
from kernel.addons.discovery import discover
from kernel.identity.access import Access
from kernel.rest import routes
from kernel.rest.checks import Route

FILLERS: dict[str, Any] = {"UUIDConverter": UUID(int=7), "IntegerConverter": 7, "FloatConverter": 7.0}


@pytest.fixture
def asoud_addons() -> tuple[str, ...]:
    """All that are here, those without migrations (still being written) left out."""
    from kernel.db.schema_state import head_on_disk

    return tuple(sorted(c.name for c in discover() if head_on_disk(c.name) is not None or c.name == "iran"))


def address(app: Flask, route: Route, values: dict[str, Any] | None = None) -> str:
    """A path of the route, with ``values`` or anything that its converters take."""
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == route.endpoint)
    filled = {name: FILLERS.get(type(converter).__name__, "x") for name, converter in rule._converters.items()}
    with app.test_request_context():
        return app.url_map.bind("localhost").build(route.endpoint, {**filled, **(values or {})}, method=route.method)


def ruled(app: Flask) -> list[tuple[Route, Access]]:
    """The routes of blueprints with their rules."""
    return [(route, route.access) for route in routes(app) if route.access is not None]


def test_nobody_gets_in_without_a_login(app: Flask, client: FlaskClient) -> None:
    answers = {
        f"{route.method} {route.rule}": client.open(address(app, route), method=route.method, json={}).status_code
        for route, access in ruled(app)
        if not access.anonymous
    }
    assert answers
    assert {name: status for name, status in answers.items() if status != 401} == {}


def test_every_permission_that_a_route_asks_for_can_be_granted(app: Flask) -> None:
    known = app.extensions["asoud"].identity.grants.catalog.permissions
    asked = {permission for _, access in ruled(app) for permission in access.permissions}
    assert asked
    assert asked - known.keys() == set()


def test_nobody_gets_in_without_the_permission(app: Flask, as_user: Callable[..., Any]) -> None:
    somebody = as_user()
    answers = {
        f"{route.method} {route.rule}": somebody.open(address(app, route), method=route.method, json={}).status_code
        for route, access in ruled(app)
        if access.permissions
    }
    assert answers
    assert {name: status for name, status in answers.items() if status not in (403, 404)} == {}


def owned_routes(app: Flask) -> tuple[list[tuple[Route, OwnedObject]], list[str]]:
    """Routes on single objects that need a login only, with how to make one; and those for which nobody says how."""
    with app.app_context():
        objects = owned_objects(app.extensions["asoud"].registry.loaded.values())
    single = [
        route for route, access in ruled(app) if not access.anonymous and not access.permissions and "<" in route.rule
    ]
    single = [route for route in single if route.owner != "kernel"]
    unsaid = [f"{route.method} {route.rule}" for route in single if route.rule not in objects]
    return [(route, objects[route.rule]) for route in single if route.rule in objects], unsaid


def test_nobody_gets_at_what_belongs_to_another(app: Flask, as_user: Callable[..., Any]) -> None:
    cases, unsaid = owned_routes(app)
    owner, stranger = make_owner(app, as_user), as_user()
    answers = {}
    for case in {case.rule: case for _, case in cases}.values():
        with app.app_context():
            values = dict(case.make(owner.user_id))
        for route, _ in [pair for pair in cases if pair[1] is case]:
            body = case.bodies.get(route.method, {})
            answer = stranger.open(address(app, route, values), method=route.method, json=body)
            answers[f"{route.method} {route.rule}"] = (answer.status_code, answer.text[:80])
    assert {name: answer for name, answer in answers.items() if answer[0] != 404} == {}
    assert unsaid == [], "declare these with @owned(...) in the addon's testing module"


def make_owner(app: Flask, as_user: Callable[..., Any]) -> Any:
    """A real user, where there is an addon for users."""
    from importlib.util import find_spec

    if find_spec("asoud_users") is None:
        return as_user()
    from asoud_users.testing import make_user

    return as_user(make_user(app))
