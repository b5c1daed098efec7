from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import socketio

ROOMS = "/api/v1/chat/rooms"


def stream(room: dict[str, Any]) -> str:
    return f"chat.room:{room['id']}"


@pytest.fixture
def both(socket: Any, ali: Any, sara: Any, room: Any) -> tuple[Any, Any]:
    """Ali and Sara, connected and following their room."""
    clients = socket("/chat", ali), socket("/chat", sara)
    for client in clients:
        assert client.call("resume", {"stream": stream(room)})["ok"]
    return clients


def test_messages_pass_between_sockets_and_rest(both: Any, ali: Any, room: Any, say: Any) -> None:
    one, other = both
    sent = one.call("send", {"room_id": room["id"], "text": "از سوکت"})
    assert sent["ok"], sent
    got = other.receive("message")
    assert (got["id"], got["stream"], got["data"]) == (1, stream(room), sent["data"])
    assert ali.get(f"{ROOMS}/{room['id']}/messages/{sent['data']['id']}").json["text"] == "از سوکت"
    message = say(ali, room, "از REST")
    assert other.receive("message")["data"] == message


def test_edits_and_deletions_are_told(both: Any, room: Any, say: Any, ali: Any) -> None:
    one, other = both
    message = say(ali, room)
    place = {"room_id": room["id"], "message_id": message["id"]}
    assert one.call("edit", {**place, "text": "نو"})["data"]["text"] == "نو"
    assert other.receive("message_edited")["data"]["text"] == "نو"
    assert other.call("edit", {**place, "text": "x"})["error"]["code"] == "permission_denied"
    assert other.call("delete", place)["error"]["code"] == "permission_denied"
    assert one.call("delete", place)["ok"]
    gone = other.receive("message_deleted")
    assert (gone["id"], gone["data"]["text"]) == (3, "")


def test_a_client_that_was_away_gets_what_it_missed(socket: Any, ali: Any, sara: Any, room: Any, say: Any) -> None:
    first = say(ali, room, "یک")
    client = socket("/chat", sara)
    assert client.call("resume", {"stream": stream(room), "after": 0})["data"]["last"] == 1
    client.close()
    second, third = say(ali, room, "دو"), say(ali, room, "سه")
    ali.patch(f"{ROOMS}/{room['id']}/messages/{first['id']}", json={"text": "یک!"})
    ali.delete(f"{ROOMS}/{room['id']}/messages/{second['id']}")
    answer = socket("/chat", sara).call("resume", {"stream": stream(room), "after": 1})["data"]
    assert not answer["gap"]
    assert [(entry["id"], entry["event"]) for entry in answer["entries"]] == [
        (3, "message"),
        (4, "message_edited"),
        (5, "message"),
    ]
    assert answer["entries"][0]["data"] == third
    assert answer["entries"][2]["data"]["deleted_at"]


def test_what_was_sent_and_changed_while_a_client_was_away_comes_as_a_message(
    socket: Any, ali: Any, sara: Any, room: Any, say: Any
) -> None:
    known = say(ali, room, "یک")
    edited, deleted = say(ali, room, "دو"), say(ali, room, "سه")
    path = f"{ROOMS}/{room['id']}/messages"
    ali.patch(f"{path}/{edited['id']}", json={"text": "دو!"})
    ali.delete(f"{path}/{deleted['id']}")
    ali.patch(f"{path}/{known['id']}", json={"text": "یک!"})
    client = socket("/chat", sara)
    answer = client.call("resume", {"stream": stream(room), "after": 1})["data"]
    assert [(entry["event"], entry["data"]["text"]) for entry in answer["entries"]] == [
        ("message", "دو!"),
        ("message", ""),
        ("message_edited", "یک!"),
    ]
    assert [entry.keys() for entry in answer["entries"]] == [{"id", "event", "data"}] * 3


def test_a_client_that_missed_more_than_one_answer_holds_has_every_message_in_the_end(
    socket: Any, ali: Any, sara: Any, room: Any, say: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernel.realtime.control.PAGE", 2)
    sent = [say(ali, room, str(number)) for number in range(4)]
    path = f"{ROOMS}/{room['id']}/messages"
    ali.patch(f"{path}/{sent[0]['id']}", json={"text": "edited"})
    ali.delete(f"{path}/{sent[1]['id']}")
    client, last, more, heard, kept = socket("/chat", sara), 0, True, [], {}
    while more:
        answer = client.call("resume", {"stream": stream(room), "after": last})["data"]
        heard += [entry["event"] for entry in answer["entries"]]
        kept |= {entry["data"]["id"]: entry["data"] for entry in answer["entries"]}
        last, more = answer["last"], answer["more"]
    assert heard == ["message", "message", "message_edited", "message_deleted"]
    stored = {message["id"]: message for message in sara.get(path).json["items"]}
    for message in (*kept.values(), *stored.values()):
        message.pop("is_read", None)  # is the reader's own, and no part of the stream
    assert kept == stored


def test_participants_type_without_following_and_the_muted_do_not(socket: Any, ali: Any, sara: Any, room: Any) -> None:
    one, other = socket("/chat", ali), socket("/chat", sara)
    one.call("resume", {"stream": stream(room)})
    here = {"room_id": room["id"]}
    assert other.call("typing", here) == {"ok": True, "data": None}
    assert one.receive("typing")["user_id"] == str(sara.user_id)
    ali.patch(f"{ROOMS}/{room['id']}/participants/{sara.user_id}", json={"can_send": False})
    assert other.call("typing", here)["error"]["code"] == "permission_denied"


@pytest.mark.parametrize(
    "body", [{"kind": "image", "file_id": str(uuid4())}, {"text": "x", "reply_to_id": str(uuid4())}]
)
def test_a_bad_id_inside_a_payload_is_named(socket: Any, ali: Any, room: Any, body: Any) -> None:
    error = socket("/chat", ali).call("send", {"room_id": room["id"], **body})["error"]
    assert (error["code"], error["status"]) == ("validation_failed", 422)
    assert [item["pointer"].strip("/") for item in error["errors"]] == [[*body][-1]]


def test_receipts_and_typing_are_told(both: Any, ali: Any, sara: Any, room: Any, say: Any) -> None:
    one, other = both
    say(ali, room)
    here = {"room_id": room["id"]}
    assert other.call("delivered", {**here, "number": 1})["data"] == {"delivered_number": 1}
    assert one.receive("delivered") == {**here, "user_id": str(sara.user_id), "number": 1}
    assert other.call("read", {**here, "number": 1})["data"] == {"read_number": 1}
    assert one.receive("read")["number"] == 1
    assert other.call("typing", here)["ok"]
    assert one.receive("typing") == {**here, "user_id": str(sara.user_id), "typing": True}
    other.call("typing", {**here, "typing": False})
    assert one.receive("typing")["typing"] is False


def test_presence_is_told_and_asked(both: Any, ali: Any, sara: Any, room: Any, socket: Any) -> None:
    one, other = both
    answer = one.call("presence", {"room_id": room["id"]})["data"]["user_ids"]
    assert sorted(answer) == sorted([str(ali.user_id), str(sara.user_id)])
    second = socket("/chat", sara)
    other.close()
    assert str(sara.user_id) in one.call("presence", {"room_id": room["id"]})["data"]["user_ids"]
    second.close()
    while one.receive("presence") != {"room_id": room["id"], "user_id": str(sara.user_id), "online": False}:
        pass
    listed = ali.get(f"{ROOMS}/{room['id']}/participants").json["items"]
    assert {item["user_id"]: item["online"] for item in listed}[str(ali.user_id)]


def test_strangers_hear_and_do_nothing(socket: Any, stranger: Any, both: Any, room: Any, ali: Any, say: Any) -> None:
    message = say(ali, room)
    client = socket("/chat", stranger)
    here, place = {"room_id": room["id"]}, {"room_id": room["id"], "message_id": message["id"]}
    assert client.call("resume", {"stream": stream(room)})["error"]["code"] == "unknown_stream"
    for event, data in [
        ("send", {**here, "text": "x"}),
        ("edit", {**place, "text": "x"}),
        ("delete", place),
        ("read", {**here, "number": 1}),
        ("delivered", {**here, "number": 1}),
        ("typing", here),
        ("presence", here),
        ("send", {"room_id": str(uuid4()), "text": "x"}),
    ]:
        assert client.call(event, data)["error"]["code"] == "not_found", event


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("send", {}),
        ("send", {"room_id": "x", "text": "x"}),
        ("send", {"room_id": str(uuid4()), "text": ""}),
        ("send", {"room_id": str(uuid4()), "text": "x", "sender_id": str(uuid4())}),
        ("edit", {"room_id": str(uuid4()), "text": "x"}),
        ("delete", {"room_id": str(uuid4())}),
        ("read", {"room_id": str(uuid4()), "number": "many"}),
        ("typing", {"room_id": str(uuid4()), "typing": "perhaps"}),
        ("presence", {}),
    ],
)
def test_wrong_payloads_get_an_error(socket: Any, ali: Any, event: str, data: Any) -> None:
    assert socket("/chat", ali).call(event, data)["error"]["code"] == "validation_failed"


@pytest.mark.parametrize("key", ["", "x", str(uuid4()).upper(), f"{{{uuid4()}}}"], ids=["", "x", "upper", "braces"])
def test_wrong_streams_are_unknown(socket: Any, ali: Any, key: str) -> None:
    answer = socket("/chat", ali).call("resume", {"stream": f"chat.room:{key}"})
    assert answer["error"]["code"] == "unknown_stream"


def test_whoever_is_taken_out_hears_nothing_more(both: Any, ali: Any, sara: Any, room: Any, say: Any) -> None:
    one, other = both
    assert ali.delete(f"{ROOMS}/{room['id']}/participants/{sara.user_id}").status_code == 204
    assert other.receive("room_removed") == {"room_id": room["id"]}
    assert one.receive("participant_removed")["user_id"] == str(sara.user_id)
    message = say(ali, room, "بی سارا")
    assert one.receive("message")["data"] == message
    with pytest.raises(AssertionError):
        other.receive("message", seconds=0.3)


def test_whoever_is_brought_in_is_told(both: Any, socket: Any, ali: Any, stranger: Any, room: Any) -> None:
    newcomer = socket("/chat", stranger)
    body = {"user_id": str(stranger.user_id)}
    assert ali.post(f"{ROOMS}/{room['id']}/participants", json=body).status_code == 201
    assert newcomer.receive("room_added") == {"room_id": room["id"]}
    assert both[1].receive("participant_added")["user_id"] == str(stranger.user_id)
    assert newcomer.call("resume", {"stream": stream(room), "after": 0})["ok"]
    ali.patch(f"{ROOMS}/{room['id']}", json={"title": "نو"})
    assert newcomer.receive("room_changed")["title"] == "نو"


def test_nobody_connects_without_a_token(socket: Any) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        socket("/chat")


def test_a_refusal_is_said_in_the_same_words_as_over_rest(socket: Any, ali: Any, room: Any) -> None:
    over_rest = ali.post(f"{ROOMS}/{room['id']}/messages", json={"text": ""}).json["errors"]
    over_socket = socket("/chat", ali).call("send", {"room_id": room["id"], "text": ""})["error"]["errors"]
    assert over_socket == over_rest
    assert over_socket[0]["message"] == "پیام متنی بدون متن نمی‌شود."
