"""What other addons do with chat, and chat with them; and many senders at once."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import pytest
from asoud_chat.kinds import RoomKind, find_kind
from asoud_chat.models import MessageKind, ParticipantRole
from asoud_chat.services import Draft, open_room, send
from asoud_chat.services.privacy import erase, export
from asoud_chat.services.sending import _store

from addon_sdk import NotFound, PermissionDenied, ValidationFailed, new_id, transaction

ROOMS = "/api/v1/chat/rooms"


@pytest.fixture
def market_rooms(monkeypatch: pytest.MonkeyPatch) -> RoomKind:
    """As if an addon ``market`` had registered a kind of room."""
    kind = RoomKind("market.visitors", max_participants=2)
    monkeypatch.setattr("asoud_chat.kinds.room_kinds", lambda: [kind])
    return kind


def test_addons_open_rooms_of_their_own_kind(
    app: Any, ali: Any, sara: Any, stranger: Any, market_rooms: Any, say: Any
) -> None:
    people = {ali.user_id: ParticipantRole.ADMIN, sara.user_id: ParticipantRole.MEMBER}
    with app.app_context():
        room, is_new = open_room("market.visitors", people, subject="42", title="بازار")
        again, is_new_again = open_room("market.visitors", people, subject="42")
        assert (room.id, is_new, is_new_again) == (again.id, True, False)
        assert find_kind("market.visitors").limit == 2
        room_id = room.id
        message = send(Draft(room_id, None, MessageKind.SYSTEM, "به بازار خوش آمدید"))
    assert message["sender_id"] is None
    shown = {"id": str(room_id)}
    say(sara, shown)
    body = {"user_id": str(stranger.user_id)}
    assert ali.post(f"{ROOMS}/{room_id}/participants", json=body).json["code"] == "chat.room_full"
    assert ali.post(ROOMS, json={"kind": "market.visitors", "user_ids": []}).status_code == 403
    assert ali.delete(f"{ROOMS}/{room_id}/messages/{message['id']}").status_code == 403
    assert ali.delete(f"{ROOMS}/{room_id}/participants/{ali.user_id}").status_code == 204
    assert sara.get(f"{ROOMS}/{room_id}").json["me"]["role"] == "member"


def test_addons_refuse_messages(app: Any, ali: Any, room: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*, room_id: Any, sender_id: Any, text: str) -> None:
        if "بد" in text:
            raise PermissionDenied("Such words are not written here.")

    monkeypatch.setattr("asoud_chat.services.sending.may_send", refuse)
    answer = ali.post(f"{ROOMS}/{room['id']}/messages", json={"text": "حرف بد"})
    assert answer.status_code == 403
    assert ali.post(f"{ROOMS}/{room['id']}/messages", json={"text": "حرف خوب"}).status_code == 201


def test_many_senders_get_numbers_without_holes(at_once: Any, ali: Any, sara: Any, room: Any, open_room: Any) -> None:
    other = open_room(ali, sara)

    def write(number: int) -> None:
        for text in range(5):
            send(Draft(UUID((room if number % 2 else other)["id"]), ali.user_id, text=f"{number}.{text}"))

    assert at_once(*(partial(write, number) for number in range(8))) == [None] * 8
    for found in (room, other):
        page = ali.get(f"{ROOMS}/{found['id']}/messages?limit=100&sort=number").json["items"]
        assert [message["number"] for message in page] == list(range(1, 21))


def test_a_bad_draft_harms_no_other_of_its_group(app: Any, ali: Any, stranger: Any, room: Any) -> None:
    room_id = UUID(room["id"])
    drafts = [
        Draft(room_id, ali.user_id, text="خوب"),
        Draft(room_id, stranger.user_id, text="بیگانه"),
        Draft(room_id, ali.user_id, MessageKind.IMAGE, file_id=new_id()),
        Draft(room_id, ali.user_id, text="باز هم خوب"),
    ]
    with app.app_context(), transaction():
        results = _store(drafts)
    assert [result["number"] if isinstance(result, dict) else type(result) for result in results] == [
        1,
        NotFound,
        ValidationFailed,
        2,
    ]


def test_a_user_takes_his_words_along(app: Any, ali: Any, sara: Any, room: Any, say: Any, open_room: Any) -> None:
    say(ali, room, "من بودم")
    picture = ali.upload("chat.picture")
    say(ali, room, "", kind="image", file_id=picture)
    kept = say(sara, room, "من هستم")
    private = open_room(ali, sara, kind="private")
    with app.app_context():
        found = export(ali.user_id)
        assert {place["room_id"] for place in found["rooms"]} == {room["id"], private["id"]}
        assert [message["text"] for message in found["messages"]] == ["من بودم", ""]
        with transaction():
            erase(ali.user_id)
        assert export(ali.user_id) == {"rooms": [], "messages": []}
    shown = sara.get(f"{ROOMS}/{room['id']}/messages").json["items"]
    assert [(message["text"], message["sender_id"]) for message in shown] == [
        (kept["text"], str(sara.user_id)),
        ("", None),
        ("", None),
    ]
    assert sara.get(f"{ROOMS}/{room['id']}").json["me"]["role"] == "admin"
    assert sara.get(f"/api/v1/kernel/files/{picture}").status_code == 404
