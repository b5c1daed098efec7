"""Every event of every namespace, tried as nobody, as somebody without rights, and on what belongs to another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from flask import Flask
from marshmallow import fields
from socketio.exceptions import ConnectionError

from addon_sdk.testing.ownership import OwnedObject
from kernel.identity.access import Access, access_of
from kernel.realtime.namespaces import Namespace
from kernel.rest.blueprint import prefix_of
from tests.every.conftest import make_for


class Event(NamedTuple):
    """One event that clients may send."""

    owner: str
    namespace: type[Namespace]
    name: str
    access: Access
    schema: Any

    def payload(self, values: Mapping[str, object]) -> dict[str, Any]:
        """What the schema takes, with these ``values`` and whatever else it requires."""
        wanted = self.schema().load_fields if self.schema else {}
        known = {name: str(value) if isinstance(value, UUID) else value for name, value in values.items()}
        required = {name: filler(field) for name, field in wanted.items() if field.required}
        return {**required, **{name: value for name, value in known.items() if name in wanted}}


def filler(field: fields.Field[Any]) -> Any:
    """Something that the field takes."""
    if isinstance(field, fields.UUID):
        return str(UUID(int=7))
    return next(
        (value for kind, value in ((fields.Boolean, True), (fields.Integer, 0)) if isinstance(field, kind)), "x"
    )


@pytest.fixture
def events(app: Flask) -> list[Event]:
    found = []
    for item in app.extensions["asoud"].registry.contributions("namespace"):
        for handler in item.value.events():
            access = access_of(getattr(item.value, handler.method))
            assert access is not None, handler
            found.append(Event(item.owner, item.value, handler.event, access, handler.schema))
    assert found
    return found


def test_every_permission_that_an_event_asks_for_can_be_granted(app: Flask, events: list[Event]) -> None:
    known = app.extensions["asoud"].identity.grants.catalog.permissions
    assert {permission for event in events for permission in event.access.permissions} <= known.keys()


def test_nobody_sends_without_a_login(events: list[Event], socket: Callable[..., Any]) -> None:
    """Nobody connects, or where a namespace has something for the public, its other events refuse by themselves."""
    for namespace in {event.namespace for event in events}:
        if not namespace.anonymous:
            with pytest.raises(ConnectionError):
                socket(namespace.namespace)
            continue
        client = socket(namespace.namespace)
        for event in (event for event in events if event.namespace is namespace and not event.access.anonymous):
            assert client.call(event.name)["error"]["status"] == 401, event


def test_nobody_sends_without_the_permission(
    events: list[Event], socket: Callable[..., Any], as_real_user: Callable[..., Any]
) -> None:
    somebody = as_real_user()
    for event in (event for event in events if event.access.permissions):
        answer = socket(event.namespace.namespace, somebody).call(event.name, event.payload({}))
        assert answer["error"]["status"] in (403, 404), event


def test_nobody_sends_about_what_belongs_to_another(
    events: list[Event],
    objects: dict[str, OwnedObject],
    socket: Callable[..., Any],
    as_real_user: Callable[..., Any],
) -> None:
    """404 for a stranger, and a good answer for the owner, or the payload would prove nothing."""
    stranger, tried = as_real_user(), set()
    for event in (event for event in events if not event.access.anonymous):
        case, bodies = about(event, objects)
        if case is not None:
            owner = as_real_user()
            payload = event.payload({**bodies, **make_for(owner, case)})
            refused = socket(event.namespace.namespace, stranger).call(event.name, payload)
            assert refused["error"]["status"] == 404, (event, refused)
            allowed = socket(event.namespace.namespace, owner).call(event.name, payload)
            assert allowed["ok"], (event, allowed)
            tried.add(event.name)
    assert tried >= {event.name for event in events if event.owner == "chat"}


def about(event: Event, objects: Mapping[str, OwnedObject]) -> tuple[OwnedObject | None, dict[str, Any]]:
    """The addon's object whose path names most of the ids that the event takes, and what its objects are sent."""
    ids = [name for name in (event.schema().load_fields if event.schema else ()) if name.endswith("_id")]
    own = [case for rule, case in objects.items() if rule.startswith(f"{prefix_of(event.owner)}/")]
    bodies = {name: value for case in own for body in case.bodies.values() for name, value in body.items()}
    named = [(sum(f":{name}>" in case.rule for name in ids), case.rule) for case in own]
    most, rule = max(named, default=(0, ""))
    return (objects[rule] if most else None), bodies
