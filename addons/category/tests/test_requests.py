"""Users ask for categories that are missing, and editors answer."""

from __future__ import annotations

import uuid
from typing import Any

from asoud_category.models import CategoryRequest
from asoud_category.services import ask_for_category
from asoud_category.services.privacy import erase, export

from addon_sdk import NotFound, Problem

API = "/api/v1/category"
REQUESTS = f"{API}/requests"


def ask(caller: Any, title: str = "تعمیر پهپاد", **values: Any) -> dict[str, Any]:
    answer = caller.post(REQUESTS, json={"title": title, **values})
    assert answer.status_code == 201, answer.text
    request: dict[str, Any] = answer.json
    return request


def test_everybody_sees_his_own_and_editors_all(editor: Any, sara: Any, ali: Any, client: Any, family: Any) -> None:
    mine = ask(sara, explanation="خط یک\nخط دو", parent_id=family["digital"]["id"])
    assert (mine["state"], mine["user_id"], mine["explanation"]) == ("pending", str(sara.user_id), "خط یک\nخط دو")
    ask(ali)
    assert [item["id"] for item in sara.get(REQUESTS).json["items"]] == [mine["id"]]
    assert len(editor.get(REQUESTS).json["items"]) == 2
    assert [item["id"] for item in editor.get(f"{REQUESTS}?user_id={sara.user_id}").json["items"]] == [mine["id"]]
    assert sara.get(f"{REQUESTS}/{mine['id']}").json == mine
    assert ali.get(f"{REQUESTS}/{mine['id']}").status_code == ali.delete(f"{REQUESTS}/{mine['id']}").status_code == 404
    assert client.post(REQUESTS, json={"title": "x"}).status_code == 401


def test_bad_requests_are_refused(sara: Any, editor: Any, family: Any, patch: Any, refused: Any) -> None:
    patch(editor, f"categories/{family['fashion']['id']}", {"is_active": False})
    for values, pointer, code in (
        ({"title": " \u202e "}, "/title", "length"),
        ({"title": "؟!"}, "/title", "blank"),
        ({"explanation": "x" * 1001}, "/explanation", "length"),
        ({"parent_id": str(uuid.uuid4())}, "/parent_id", "unknown"),
        ({"parent_id": family["fashion"]["id"]}, "/parent_id", "unknown"),
        ({"state": "accepted"}, "/state", "read_only"),
    ):
        refused(sara.post(REQUESTS, json={"title": "نو", **values}), pointer, code)


def test_a_request_becomes_a_category(editor: Any, sara: Any, client: Any, family: Any, outbox: Any) -> None:
    mine = ask(sara, parent_id=family["digital"]["id"])
    body = {"slug": "drone-repair", "answer": "افزوده شد."}
    accepted = editor.put(f"{REQUESTS}/{mine['id']}/acceptance", json=body).json
    assert (accepted["state"], accepted["answer"]) == ("accepted", "افزوده شد.")
    made = client.get(f"{API}/categories/{accepted['category_id']}").json
    assert (made["title"], made["slug"], made["parent_id"]) == ("تعمیر پهپاد", "drone-repair", family["digital"]["id"])
    assert outbox.payloads("category.request_decided") == [
        {
            "request_id": mine["id"],
            "user_id": str(sara.user_id),
            "state": "accepted",
            "category_id": accepted["category_id"],
        }
    ]
    for action, again in (("acceptance", {}), ("rejection", {"answer": "نه"})):
        answer = editor.put(f"{REQUESTS}/{mine['id']}/{action}", json=again)
        assert (answer.status_code, answer.json["code"]) == (409, "category.request_already_decided")
    assert sara.delete(f"{REQUESTS}/{mine['id']}").status_code == 409
    assert editor.delete(f"{API}/categories/{accepted['category_id']}").status_code == 204
    assert sara.get(f"{REQUESTS}/{mine['id']}").json["category_id"] is None


def test_a_request_is_answered_with_a_category_that_fits_or_a_reason(
    editor: Any, sara: Any, family: Any, refused: Any, outbox: Any
) -> None:
    first, second, third = (ask(sara, f"درخواست {number}") for number in "abc")
    path = f"{REQUESTS}/{first['id']}/acceptance"
    both = {"slug": "x", "category_id": family["mobile"]["id"]}
    for body, pointer, code in (
        (both, "/category_id", "invalid"),
        ({"title": "نو"}, "/title", "invalid"),
        ({"slug": "fashion"}, "/slug", "taken"),
        ({"slug": "x", "parent_id": str(uuid.uuid4())}, "/parent_id", "unknown"),
        ({"category_id": str(uuid.uuid4())}, "/category_id", "unknown"),
    ):
        refused(editor.put(path, json=body), pointer, code)
    fits = editor.put(path, json={"category_id": family["mobile"]["id"]}).json
    assert (fits["state"], fits["category_id"]) == ("accepted", family["mobile"]["id"])
    refused(editor.put(f"{REQUESTS}/{second['id']}/rejection", json={}), "/answer", "required")
    rejected = editor.put(f"{REQUESTS}/{second['id']}/rejection", json={"answer": "نمی‌شود"}).json
    assert (rejected["state"], rejected["answer"]) == ("rejected", "نمی‌شود")
    changed = {"slug": "third", "title": "سومی", "title_en": "Third", "parent_id": family["mobile"]["id"]}
    assert editor.put(f"{REQUESTS}/{third['id']}/acceptance", json=changed).status_code == 200
    assert [each["state"] for each in outbox.payloads("category.request_decided")] == [
        "accepted",
        "rejected",
        "accepted",
    ]
    assert sara.put(f"{REQUESTS}/{second['id']}/rejection", json={"answer": "x"}).status_code == 403


def test_undecided_requests_are_limited_and_withdrawn(editor: Any, sara: Any, ali: Any, settings: Any) -> None:
    settings["category.max_open_requests"] = 1
    mine = ask(sara)
    answer = sara.post(REQUESTS, json={"title": "یکی دیگر"})
    assert (answer.status_code, answer.json["code"]) == (409, "category.too_many_open_requests")
    ask(ali)
    assert sara.delete(f"{REQUESTS}/{mine['id']}").status_code == 204
    again = ask(sara)
    assert editor.delete(f"{REQUESTS}/{again['id']}").status_code == 403


def test_two_at_once_do_not_pass_the_limit(at_once: Any, sara: Any, settings: Any, db: Any) -> None:
    settings["category.max_open_requests"] = 2
    answers = at_once(*[lambda: ask_for_category(sara.user_id, "نو")] * 6)
    assert sum(isinstance(answer, Problem) for answer in answers) == 4
    assert db.count(CategoryRequest) == 2


def test_requests_are_rare(sara: Any, settings: Any) -> None:
    settings["category.max_open_requests"] = 100
    codes = [sara.post(REQUESTS, json={"title": "نو"}).status_code for _ in range(21)]
    assert codes == [201] * 20 + [429]


def test_a_user_takes_his_requests_along_and_is_forgotten(app: Any, sara: Any, ali: Any, db: Any) -> None:
    ask(sara)
    ask(ali)
    with app.app_context():
        assert [item["title"] for item in export(sara.user_id)] == ["تعمیر پهپاد"]
    db.run(erase, sara.user_id)
    assert db.count(CategoryRequest) == 1


def test_the_erase_hook_of_users_is_ours_too(app: Any, sara: Any, db: Any) -> None:
    from asoud_users.services.privacy import erase as erase_user
    from asoud_users.services.privacy import export as export_user

    ask(sara)
    with app.app_context():
        assert "category_requests" in export_user(sara.user_id)
        erase_user(sara.user_id)
    assert db.count(CategoryRequest) == 0


def test_who_is_no_user_asks_for_nothing(app: Any) -> None:
    with app.app_context():
        try:
            ask_for_category(uuid.uuid4(), "نو")
        except NotFound:
            return
    raise AssertionError
