"""Declarations, packets and frames."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.addons.contributions import contributions_of
from kernel.clock import FrozenClock
from kernel.errors import TooManyRequests
from kernel.eventlet_mode import is_patched, text_frame, unmask
from kernel.identity.access import public
from kernel.realtime import Namespace, Rate, current_connection, on_event
from kernel.realtime.checks import check_namespace
from kernel.realtime.connections import Bucket
from kernel.realtime.packets import Outgoing, encode


def declared(**members: Any) -> type[Namespace]:
    return type("Declared", (Namespace,), {"__module__": "realtime_test_declared", "namespace": "/good", **members})


class Payload(ma.Schema):
    text = ma.fields.String()


@public
def handler(self: Any, data: Any) -> None: ...


def bare(self: Any, data: Any) -> None: ...


def test_a_good_namespace_contributes_itself_and_has_no_faults() -> None:
    kind = declared(hello=on_event("hello", schema=Payload)(lambda self, data: None))
    public(kind.hello)  # type: ignore[attr-defined]  # made above
    assert check_namespace(kind) == []
    offered = {item.key: item.value for item in contributions_of("realtime_test_declared") if item.kind == "namespace"}
    assert offered["/good"] is kind


@pytest.mark.parametrize(
    ("members", "rule"),
    [
        ({"namespace": "chat"}, "must look like"),
        ({"namespace": "/Chat"}, "must look like"),
        ({"open": on_event("open")(bare)}, "who may send it"),
        ({"join": on_event("resume")(public(lambda self, data: None))}, "keeps for itself"),
        ({"none": on_event("")(public(lambda self, data: None))}, "keeps for itself"),
        ({"one": on_event("e")(public(lambda s, d: 1)), "two": on_event("e")(public(lambda s, d: 2))}, "2 methods"),
        ({"odd": on_event("odd", schema=Payload())(public(lambda self, data: None))}, "must be a Schema class"),  # type: ignore[arg-type]  # the fault
    ],
)
def test_each_fault_is_named_with_its_class(members: dict[str, Any], rule: str) -> None:
    [fault] = check_namespace(declared(**members))
    assert rule in fault
    assert "realtime_test_declared.Declared" in fault


def test_a_bucket_gives_its_burst_then_its_rate() -> None:
    with FrozenClock() as clock:
        bucket = Bucket(Rate(per_second=2, burst=3))
        for _ in range(3):
            bucket.take()
        with pytest.raises(TooManyRequests) as refused:
            bucket.take()
        assert refused.value.headers["Retry-After"] == "1"
        clock.tick(0.5)
        bucket.take()
        clock.tick(1000)
        for _ in range(3):
            bucket.take()
        with pytest.raises(TooManyRequests):
            bucket.take()


def test_outside_an_event_there_is_no_connection() -> None:
    with pytest.raises(RuntimeError):
        current_connection()
    assert not is_patched()


@given(st.binary(max_size=200), st.binary(min_size=4, max_size=4), st.integers(0, 9))
def test_unmasking_is_the_rfcs(data: bytes, mask: bytes, offset: int) -> None:
    assert unmask(data, mask, offset) == bytes(byte ^ mask[(offset + i) % 4] for i, byte in enumerate(data))


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536])
def test_frames_carry_their_length(size: int) -> None:
    frame = text_frame(b"x" * size)
    assert frame[0] == 0x81
    head = 2 if size < 126 else 4 if size < 65536 else 10
    length = frame[1] if head == 2 else int.from_bytes(frame[2:head], "big")
    assert (length, frame[head:]) == (size, b"x" * size)


def test_packets_are_socket_io() -> None:
    event = Outgoing.event("/chat", "message", {"a": 1})
    assert event.text == '2/chat,["message",{"a":1}]'
    assert event.frame[2:] == b'42/chat,["message",{"a":1}]'
    assert Outgoing.answer("/", 7, {"ok": True}).text == '37[{"ok":true}]'


def test_values_that_json_lacks_have_one_form() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    given_values = {"id": UUID(int=1), "at": moment, "set": {1}, 5: "key"}
    assert orjson.loads(encode(given_values)) == {
        "id": "00000000-0000-0000-0000-000000000001",
        "at": "2026-01-02T03:04:05Z",
        "set": [1],
        "5": "key",
    }
    with pytest.raises(TypeError):
        encode({"x": object()})


def test_a_room_appears_with_its_first_member_and_vanishes_with_its_last() -> None:
    from types import SimpleNamespace

    from kernel.realtime.members import Members

    told: list[str] = []
    members = Members(lambda namespace, room: told.append(f"+{room}"), lambda namespace, room: told.append(f"-{room}"))
    members.server = SimpleNamespace(eio=SimpleNamespace(generate_id=iter(("one", "two")).__next__))
    for eio_sid in ("e1", "e2"):
        members.connect(members.pre_connect(eio_sid, "/n"), "/n")
    for sid in ("one", "one", "two"):
        members.enter_room(sid, "/n", "r")
    assert sorted(members.sockets_in("/n", "r")) == ["e1", "e2"]
    assert members.get_rooms("one", "/n") == ["r"]
    members.leave_room("one", "/n", "r")
    members.leave_room("one", "/n", "r")
    assert told == ["+r"]
    members.pre_disconnect("two", "/n")
    members.disconnect("two", "/n")
    assert told == ["+r", "-r"]
    assert members.sids_in("/n", None) == ["one"]
    assert members.sockets_in("/n", "r") == []
    members.disconnect("nobody", "/n")
