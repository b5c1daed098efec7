"""Redis between processes: it carries only what others need, and may go away and come back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import redis
import site_server
from hypothesis import given
from hypothesis import strategies as st
from sites import Site, eventually

from addon_sdk.testing.servers import RedisServer
from kernel.db import transaction
from kernel.errors import ServiceUnavailable
from kernel.realtime import append, emit, expel, online
from kernel.realtime.backplane import MAX_WAITING, Backplane
from kernel.realtime.interest import Interest, Peers
from kernel.realtime.wire import BEAT, EMIT, ENTER, ROOMS, Note, pack, unpack


def enter(client: Any, room: str) -> None:
    assert client.call("enter", {"text": "-", "room": room})["ok"]


def test_members_in_both_processes_hear_each_other(pair: Site) -> None:
    clients = [pair.client(process=process) for process in pair.processes]
    for number, client in enumerate(clients):
        assert client.call("say", {"text": f"from {number}"})["ok"]
    for client in clients:
        assert {said["text"] for said in client.got("said", 2)} == {"from 0", "from 1"}


def test_a_room_with_local_members_only_never_reaches_redis(pair: Site) -> None:
    talker, listener = pair.client(), pair.client()
    for client in (talker, listener):
        enter(client, "local")
    elsewhere = pair.client(process=pair.processes[1])
    enter(elsewhere, "other")
    eventually(lambda: pair.process.get("/numbers")["peers"])
    with redis.Redis.from_url(pair.options["redis_url"]) as client, client.pubsub() as wire:
        wire.subscribe(f"{pair.options['redis_prefix']}realtime")
        for number in range(20):
            assert talker.call("say", {"text": f"secret {number}", "room": "local"})["ok"]
        assert talker.call("say", {"text": "for others", "room": "other"})["ok"]
        listener.got("said", 20)
        elsewhere.got("said")
        heard = b""
        while b"for others" not in heard:
            message = wire.get_message(timeout=5)
            assert message is not None
            heard += message["data"] if message["type"] == "message" else b""
        assert b"secret" not in heard


def test_any_process_may_emit(pair: Site) -> None:
    clients = [pair.client(process=process) for process in pair.processes]
    user = clients[1].call("whoami")["data"]["user_id"]
    with pair.app.app_context():
        emit("/lobby", "news", "everybody")
        emit("/lobby", "news", "lobby", room="lobby")
        emit("/lobby", "news", "one", user=user)
        with transaction():
            emit("/lobby", "news", "after commit")
        with contextlib.suppress(KeyError), transaction():
            emit("/lobby", "news", "never")
            raise KeyError
        emit("/lobby", "news", "end")
    assert clients[0].got("news", 4) == ["everybody", "lobby", "after commit", "end"]
    assert clients[1].got("news", 5) == ["everybody", "lobby", "one", "after commit", "end"]


def test_one_client_can_be_addressed(pair: Site) -> None:
    one, other = pair.client(), pair.client(process=pair.processes[1])
    sid = other.socket.get_sid("/lobby")
    for process in pair.processes:
        process.post("/emit", event="you", data={"a": 1}, sid=sid)
    assert other.got("you", 2) == [{"a": 1}, {"a": 1}]
    assert one.data("you") == []


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


def test_redis_goes_away_and_comes_back(make_site: Callable[..., Site], own_redis: RedisServer) -> None:
    site = make_site("eventlet", processes=2, redis_url=own_redis.url)
    here, there = (site.client(process=process) for process in site.processes)
    address = site_server.news.of("n")
    for client in (here, there):
        assert client.call("resume", {"stream": address})["ok"]
    own_redis.stop()
    eventually(lambda: not any(process.get("/numbers")["connected"] for process in site.processes))
    assert here.call("say", {"text": "local"})["ok"]
    assert here.got("said")[0]["text"] == "local"
    assert site.process.post("/emit", event="x", data=1, required=True) == 503
    assert site.process.post("/emit", event="x", data=1, required=False) == {}
    assert here.got("x", 2) == [1, 1]  # whoever is in this process hears it either way
    with site.app.app_context():
        with pytest.raises(ServiceUnavailable):
            emit("/lobby", "x", 2)
        emit("/lobby", "x", 2, required=False)
        assert online("/lobby", []) == frozenset()
        append(address, "news", {"text": "from a process without sockets"})
        expel(address, "nobody")
    assert here.call("publish", {"text": "while away", "room": "n"})["ok"]
    own_redis.start()
    eventually(lambda: all(process.get("/numbers")["connected"] for process in site.processes))
    expected = ["from a process without sockets", "while away"]
    for client in (here, there):
        assert [entry["data"]["text"] for entry in client.got("news", 2)] == expected
    eventually(lambda: all(process.get("/numbers")["peers"] for process in site.processes))
    assert here.call("say", {"text": "together again"})["ok"]
    assert there.got("said")[0]["text"] == "together again"


def test_a_server_starts_without_redis(make_site: Callable[..., Site]) -> None:
    site = make_site("threading", redis_url="redis://127.0.0.1:1/0")
    client = site.client()
    assert client.call("say", {"text": "alone"})["ok"]
    assert client.got("said")
    with site.app.app_context():
        assert online("/lobby", [uuid4()]) == frozenset()


def test_a_dead_peer_is_forgotten(make_site: Callable[..., Site]) -> None:
    site = make_site("eventlet", processes=2)
    eventually(lambda: site.process.get("/numbers")["peers"])
    site.processes[1].popen.kill()
    eventually(lambda: not site.process.get("/numbers")["peers"], 12)


@given(
    st.text(),
    st.lists(st.builds(Note, st.sampled_from("es+-"), st.lists(st.text() | st.integers(0, 9)).map(tuple), st.binary())),
)
def test_a_message_says_what_was_packed(origin: str, notes: list[Note]) -> None:
    sender, unpacked = unpack(pack(origin, notes))
    assert sender == origin
    assert list(unpacked) == notes


@pytest.mark.parametrize("message", [b"", b"{}", b'["a"]\n', b"not json\n", b'["a", []]'])
def test_a_message_of_something_else_is_refused(message: bytes) -> None:
    with pytest.raises(ValueError):
        unpack(message)


def test_interest_is_counted() -> None:
    interest, told = Interest(), []
    interest.on_appear.append(lambda key: told.append(f"+{key}"))
    interest.on_vanish.append(lambda key: told.append(f"-{key}"))
    interest.acquire("/n", "r")
    interest.acquire("/n", "r")
    interest.release("/n", "r")
    assert interest.keys() == ["/n r"]
    interest.release("/n", "r")
    assert told == ["+/n r", "-/n r"]
    assert "/n r" not in interest


def test_peers_want_what_they_said() -> None:
    peers = Peers()
    assert not peers.seen("a")
    assert peers.seen("a")
    peers.enter("a", ["x", "y"])
    peers.enter("b", ["x"])
    peers.leave("a", ["x", "never"])
    assert peers.wants("x")
    peers.forget("b")
    assert not peers.wants("x")
    peers.replace("a", ["z"])
    assert (peers.wants("y"), peers.wants("z"), len(peers)) == (False, True, 1)
    peers.leave("unknown", ["z"])
    assert peers.wants("z")


def test_nonsense_on_the_channel_makes_nobody_deaf(redis_url: str) -> None:
    heard: list[Note] = []
    plane = Backplane(redis_url, "t:", Interest())
    plane.on_note = heard.append
    plane.start()
    with redis.Redis.from_url(redis_url) as client:
        client.publish(plane.channel, b"nonsense")
        notes = [Note(BEAT), Note(ROOMS, ("/n r",)), Note(EMIT, ("/n", "r"), b"[]")]
        client.publish(plane.channel, pack("peer", notes))
    eventually(lambda: heard == [Note(EMIT, ("/n", "r"), b"[]")])
    assert plane.wanted("/n r")
    plane.stop()


def test_what_cannot_be_published_is_dropped_and_counted() -> None:
    plane = Backplane("redis://127.0.0.1:1/0", "t:", Interest())
    for _ in range(MAX_WAITING + 3):
        plane.tell(Note(ENTER, ("/n r",)))
    assert plane.dropped == 3
