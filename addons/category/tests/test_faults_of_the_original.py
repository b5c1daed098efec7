"""The faults of the system that this addon replaces (its inventory, 1.3, 2.2 and 3); none may come back."""

from __future__ import annotations

from typing import Any

API = "/api/v1/category"


def test_a_client_needs_one_call_for_the_whole_tree(client: Any, family: Any) -> None:
    (digital, _) = client.get(f"{API}/tree").json["items"]
    assert digital["children"][0]["children"][0]["slug"] == "smartphones"


def test_lists_are_paginated(client: Any, make: Any) -> None:
    for number in range(3):
        make(f"c{number}")
    page = client.get(f"{API}/categories?limit=2").json
    assert (len(page["items"]), page["next"] is None) == (2, False)
    assert client.get(f"{API}/categories?limit=100000").status_code == 422


def test_slides_fall_back_to_the_parents_with_their_own_fields(client: Any, editor: Any, family: Any) -> None:
    url = "https://asoud.ir/" + "a" * 100  # twenty characters were all that it took
    body = {"file_id": editor.upload("category.slide"), "url": url}
    assert editor.post(f"{API}/categories/{family['digital']['id']}/slides", json=body).status_code == 201
    (slide,) = client.get(f"{API}/categories/{family['smartphones']['id']}/slides").json["items"]
    assert (slide["url"], slide["category_id"]) == (url, family["digital"]["id"])
    assert slide["picture"]["url"]


def test_the_fee_is_whole_rials_of_any_level(client: Any, editor: Any, family: Any, patch: Any) -> None:
    path = f"categories/{family['smartphones']['id']}"
    fee = {"amount": 9_007_199_254_740_993, "currency": "IRR"}
    assert patch(editor, path, {"market_fee": fee}).status_code == 200
    assert client.get(f"{API}/{path}").json["effective_fee"] == fee
    refused = patch(editor, path, {"market_fee": {"amount": 0.125, "currency": "IRR"}})
    assert refused.status_code == 422


def test_nobody_changes_anothers_request_nor_a_category_without_leave(
    sara: Any, ali: Any, client: Any, family: Any
) -> None:
    mine = sara.post(f"{API}/requests", json={"title": "تعمیر پهپاد"}).json["id"]
    assert ali.get(f"{API}/requests/{mine}").status_code == 404
    assert ali.delete(f"{API}/requests/{mine}").status_code == 404
    assert sara.put(f"{API}/requests/{mine}/acceptance", json={"slug": "x"}).status_code == 403
    for caller, status in ((client, 401), (sara, 403)):
        path = f"{API}/categories/{family['mobile']['id']}"
        assert caller.patch(path, json={"market_fee": None}).status_code == status
        assert caller.delete(path).status_code == status


def test_a_missing_category_can_be_asked_for(sara: Any) -> None:
    body = {"title": "تعمیر پهپاد", "explanation": "چنین شغلی در فهرست نیست."}
    assert sara.post(f"{API}/requests", json=body).status_code == 201


def test_nothing_is_changed_by_get(editor: Any, family: Any) -> None:
    path = f"{API}/categories/{family['mobile']['id']}"
    for action in ("place", "delete", "update"):
        assert editor.get(f"{path}/{action}").status_code in (404, 405)
