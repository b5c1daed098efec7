from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from asoud_chat.models import Participant, Room
from asoud_chat.services import rooms

ROOMS = "/api/v1/chat/rooms"


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def test_a_group_is_opened_listed_and_shown(ali: Any, sara: Any, stranger: Any, room: Any) -> None:
    assert (room["kind"], room["state"], room["title"], room["unread"]) == ("group", "active", "گروه", 0)
    assert room["stream"] == f"chat.room:{room['id']}"
    assert room["me"]["role"] == "admin"
    assert sara.get(f"{ROOMS}/{room['id']}").json["me"]["role"] == "member"
    assert [found["id"] for found in sara.get(ROOMS).json["items"]] == [room["id"]]
    assert stranger.get(ROOMS).json["items"] == []


def test_a_private_room_exists_once_for_its_two_users(ali: Any, sara: Any, stranger: Any, open_room: Any) -> None:
    first = open_room(ali, sara, kind="private")
    again = sara.post(ROOMS, json={"kind": "private", "user_ids": [str(ali.user_id)]})
    assert (again.status_code, again.json["id"]) == (200, first["id"])
    for others in ([], [ali.user_id], [sara.user_id, stranger.user_id]):
        body = {"kind": "private", "user_ids": [str(user) for user in others]}
        assert code(ali.post(ROOMS, json=body)) == (422, "validation_failed")
    path = f"{ROOMS}/{first['id']}"
    add = {"user_id": str(stranger.user_id)}
    assert ali.post(f"{path}/participants", json=add).status_code == 403
    assert code(ali.delete(f"{path}/participants/{ali.user_id}")) == (409, "chat.fixed_participants")
    assert ali.delete(path).status_code == 403


def test_two_who_open_a_private_room_at_once_get_the_same(
    ali: Any, sara: Any, db: Any, asoud_database_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_found_none = threading.Barrier(2)
    check = rooms._check_people

    def meet(*arguments: Any) -> None:
        if asoud_database_kind == "postgres":  # SQLite lets one writer in at a time, so they cannot meet here
            both_found_none.wait(10)
        check(*arguments)

    monkeypatch.setattr(rooms, "_check_people", meet)

    def open_with(caller: Any, other: Any) -> Any:
        return caller.post(ROOMS, json={"kind": "private", "user_ids": [str(other.user_id)]})

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(open_with, (ali, sara), (sara, ali)))
    assert sorted(answer.status_code for answer in answers) == [200, 201], [answer.text for answer in answers]
    assert answers[0].json["id"] == answers[1].json["id"]
    assert (db.count(Room), db.count(Participant)) == (1, 2)


def pointers(answer: Any) -> list[str]:
    return [error["pointer"] for error in answer.json["errors"]]


@pytest.mark.parametrize(
    "body",
    [
        {"user_ids": None},
        {"mobiles": ["12"]},
        {"mobiles": ["09120000001"] * 21},
        {"user_ids": "x"},
        {"user_ids": ["x"]},
        {"user_ids": [], "title": "x" * 121},
        {"user_ids": [], "more": 1},
        {"user_ids": [], "state": "blocked"},
    ],
)
def test_wrong_rooms_are_refused(ali: Any, body: Any) -> None:
    assert code(ali.post(ROOMS, json=body)) == (422, "validation_failed")


def test_rooms_are_opened_with_living_users_and_known_kinds_only(ali: Any, sara: Any) -> None:
    nobody = ali.post(ROOMS, json={"user_ids": [str(sara.user_id), str(uuid4())]})
    assert (code(nobody), pointers(nobody)) == ((422, "validation_failed"), ["/user_ids/1"])
    assert nobody.json["errors"][0]["code"] == "unknown"
    no_kind = ali.post(ROOMS, json={"kind": "market.visitors", "user_ids": []})
    assert (code(no_kind), pointers(no_kind)) == ((422, "validation_failed"), ["/kind"])


def test_a_room_is_opened_by_mobile_numbers(ali: Any, sara: Any) -> None:
    room = ali.post(ROOMS, json={"kind": "private", "mobiles": ["۰۹۱۲۰۰۰۰۰۰۲"]})
    assert room.status_code == 201, room.text
    assert sara.get(f"{ROOMS}/{room.json['id']}").status_code == 200
    nobody = ali.post(ROOMS, json={"mobiles": ["09120000002", "09129999999"]})
    assert (code(nobody), pointers(nobody)) == ((422, "validation_failed"), ["/mobiles/1"])
    for _ in range(2):
        ali.post(ROOMS, json={"mobiles": ["09129999999"] * 20})
    refused = ali.post(ROOMS, json={"mobiles": ["09120000002"] * 20})
    assert code(refused) == (429, "too_many_requests")


def test_there_are_limits(ali: Any, sara: Any, stranger: Any, settings: Any, open_room: Any) -> None:
    settings["chat.max_participants"] = 2
    people = [str(sara.user_id), str(stranger.user_id)]
    assert code(ali.post(ROOMS, json={"user_ids": people})) == (409, "chat.room_full")
    room = open_room(ali, sara)
    body = {"user_id": str(stranger.user_id)}
    assert code(ali.post(f"{ROOMS}/{room['id']}/participants", json=body)) == (409, "chat.room_full")
    settings["chat.max_rooms"] = 1
    assert code(ali.post(ROOMS, json={"user_ids": []})) == (409, "chat.too_many_rooms")
    private = open_room(sara, ali, kind="private")
    again = ali.post(ROOMS, json={"kind": "private", "user_ids": [str(sara.user_id)]})
    assert (again.status_code, again.json["id"]) == (200, private["id"])


def test_a_room_is_renamed_archived_and_opened_again(ali: Any, sara: Any, room: Any, say: Any) -> None:
    path = f"{ROOMS}/{room['id']}"
    assert ali.patch(path, json={"title": "نو"}).json["title"] == "نو"
    assert sara.patch(path, json={"title": "x"}).status_code == 403
    assert ali.patch(path, json={"state": "archived"}).json["state"] == "archived"
    assert code(ali.post(f"{path}/messages", json={"text": "x"})) == (409, "chat.room_closed")
    assert ali.get(f"{path}/messages").status_code == 200
    assert [found["id"] for found in ali.get(f"{ROOMS}?state=archived").json["items"]] == [room["id"]]
    ali.patch(path, json={"state": "active"})
    say(ali, room)


def test_only_staff_blocks_and_unblocks(ali: Any, room: Any, as_user: Any) -> None:
    path = f"{ROOMS}/{room['id']}"
    staff = as_user(permissions=["chat.moderate"])
    blocked = ali.patch(path, json={"state": "blocked"})
    assert blocked.status_code == 422
    assert "blocked" not in blocked.json["errors"][0]["message"]
    assert ali.put(f"{path}/block", json={"blocked": True}).status_code == 403
    assert staff.put(f"{path}/block", json={"blocked": True}).json["state"] == "blocked"
    assert ali.patch(path, json={"state": "active"}).status_code == 403
    assert code(ali.post(f"{path}/messages", json={"text": "x"})) == (409, "chat.room_closed")
    assert staff.put(f"{path}/block", json={"blocked": False}).json["state"] == "active"
    assert staff.put(f"{ROOMS}/{uuid4()}/block", json={"blocked": True}).status_code == 404


def test_only_inviters_add_and_only_as_high_as_they_may(ali: Any, sara: Any, stranger: Any, room: Any) -> None:
    people = f"{ROOMS}/{room['id']}/participants"
    body = {"user_id": str(stranger.user_id)}
    assert code(sara.post(people, json=body)) == (403, "permission_denied")
    assert code(stranger.post(people, json=body)) == (404, "not_found")
    assert ali.patch(f"{people}/{sara.user_id}", json={"can_invite": True}).json["can_invite"]
    for role in ("admin", "moderator"):
        assert sara.post(people, json={**body, "role": role}).status_code == 403
    added = sara.post(people, json={**body, "role": "guest"})
    assert (added.status_code, added.json["role"], added.json["can_send"]) == (201, "guest", False)
    assert code(sara.post(people, json=body)) == (409, "chat.already_there")
    unknown = ali.post(people, json={"user_id": str(uuid4())})
    assert (unknown.status_code, pointers(unknown)) == (422, ["/user_id"])
    assert stranger.get(f"{ROOMS}/{room['id']}").status_code == 200


def test_everybody_in_a_room_is_listed_with_name_and_rights(ali: Any, sara: Any, stranger: Any, room: Any) -> None:
    people = f"{ROOMS}/{room['id']}/participants"
    listed = sara.get(people).json["items"]
    assert {item["user_id"]: item["role"] for item in listed} == {
        str(ali.user_id): "admin",
        str(sara.user_id): "member",
    }
    assert not any(item["online"] for item in listed)
    assert sara.get(f"{people}/{ali.user_id}").json == next(i for i in listed if i["role"] == "admin")
    assert stranger.get(people).status_code == 404
    assert sara.get(f"{people}/{stranger.user_id}").status_code == 404


def test_rights_are_given_by_those_who_manage_and_admins_touched_by_admins(
    ali: Any, sara: Any, stranger: Any, room: Any
) -> None:
    people = f"{ROOMS}/{room['id']}/participants"
    ali.post(people, json={"user_id": str(stranger.user_id)})
    assert stranger.patch(f"{people}/{sara.user_id}", json={"can_send": False}).status_code == 403
    managed = ali.patch(f"{people}/{sara.user_id}", json={"role": "moderator", "can_manage": True}).json
    assert (managed["role"], managed["can_delete"], managed["can_manage"]) == ("moderator", True, True)
    assert sara.patch(f"{people}/{stranger.user_id}", json={"can_send": False}).json["can_send"] is False
    for change in ({"role": "member"}, {"can_send": False}):
        assert sara.patch(f"{people}/{ali.user_id}", json=change).status_code == 403
    assert sara.patch(f"{people}/{stranger.user_id}", json={"role": "admin"}).status_code == 403
    assert sara.delete(f"{people}/{ali.user_id}").status_code == 403
    for wrong in ({}, {"role": "king"}, {"user_id": str(sara.user_id)}):
        assert ali.patch(f"{people}/{sara.user_id}", json=wrong).status_code == 422
    assert sara.delete(f"{people}/{stranger.user_id}").status_code == 204
    assert stranger.get(f"{ROOMS}/{room['id']}").status_code == 404


def test_a_room_never_lacks_an_admin(ali: Any, sara: Any, room: Any) -> None:
    people = f"{ROOMS}/{room['id']}/participants"
    assert ali.patch(f"{people}/{ali.user_id}", json={"role": "member"}).json["role"] == "admin"
    assert ali.delete(f"{people}/{ali.user_id}").status_code == 204
    assert sara.get(f"{ROOMS}/{room['id']}").json["me"]["role"] == "admin"
    assert sara.delete(f"{people}/{sara.user_id}").status_code == 204
    assert sara.get(ROOMS).json["items"] == []


def test_only_admins_delete_a_room_and_its_files_go_too(ali: Any, sara: Any, room: Any, say: Any) -> None:
    file_id = ali.upload("chat.picture")
    say(ali, room, "", kind="image", file_id=file_id)
    path = f"{ROOMS}/{room['id']}"
    assert sara.delete(path).status_code == 403
    ali.patch(f"{path}/participants/{sara.user_id}", json={"can_manage": True})
    assert sara.delete(path).status_code == 403
    assert ali.delete(path).status_code == 204
    assert ali.get(path).status_code == 404
    assert ali.get(f"/api/v1/kernel/files/{file_id}").status_code == 404


def test_statistics_are_for_those_who_manage_and_for_staff(
    ali: Any, sara: Any, room: Any, say: Any, as_user: Any
) -> None:
    say(ali, room)
    say(sara, room)
    say(ali, room, "", kind="location", location={"latitude": 35.7, "longitude": 51.4})
    path = f"{ROOMS}/{room['id']}/statistics"
    shown = ali.get(path).json
    assert (shown["messages"], shown["participants"], shown["by_kind"]) == (3, 2, {"text": 2, "location": 1})
    assert shown["by_sender"][0] == {"user_id": str(ali.user_id), "messages": 2}
    assert sara.get(path).status_code == 403
    assert ali.get("/api/v1/chat/statistics").status_code == 403
    site = as_user(permissions=["chat.statistics"]).get("/api/v1/chat/statistics").json
    assert (site["rooms"], site["active_rooms"], site["messages"]) == (1, 1, 3)


def test_nothing_of_chat_is_for_strangers_or_without_login(client: Any, stranger: Any, room: Any) -> None:
    path = f"{ROOMS}/{room['id']}"
    for place in ("", "/messages", "/participants", "/presence", "/statistics"):
        assert client.get(path + place).status_code == 401
        assert stranger.get(path + place).status_code == 404
