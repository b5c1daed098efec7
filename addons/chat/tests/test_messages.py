from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

ROOMS = "/api/v1/chat/rooms"
MP3 = b"\xff\xfb\x90\x64" + bytes(413)
"""One frame."""


def _box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4) + kind + content


_TRACK = _box(b"trak", _box(b"mdia", _box(b"hdlr", bytes(8) + b"vide" + bytes(12))))
MP4 = _box(b"ftyp", b"isom" + bytes(4)) + _box(b"moov", _TRACK) + _box(b"mdat", b"\x01" * 64)
"""One track."""


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


@pytest.fixture
def path(room: Any) -> str:
    return f"{ROOMS}/{room['id']}/messages"


def test_what_is_sent_is_read_by_the_others(ali: Any, sara: Any, room: Any, say: Any, path: str) -> None:
    message = say(ali, room, "سلام سارا")
    assert (message["number"], message["sender_id"], message["kind"]) == (1, str(ali.user_id), "text")
    assert message["sent_at"].endswith("Z")
    [shown] = sara.get(path).json["items"]
    assert shown == {**message, "is_read": False}
    assert sara.get(f"{path}/{message['id']}").json == shown
    assert sara.get(f"{ROOMS}/{room['id']}").json["unread"] == 1
    assert ali.get(f"{ROOMS}/{room['id']}").json["unread"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "  "},
        {"text": "x" * 4001},
        {"text": 5},
        {"text": "x", "kind": "system"},
        {"text": "x", "kind": "image"},
        {"text": "x", "file_id": str(uuid4())},
        {"text": "x", "location": {"latitude": 1, "longitude": 1}},
        {"kind": "location"},
        {"kind": "location", "location": {"latitude": 91, "longitude": 0}},
        {"kind": "location", "location": {"latitude": 1}},
        {"text": "x", "sender_id": str(uuid4())},
        {"text": "x", "number": 9},
        {"text": "x", "reply_to_id": str(uuid4())},
        {"text": "x", "client_key": "k" * 65},
    ],
)
def test_wrong_messages_are_refused(ali: Any, path: str, body: Any) -> None:
    assert code(ali.post(path, json=body)) == (422, "validation_failed")
    assert ali.get(path).json["items"] == []


def test_history_comes_in_pages_in_both_orders(ali: Any, room: Any, say: Any, path: str) -> None:
    for number in range(7):
        say(ali, room, f"پیام {number}")
    numbers, url = [], f"{path}?limit=3"
    while url:
        page = ali.get(url).json
        numbers += [message["number"] for message in page["items"]]
        url = page["next"] and f"{path}?limit=3&cursor={page['next']}"
    assert numbers == [7, 6, 5, 4, 3, 2, 1]
    after = ali.get(f"{path}?number_min=3&number_max=5&sort=number").json["items"]
    assert [message["number"] for message in after] == [3, 4, 5]
    assert ali.get(f"{path}?cursor=nonsense").status_code == 400
    assert ali.get(f"{path}?unknown=1").status_code in (400, 422)


def test_replies_point_into_their_own_room(ali: Any, sara: Any, room: Any, say: Any, open_room: Any, path: str) -> None:
    first = say(ali, room)
    assert say(sara, room, "جواب", reply_to_id=first["id"])["reply_to_id"] == first["id"]
    elsewhere = say(ali, open_room(ali), "x")
    assert ali.post(path, json={"text": "x", "reply_to_id": elsewhere["id"]}).status_code == 422


def test_a_message_that_is_sent_again_comes_once(ali: Any, sara: Any, room: Any, say: Any, path: str) -> None:
    first = say(ali, room, "یک", client_key="k1")
    assert say(ali, room, "یک", client_key="k1") == first
    assert say(sara, room, "دو", client_key="k1")["id"] != first["id"]
    assert len(ali.get(path).json["items"]) == 2


def test_a_client_key_stands_for_one_message(ali: Any, room: Any, say: Any, path: str) -> None:
    picture, place = ali.upload("chat.picture"), {"latitude": 35.5, "longitude": 51.25}
    bodies = [
        {"text": "یک", "client_key": "k1"},
        {"text": "", "kind": "image", "file_id": picture, "client_key": "k2"},
        {"text": "", "kind": "location", "location": place, "client_key": "k3"},
    ]
    sent = [say(ali, room, **body) for body in bodies]
    assert [say(ali, room, **body)["id"] for body in bodies] == [message["id"] for message in sent]
    others = [
        {"text": "دو", "client_key": "k1"},
        {"text": "یک", "reply_to_id": sent[0]["id"], "client_key": "k1"},
        {"text": "یک", "client_key": "k2"},
        {"kind": "location", "location": {**place, "latitude": 36}, "client_key": "k3"},
    ]
    for other in others:
        assert code(ali.post(path, json=other)) == (422, "chat.client_key_reused")
    ali.patch(f"{path}/{sent[0]['id']}", json={"text": "یک، درست‌تر"})
    assert say(ali, room, **bodies[0])["text"] == "یک، درست‌تر"
    ali.delete(f"{path}/{sent[1]['id']}")
    assert say(ali, room, "x", client_key="k2")["deleted_at"]
    assert len(ali.get(path).json["items"]) == 3


def test_only_kinds_that_may_be_sent_are_offered(ali: Any, path: str) -> None:
    [error] = ali.post(path, json={"text": "x", "kind": "system"}).json["errors"]
    assert error["pointer"] == "/kind"
    assert "text" in error["message"]
    assert "system" not in error["message"]
    assert "MessageKind" not in error["message"]


@pytest.mark.parametrize(
    ("kind", "file_kind", "name", "content"),
    [
        ("image", "chat.picture", "a.png", None),
        ("file", "chat.file", "a.txt", "متن".encode()),
        ("audio", "chat.audio", "a.mp3", MP3),
        ("video", "chat.video", "a.mp4", MP4),
    ],
)
def test_files_are_sent_and_read_by_participants_only(
    ali: Any, sara: Any, stranger: Any, room: Any, say: Any, path: str,
    kind: str, file_kind: str, name: str, content: bytes | None,
) -> None:  # fmt: skip
    file_id = ali.upload(file_kind, content, name)
    message = say(ali, room, "", kind=kind, file_id=file_id)
    assert message["file"]["id"] == file_id
    assert sara.get(path).json["items"][0]["file"]["size"] == message["file"]["size"]
    content_path = f"/api/v1/kernel/files/{file_id}"
    assert sara.get(content_path).status_code == 200
    assert stranger.get(content_path).status_code == 404
    assert ali.delete(f"{path}/{message['id']}").status_code == 204
    assert sara.get(content_path).status_code == 404


def test_only_ones_own_upload_of_the_right_kind_is_taken(ali: Any, sara: Any, room: Any, path: str) -> None:
    for file_id in (sara.upload("chat.picture"), ali.upload("users.picture"), str(uuid4())):
        answer = ali.post(path, json={"kind": "image", "file_id": file_id})
        assert (code(answer), answer.json["errors"][0]["pointer"]) == ((422, "validation_failed"), "/file_id")
    document = ali.upload("chat.file", b"text", "a.txt")
    assert ali.post(path, json={"kind": "video", "file_id": document}).status_code == 422


def test_files_are_of_listed_types_and_at_most_ten_megabytes(ali: Any) -> None:
    def store(kind: str, content: bytes) -> Any:
        boundary, body = encode_multipart({"kind": kind, "file": FileStorage(io.BytesIO(content), "x.bin")})
        content_type = f"multipart/form-data; boundary={boundary}"
        return ali.post("/api/v1/kernel/files", data=body, content_type=content_type)

    assert store("chat.file", b"MZ\x90\x00 a program").status_code in (415, 422)
    assert store("chat.audio", b"plain text").status_code in (415, 422)
    assert store("chat.file", b"a" * (10 * 1_048_576 + 1)).status_code == 413


def test_words_are_changed_by_their_sender_for_a_while(
    ali: Any, sara: Any, room: Any, say: Any, path: str, clock: Any, settings: Any
) -> None:
    settings["chat.edit_minutes"] = 10
    message = say(ali, room, "غلط")
    own = f"{path}/{message['id']}"
    edited = ali.patch(own, json={"text": "درست"}).json
    assert (edited["text"], edited["number"], edited["change"]) == ("درست", 1, 2)
    assert edited["edited_at"]
    assert code(sara.patch(own, json={"text": "x"})) == (403, "permission_denied")
    assert ali.patch(own, json={"text": ""}).status_code == 422
    clock.tick(601)
    assert code(ali.patch(own, json={"text": "دیر"})) == (409, "chat.too_late")
    place = say(ali, room, "", kind="location", location={"latitude": 1.5, "longitude": 2})
    assert place["location"] == {"latitude": 1.5, "longitude": 2}
    assert code(ali.patch(f"{path}/{place['id']}", json={"text": "x"})) == (409, "chat.wrong_kind")


def test_a_deleted_message_leaves_a_gravestone(ali: Any, sara: Any, room: Any, say: Any, path: str) -> None:
    message, other = say(ali, room, "راز"), say(sara, room, "مال سارا")
    own = f"{path}/{message['id']}"
    assert code(sara.delete(own)) == (403, "permission_denied")
    assert ali.delete(own).status_code == 204
    assert ali.delete(own).status_code == 204
    shown = sara.get(own).json
    assert (shown["text"], shown["change"]) == ("", 3)
    assert shown["deleted_at"]
    assert code(ali.patch(own, json={"text": "x"})) == (409, "chat.too_late")
    assert ali.delete(f"{path}/{other['id']}").status_code == 204
    assert ali.delete(f"{path}/{uuid4()}").status_code == 404


def test_a_guest_reads_and_does_not_write(ali: Any, sara: Any, room: Any, say: Any, path: str) -> None:
    mine = say(sara, room)
    ali.patch(f"{ROOMS}/{room['id']}/participants/{sara.user_id}", json={"role": "guest"})
    assert code(sara.post(path, json={"text": "x"})) == (403, "permission_denied")
    assert code(sara.patch(f"{path}/{mine['id']}", json={"text": "x"})) == (403, "permission_denied")
    assert sara.get(path).status_code == 200


def test_a_message_is_read_when_all_but_its_sender_read_it(
    ali: Any, sara: Any, stranger: Any, room: Any, say: Any, path: str
) -> None:
    ali.post(f"{ROOMS}/{room['id']}/participants", json={"user_id": str(stranger.user_id)})
    message = say(ali, room)
    read = f"{ROOMS}/{room['id']}/read"

    def is_read() -> bool:
        found: bool = ali.get(f"{path}/{message['id']}").json["is_read"]
        return found

    delivered = sara.put(f"{ROOMS}/{room['id']}/delivered", json={"number": 1}).json
    assert delivered == {"read_number": 0, "delivered_number": 1}
    assert not is_read()
    assert sara.put(read, json={"number": 99}).json == {"read_number": 1, "delivered_number": 1}
    assert not is_read()
    stranger.put(read, json={"number": 1})
    assert is_read()
    assert sara.put(read, json={"number": 0}).json["read_number"] == 1
    readers = ali.get(f"{path}/{message['id']}/readers").json["items"]
    assert [reader["user_id"] for reader in readers] == [str(sara.user_id), str(stranger.user_id)]
    assert sara.put(read, json={"number": -1}).status_code == 422
    assert sara.get(f"{ROOMS}/{room['id']}").json["unread"] == 0
