"""Every route of every addon, tried as nobody, as somebody without rights, and on what belongs to another."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient

from addon_sdk.testing.ownership import OwnedObject
from kernel.clock import FrozenClock
from kernel.identity.access import Access
from kernel.identity.sessions import revoke
from kernel.rest import routes
from kernel.rest.checks import Route
from tests.every.conftest import make_for

FILLERS: dict[str, Any] = {"UUIDConverter": UUID(int=7), "IntegerConverter": 7, "FloatConverter": 7.0}


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


def test_a_bad_token_gets_nobody_in(app: Flask, as_user: Callable[..., Any], clock: FrozenClock) -> None:
    """And a public route answers as documented, whether it asks who is there or not."""
    caller, revoked = as_user(), as_user()
    with app.app_context():
        revoke(revoked.tokens.session_id, user_id=revoked.user_id)
    access, refresh = caller.tokens.access_token, caller.tokens.refresh_token
    for token in ("", "a.b.c", refresh, f"{access[:-4]}AAAA", revoked.tokens.access_token):
        refused_everywhere(app, f"Bearer {token}")
    refused_everywhere(app, f"Basic {access}")
    clock.tick(app.extensions["asoud"].settings.access_token_seconds + 1)
    refused_everywhere(app, f"Bearer {access}")


def refused_everywhere(app: Flask, authorization: str) -> None:
    for route, access in ruled(app):
        headers, body = {"Authorization": authorization}, {} if route.method != "GET" else None
        answer = app.test_client().open(address(app, route), method=route.method, json=body, headers=headers)
        assert answer.status_code == 401 or (access.anonymous and answer.status_code < 500), (route, authorization)


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


HIDDEN = {
    "/api/v1/market/markets/<uuid:market_id>/like",
    "/api/v1/market/markets/<uuid:market_id>/bookmark",
    "/api/v1/market/markets/<uuid:market_id>/reports",
    "/api/v1/market/my/invitations/<uuid:invitation_id>/answer",
}
"""What the owner cannot reach here either: his market isn't public yet, the invitation belongs to whom he invited."""


def send(app: Flask, caller: Any, route: Route, case: OwnedObject, values: dict[str, object]) -> Any:
    body = case.bodies.get(route.method, {}) if route.method != "GET" else None
    key = {"Idempotency-Key": str(uuid4())}
    return caller.open(address(app, route, values), method=route.method, json=body, headers=key)


def test_nobody_gets_at_what_belongs_to_another(
    app: Flask, objects: dict[str, OwnedObject], as_real_user: Callable[..., Any]
) -> None:
    """404 for a stranger; and not for the owner, or the object would prove nothing."""
    stranger, strangers, owners = as_real_user(), {}, {}
    for rule, case in objects.items():
        owner = as_real_user()
        values = make_for(owner, case)
        own = [route for route, access in ruled(app) if route.rule == rule and not access.permissions]
        for route in sorted(own, key=lambda route: route.method == "DELETE"):
            name = f"{route.method} {route.rule}"
            strangers[name] = send(app, stranger, route, case, values).status_code
            owners[name] = send(app, owner, route, case, values).status_code
    assert {name: status for name, status in strangers.items() if status != 404} == {}
    reached = {name.partition(" ")[2] for name, status in owners.items() if status < 500 and status not in (401, 404)}
    assert {name.partition(" ")[2] for name in owners} - reached <= HIDDEN


def test_it_is_said_how_to_make_every_object_that_has_routes(app: Flask, objects: dict[str, OwnedObject]) -> None:
    single = [
        route
        for route, access in ruled(app)
        if not access.anonymous and not access.permissions and "<" in route.rule and "<scope>" not in route.rule
    ]
    unsaid = [f"{route.method} {route.rule}" for route in single if route.rule not in objects]
    assert unsaid == [], "declare these with @owned(...) in the addon's testing module"


def test_rights_on_ones_own_object_are_none_on_anothers(
    app: Flask, objects: dict[str, OwnedObject], as_real_user: Callable[..., Any]
) -> None:
    """Whoever holds the permissions by an object of his own is told that there is no other's."""
    rivals, entered = {}, set()
    scoped = [(route, access.by) for route, access in ruled(app) if access.scope is not None]
    for route, by in scoped:
        owner, rival, name = as_real_user(), as_real_user(), f"{route.method} {route.rule}"
        case = next(case for case in objects.values() if f":{by}>" in case.rule)
        values, _ = make_for(owner, case), make_for(rival, case)
        rivals[name] = send(app, rival, route, case, values).status_code
        if send(app, owner, route, case, values).status_code not in (401, 403, 404):
            entered.add(name)
    assert {name: status for name, status in rivals.items() if status != 404} == {}
    assert bool(entered) == bool(scoped)


MADE_BY_WORKERS = {"/api/v1/product/my/markets/<uuid:market_id>/transfers/<uuid:transfer_id>"}
"""What takes a worker to make."""


def test_what_belongs_to_another_is_none_below_ones_own(
    app: Flask, objects: dict[str, OwnedObject], as_real_user: Callable[..., Any]
) -> None:
    """Of a path like /markets/<market_id>/pictures/<picture_id> each id is looked for below the one before."""
    scoped = [route for route, access in ruled(app) if access.scope is not None]
    inner = [(route, found[1:]) for route in scoped if len(found := re.findall(r"<uuid:(\w+)>", route.rule)) > 1]
    inner = [(route, names) for route, names in inner if route.rule not in MADE_BY_WORKERS]
    unsaid = [route.rule for route, _ in inner if route.rule not in objects]
    assert unsaid == [], "declare these with @owned(...) in the addon's testing module"
    tried: dict[str, int] = {}
    for route, names in inner:
        owner, rival, case = as_real_user(), as_real_user(), objects[route.rule]
        values, others = make_for(owner, case), make_for(rival, case)
        mixed = {f"{route.method} {route.rule} {name}": {**values, name: others[name]} for name in names}
        answers = {name: send(app, owner, route, case, each).status_code for name, each in mixed.items()}
        if send(app, owner, route, case, values).status_code < 400:  # else it proves nothing: it needs more than ids
            tried |= answers
    assert len(tried) > 10
    assert {name: status for name, status in tried.items() if status != 404} == {}
