"""Colleagues."""

from __future__ import annotations

from typing import Any

from asoud_users.testing import API

PATH = f"{API}/colleagues"


def test_colleagues_are_named_renamed_and_forgotten(caller: Any) -> None:
    made = caller.post(PATH, json={"mobile": "09130000000", "name": "علی"})
    assert (made.status_code, made.json["mobile"]) == (201, "+989130000000")
    assert caller.patch(f"{PATH}/{made.json['id']}", json={"name": "رضا"}).json["name"] == "رضا"
    assert [item["name"] for item in caller.get(PATH).json["items"]] == ["رضا"]
    assert caller.delete(f"{PATH}/{made.json['id']}").status_code == 204
    assert caller.get(PATH).json["items"] == []


def test_a_colleague_is_named_once_by_each(caller: Any, stranger: Any) -> None:
    body = {"mobile": "09130000000"}
    assert caller.post(PATH, json=body).status_code == 201
    again = caller.post(PATH, json=body)
    assert (again.status_code, again.json["code"]) == (409, "users.colleague_exists")
    assert stranger.post(PATH, json=body).status_code == 201


def test_the_colleague_of_another_does_not_exist(caller: Any, stranger: Any) -> None:
    made = caller.post(PATH, json={"mobile": "09130000000"}).json
    assert stranger.patch(f"{PATH}/{made['id']}", json={"name": "x"}).status_code == 404
    assert stranger.delete(f"{PATH}/{made['id']}").status_code == 404
    assert stranger.get(PATH).json["items"] == []
    assert caller.patch(f"{PATH}/{made['id']}", json={"mobile": "09130000001"}).status_code == 422
