"""The faults of the system that this addon replaces (its inventory, 1.18); none may come back."""

from __future__ import annotations

from typing import Any

ROOMS = "/api/v1/chat/rooms"


def test_the_chat_socket_connects_with_the_token_that_the_app_uses(socket: Any, ali: Any, room: Any) -> None:
    client = socket("/chat", ali)
    assert client.call("resume", {"stream": f"chat.room:{room['id']}"})["ok"]


def test_no_participant_forges_deletes_or_moves_anothers_message(ali: Any, sara: Any, room: Any, say: Any) -> None:
    message = say(ali, room, "اصل")
    path = f"{ROOMS}/{room['id']}/messages/{message['id']}"
    assert sara.patch(path, json={"text": "جعل"}).status_code == 403
    assert sara.put(path, json={"text": "جعل"}).status_code == 405
    for forged in ({"sender_id": str(sara.user_id)}, {"text": "x", "sender_id": str(sara.user_id)}):
        assert ali.patch(path, json=forged).status_code == 422
    assert sara.delete(path).status_code == 403
    assert ali.get(path).json["text"] == "اصل"


def test_no_participant_deletes_the_room_past_the_checks(ali: Any, sara: Any, room: Any) -> None:
    path = f"{ROOMS}/{room['id']}"
    assert sara.delete(path).status_code == 403
    assert sara.patch(path, json={"state": "archived"}).status_code == 403
    assert sara.patch(path, json={"kind": "private"}).status_code == 422
    assert ali.get(path).status_code == 200


def test_the_participants_route_answers(ali: Any, room: Any) -> None:
    assert ali.get(f"{ROOMS}/{room['id']}/participants").status_code == 200


def test_a_message_sent_over_http_reaches_the_sockets(socket: Any, ali: Any, sara: Any, room: Any, say: Any) -> None:
    client = socket("/chat", sara)
    client.call("resume", {"stream": f"chat.room:{room['id']}"})
    message = say(ali, room)
    assert client.receive("message")["data"] == message


def test_totals_of_the_site_are_not_shown_to_users_nor_cached_between_them(
    ali: Any, sara: Any, stranger: Any, room: Any, say: Any
) -> None:
    assert ali.get("/api/v1/chat/statistics").status_code == 403
    say(ali, room)
    unread = [caller.get(ROOMS).json["items"] for caller in (ali, sara, stranger)]
    assert [[found["unread"] for found in rooms] for rooms in unread] == [[0], [1], []]
