from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import site_server
from sites import Client, Site, eventually

from kernel.clock import FrozenClock, now
from kernel.db import Model, transaction
from kernel.realtime import Stream, StreamEntry, append, deliver, store
from kernel.realtime.maintenance import purge_streams
from kernel.realtime.streams import PAGE, UnknownStream, bounds, find_stream, read


def resume(client: Client, key: str, after: int | None = None) -> Any:
    answer = client.call("resume", {"stream": site_server.news.of(key), **({} if after is None else {"after": after})})
    assert answer["ok"], answer
    return answer["data"]


def texts(entries: Any) -> list[str]:
    return [entry["data"]["text"] for entry in entries]


def test_a_client_that_comes_back_gets_exactly_what_it_missed(site: Site) -> None:
    token = site.login().access_token
    first = site.client(token)
    assert resume(first, "a") == {"entries": [], "last": 0, "gap": False, "more": False}
    site.process.post("/append", key="a", texts=["one", "two"])
    assert texts(first.got("news", 2)) == ["one", "two"]
    last = first.data("news")[-1]["id"]
    first.close()
    site.process.post("/append", key="a", texts=["three", "four"])
    second = site.client(token)
    missed = resume(second, "a", last)
    assert texts(missed["entries"]) == ["three", "four"]
    assert [entry["id"] for entry in missed["entries"]] == [3, 4]
    assert missed["last"] == 4
    assert not missed["gap"]
    site.process.post("/append", key="a", texts=["five"])
    assert texts(second.got("news")) == ["five"]


def test_following_starts_now_without_an_id_and_ends_with_leave(site: Site) -> None:
    site.process.post("/append", key="b", texts=["before"])
    client = site.client()
    assert resume(client, "b")["entries"] == []
    site.process.post("/append", key="b", texts=["live"])
    assert texts(client.got("news")) == ["live"]
    assert client.call("leave", {"stream": site_server.news.of("b")})["ok"]
    site.process.post("/append", key="b", texts=["unheard"])
    assert resume(client, "b", 2)["last"] == 3
    assert texts(client.data("news")) == ["live"]


def test_long_absences_are_made_up_in_pages(site: Site) -> None:
    site.process.post("/append", key="c", texts=[str(number) for number in range(PAGE + 5)])
    client = site.client()
    page = resume(client, "c", 0)
    assert page["more"]
    assert len(page["entries"]) == PAGE
    rest = resume(client, "c", page["last"])
    assert not rest["more"]
    assert texts(page["entries"] + rest["entries"]) == [str(number) for number in range(PAGE + 5)]


def test_an_id_from_the_future_is_a_gap(site: Site) -> None:
    site.process.post("/append", key="d", texts=["one"])
    answer = resume(site.client(), "d", 99)
    assert answer == {"entries": [], "last": 1, "gap": True, "more": False}


def test_an_expelled_user_hears_nothing_more_in_any_process(pair: Site) -> None:
    clients = [pair.client(process=process) for process in pair.processes]
    for client in clients:
        resume(client, "e")
    user = clients[1].call("whoami")["data"]["user_id"]
    pair.process.post("/append", key="e", texts=["both"])
    for client in clients:
        client.got("news")
    pair.process.post("/expel", key="e", user=user)
    pair.process.post("/append", key="e", texts=["one"])
    assert texts(clients[0].got("news", 2)) == ["both", "one"]
    assert clients[1].call("whoami")["ok"]
    assert texts(clients[1].data("news")) == ["both"]


def test_nothing_is_lost_or_doubled_while_clients_come_and_go(pair: Site) -> None:
    """Writers in both processes; readers that are cut off again and again and resume, now here, now there."""
    total, chance = 150, random.Random(7)

    def write(number: int) -> None:
        client = pair.client(process=pair.processes[number])
        for text in range(total):
            assert client.call("publish", {"text": f"{number}.{text}", "room": "f"})["ok"]

    writers = [threading.Thread(target=write, args=(number,)) for number in (0, 1)]
    reader, seen = pair.client(), []
    resume(reader, "f")
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        eventually(lambda reader=reader: len(reader.data("news")) > 5 or not any(w.is_alive() for w in writers))
        reader.socket.disconnect()
        seen += [entry["id"] for entry in reader.data("news")]
        reader = pair.client(process=chance.choice(pair.processes))
        missed = resume(reader, "f", seen[-1] if seen else 0)
        seen += [entry["id"] for entry in missed["entries"]]
    for writer in writers:
        writer.join()
    eventually(lambda: len(seen) + len(reader.data("news")) >= 2 * total)
    seen += [entry["id"] for entry in reader.data("news")]
    assert seen == list(range(1, 2 * total + 1))


@pytest.fixture
def inside(make_site: Callable[..., Site], database_url: str) -> Iterator[Site]:
    """This process alone, in its app context, on both databases."""
    site = make_site("threading", processes=0, database_url=database_url)
    with site.app.app_context():
        yield site


def test_ids_rise_by_one_and_a_rollback_takes_its_own_back(inside: Site) -> None:
    address = site_server.news.of("x")
    assert [append(address, "news", number) for number in range(3)] == [1, 2, 3]
    with pytest.raises(ZeroDivisionError), transaction():
        append(address, "news", 1 / 0)
    with contextlib.suppress(KeyError), transaction():
        append(address, "news", "undone")
        raise KeyError
    assert append(address, "news", "next") == 4
    assert append(site_server.news.of("y"), "news", "another stream") == 1
    assert [entry.data for entry in read(address, 1)] == [1, 2, "next"]
    assert read(address, 1, 1) == [StreamEntry(2, "news", 1)]


def test_writers_at_the_same_time_never_share_an_id(inside: Site) -> None:
    address, ids = site_server.news.of("z"), []

    def write() -> None:
        with inside.app.app_context():
            ids.extend(append(address, "news", None) for _ in range(10))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ids) == list(range(1, 41))


def test_old_entries_go_and_leave_a_gap(inside: Site) -> None:
    address = site_server.news.of("old")
    with FrozenClock(now() - timedelta(days=8)):
        append(address, "news", "old")
        append(address, "news", "old too")
    append(address, "news", "young")
    purge_streams()
    assert bounds(address) == (2, 3)
    assert [entry.data for entry in read(address, 0)] == ["young"]
    assert store.purge(site_server.news.name, now() - timedelta(days=1)) == 0
    assert bounds(site_server.news.of("never")) == (0, 0)


def test_a_client_who_was_away_for_too_long_is_told_of_the_gap(make_site: Callable[..., Site]) -> None:
    site = make_site("eventlet")
    address = site_server.news.of("g")
    with site.app.app_context():
        with FrozenClock(now() - timedelta(days=8)):
            append(address, "news", {"text": "old"})
        purge_streams()
        client = site.client()
        assert resume(client, "g", 0) == {"entries": [], "last": 1, "gap": True, "more": False}
        append(address, "news", {"text": "young"})
        assert texts(client.got("news")) == ["young"]


def test_what_a_stream_may_not_be(inside: Site) -> None:
    with pytest.raises(TypeError, match="go together"):
        Stream("half", namespace="/lobby", may_read=site_server._may_read, last=lambda key: 0)
    own = Stream("own", namespace="/lobby", may_read=site_server._may_read, last=lambda key: 7, fetch=lambda *_: [])
    inside.platform.registry.add(
        item for item in site_server.contributions_of(site_server.OWNER) if item.key == own.name
    )
    assert bounds(own.of("k")) == (0, 7)
    assert read(own.of("k"), 3) == []
    deliver(own.of("k"), [StreamEntry(8, "e", None)])
    with pytest.raises(TypeError, match="deliver"):
        append(own.of("k"), "e", None)
    inside.platform.gate.enabled = frozenset({"kernel"})
    with pytest.raises(UnknownStream):
        find_stream(own.of("k"))


def test_the_tables_are_the_kernels() -> None:
    tables = [Model.metadata.tables[name] for name in ("kernel_stream", "kernel_stream_entry")]
    assert {table.info["owner"] for table in tables} == {"kernel"}
