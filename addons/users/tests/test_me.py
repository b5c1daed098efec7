"""The caller himself: name, profile, picture."""

from __future__ import annotations

from typing import Any

import pytest
from asoud_users.testing import API, make_user
from flask import Flask
from flask.testing import FlaskClient


def test_everybody_changes_his_own_name(caller: Any) -> None:
    answer = caller.patch(f"{API}/me", json={"first_name": " سارا ", "language": "en", "email": "a@example.com"})
    assert answer.status_code == 200
    assert (answer.json["first_name"], answer.json["language"]) == ("سارا", "en")
    assert caller.get(f"{API}/me").json == answer.json


@pytest.mark.parametrize(
    "body",
    [{"mobile": "09120000001"}, {"id": "x"}, {"language": "de"}, {"email": "x"}, {"first_name": "x" * 61}, {"a": 1}],
)
def test_what_cannot_be_set_is_refused(caller: Any, body: Any) -> None:
    answer = caller.patch(f"{API}/me", json=body)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == f"/{next(iter(body))}"


def test_the_profile_is_made_when_first_written(caller: Any) -> None:
    assert caller.get(f"{API}/me/profile").json["national_code"] is None
    body = {"national_code": "۰۴۹۹۳۷۰۸۹۹", "birth_date": "1990-01-31", "address": "تهران"}
    assert caller.patch(f"{API}/me/profile", json=body).status_code == 200
    profile = caller.get(f"{API}/me/profile").json
    assert profile == {**body, "national_code": "0499370899", "picture_id": None}
    caller.patch(f"{API}/me/profile", json={"address": ""})
    assert caller.get(f"{API}/me/profile").json["national_code"] == "0499370899"


@pytest.mark.parametrize(
    ("field", "value"),
    [("national_code", "0499370898"), ("birth_date", "1890-01-01"), ("birth_date", "2990-01-01"), ("picture_id", "x")],
)
def test_a_wrong_profile_is_refused(caller: Any, field: str, value: Any) -> None:
    answer = caller.patch(f"{API}/me/profile", json={field: value})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, f"/{field}")


def test_a_picture_is_shown_replaced_and_removed(caller: Any) -> None:
    first, second = caller.upload("users.picture"), caller.upload("users.picture")
    assert caller.put(f"{API}/me/picture", json={"file_id": first}).json["picture_id"] == first
    assert caller.put(f"{API}/me/picture", json={"file_id": first}).status_code == 200
    assert caller.put(f"{API}/me/picture", json={"file_id": second}).json["picture_id"] == second
    assert caller.get(f"/api/v1/kernel/files/{first}").status_code == 404
    assert caller.delete(f"{API}/me/picture").status_code == 204
    assert caller.get(f"/api/v1/kernel/files/{second}").status_code == 404


def test_only_ones_own_picture_of_the_right_kind(caller: Any, stranger: Any) -> None:
    strangers = stranger.upload("users.picture")
    document = caller.upload("users.document")
    for file_id in (strangers, document):
        answer = caller.put(f"{API}/me/picture", json={"file_id": file_id})
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/file_id")


def test_rights_are_shown(app: Flask, as_user: Any) -> None:
    caller = as_user(make_user(app), permissions=["users.read"])
    rights = caller.get(f"{API}/me/rights").json
    assert "customer" in rights["roles"]
    assert rights["permissions"] == ["users.read"]


def test_nobody_is_nobody(client: FlaskClient) -> None:
    assert client.get(f"{API}/me").status_code == 401


def test_a_session_without_a_user_finds_none(as_user: Any) -> None:
    assert as_user().get(f"{API}/me").status_code == 404
