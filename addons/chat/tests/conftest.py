"""Three users and a room of the first two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from asoud_users.testing import make_user

API = "/api/v1/chat"


@pytest.fixture
def ali(app: Any, as_user: Any) -> Any:
    return as_user(make_user(app, "+989120000001"))


@pytest.fixture
def sara(app: Any, as_user: Any) -> Any:
    return as_user(make_user(app, "+989120000002"))


@pytest.fixture
def stranger(app: Any, as_user: Any) -> Any:
    return as_user(make_user(app, "+989120000003"))


@pytest.fixture
def open_room() -> Callable[..., dict[str, Any]]:
    """Opens a room as somebody, with others."""

    def make(caller: Any, *others: Any, kind: str = "group", title: str = "گروه") -> dict[str, Any]:
        body = {"kind": kind, "title": title, "user_ids": [str(other.user_id) for other in others]}
        answer = caller.post(f"{API}/rooms", json=body)
        assert answer.status_code in (200, 201), answer.text
        room: dict[str, Any] = answer.json
        return room

    return make


@pytest.fixture
def room(open_room: Any, ali: Any, sara: Any) -> dict[str, Any]:
    """A group that Ali opened with Sara."""
    found: dict[str, Any] = open_room(ali, sara)
    return found


@pytest.fixture
def say() -> Callable[..., dict[str, Any]]:
    """Sends a message over REST; the message."""

    def send(caller: Any, room: dict[str, Any], text: str = "سلام", **more: Any) -> dict[str, Any]:
        answer = caller.post(f"{API}/rooms/{room['id']}/messages", json={"text": text, **more})
        assert answer.status_code == 201, answer.text
        message: dict[str, Any] = answer.json
        return message

    return send
