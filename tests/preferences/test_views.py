"""Settings over REST."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kernel.db import new_id
from kernel.runtime import Platform
from tests.preferences.conftest import MARKET, VENDOR
from tests.processes import MakePlatform, as_user

SETTINGS = "/api/v1/kernel/settings"
OBJECT = f"{SETTINGS}/loyalty/market/{MARKET}"
OPERATOR = new_id()


@pytest.fixture
def client(make_platform: MakePlatform) -> FlaskClient:
    return make_platform().app.test_client()


def as_operator() -> Any:
    return as_user(OPERATOR, "kernel.settings")


def by_name(answer: TestResponse) -> dict[str, dict[str, Any]]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return {item["name"]: item for item in (answer.json or {})["settings"]}


def test_an_operator_sees_every_setting_with_its_schema(client: FlaskClient) -> None:
    with as_operator():
        answer = client.get(SETTINGS)
        seen = by_name(client.get(f"{SETTINGS}/loyalty"))
    (addon,) = (answer.json or {})["items"]
    assert (addon["addon"], addon["title"], addon["scope"]) == ("loyalty", "Loyalty", None)
    assert list(seen) == ["rate", "largest", "tags", "ends_at", "api_key", "unset"]
    assert {**seen["rate"], "shape": seen["rate"]["shape"]["type"]} == {
        "name": "rate",
        "description": "Points",
        "shape": "integer",
        "value": 10,
        "default": 10,
        "source": "default",
        "is_secret": False,
        "is_set": False,
        "scopes": ["market"],
    }


def test_settings_change_together_and_secrets_are_never_shown(client: FlaskClient, caplog: Any) -> None:
    values = {"rate": "۵۰", "ends_at": "2026-03-21T16:00:00+03:30", "api_key": "hunter2", "tags": ["a", "b"]}
    with as_operator():
        answer = client.patch(f"{SETTINGS}/loyalty", json={"values": values})
        seen = by_name(answer)
        assert "hunter2" not in answer.get_data(as_text=True)
        again = by_name(client.patch(f"{SETTINGS}/loyalty", json={"reset": ["api_key", "rate"]}))
    assert {name: item["value"] for name, item in seen.items() if item["is_set"]} == {
        "rate": 50,
        "ends_at": "2026-03-21T12:30:00Z",
        "api_key": None,
        "tags": ["a", "b"],
    }
    assert seen["rate"]["source"] == "site"
    assert [name for name, item in again.items() if item["is_set"]] == ["tags", "ends_at"]
    assert "hunter2" not in caplog.text


def test_an_objects_settings_belong_to_whoever_may_edit_them(client: FlaskClient) -> None:
    with as_user(VENDOR):
        seen = by_name(client.patch(OBJECT, json={"values": {"rate": 5}}))
        assert list(seen) == ["rate", "api_key"]
        assert (seen["rate"]["value"], seen["rate"]["source"], seen["api_key"]["source"]) == (5, "scope", "default")
    with as_operator():
        client.patch(f"{SETTINGS}/loyalty", json={"values": {"api_key": "x"}})
        seen = by_name(client.get(OBJECT))
        assert (seen["rate"]["value"], seen["api_key"]["source"], seen["api_key"]["is_set"]) == (5, "site", False)
        assert by_name(client.get(f"{SETTINGS}/loyalty"))["rate"]["value"] == 10


@pytest.mark.parametrize(
    ("who", "method", "path", "body", "expected"),
    [
        (None, "get", SETTINGS, None, (401, "not_authenticated")),
        ("stranger", "get", SETTINGS, None, (403, "permission_denied")),
        ("stranger", "patch", f"{SETTINGS}/loyalty", {"values": {}}, (403, "permission_denied")),
        ("stranger", "get", OBJECT, None, (403, "permission_denied")),
        ("stranger", "patch", OBJECT, {"values": {"rate": 1}}, (403, "permission_denied")),
        ("operator", "get", f"{SETTINGS}/nothing", None, (404, "not_found")),
        ("operator", "get", f"{SETTINGS}/market", None, (404, "not_found")),
        (
            "operator",
            "get",
            f"{SETTINGS}/loyalty/market/0198c0de-0000-7000-8000-000000000000",
            None,
            (404, "not_found"),
        ),
        ("operator", "get", f"{SETTINGS}/loyalty/shop/{MARKET}", None, (404, "not_found")),
        ("operator", "get", f"{SETTINGS}/loyalty/market/7", None, (404, "not_found")),
        ("operator", "patch", f"{SETTINGS}/loyalty", {"values": {"rate": "many"}}, (422, "validation_failed")),
        ("operator", "patch", f"{SETTINGS}/loyalty", {"values": {"nothing": 1}}, (422, "validation_failed")),
        ("operator", "patch", f"{SETTINGS}/loyalty", {"values": [1]}, (422, "validation_failed")),
        ("operator", "patch", f"{SETTINGS}/loyalty", {"rate": 1}, (422, "validation_failed")),
        ("operator", "patch", OBJECT, {"values": {"largest": 1}}, (422, "validation_failed")),
    ],
)
def test_refusals(
    client: FlaskClient, who: str | None, method: str, path: str, body: Any, expected: tuple[int, str]
) -> None:
    options = {} if body is None else {"json": body}
    if who is None:
        answer = client.open(path, method=method, **options)
    else:
        with as_operator() if who == "operator" else as_user(new_id()):
            answer = client.open(path, method=method, **options)
    assert (answer.status_code, (answer.json or {}).get("code")) == expected


def test_the_scope_of_a_disabled_addon_is_gone(client: FlaskClient, make_platform: MakePlatform) -> None:
    platform: Platform = make_platform()
    platform.gate.enabled -= {"market"}
    platform.gate.generation += 1
    with as_operator():
        assert platform.app.test_client().get(OBJECT).status_code == 404
