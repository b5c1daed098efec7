from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import uuid4

import pytest
from site_server import Note
from sites import Client, Site
from sqlalchemy import func, select

from kernel.db import DatabaseAway, session, transaction
from kernel.errors import Conflict
from kernel.identity.principal import Principal, acting_as, current_principal
from kernel.realtime import GroupCommit
from kernel.runtime import platform


@pytest.fixture
def inside(make_site: Callable[..., Site], database_url: str) -> Iterator[Site]:
    """This process alone, in its app context, on both databases."""
    site = make_site("threading", processes=0, database_url=database_url)
    with site.app.app_context():
        yield site


class Recorder:
    """A `store` that remembers its groups."""

    def __init__(self) -> None:
        self.groups: list[int] = []
        self.callers: set[Any] = set()

    def store(self, texts: Sequence[str]) -> list[Any]:
        self.groups.append(len(texts))
        self.callers.add(current_principal().user_id)
        if "poison" in texts:
            raise ValueError("poison")
        if "away" in texts:
            raise DatabaseAway
        session().add_all([Note(text=text) for text in texts])
        session().flush()
        return [Conflict("taken") if text == "taken" else f"stored {text}" for text in texts]


def count() -> int:
    return session().scalar(select(func.count()).select_from(Note)) or 0


def submit_all(site: Site, group: GroupCommit[str, str], texts: Sequence[str]) -> dict[str, Any]:
    """Submit each text in a thread of its own, all at once."""
    outcomes: dict[str, Any] = {}
    ready = threading.Barrier(len(texts))

    def submit(text: str) -> None:
        with site.app.app_context():
            ready.wait()
            try:
                outcomes[text] = group.submit(text)
                with transaction():
                    assert session().scalar(select(Note.id).where(Note.text == text)), "told before it was committed"
            except Exception as error:
                outcomes[text] = error

    threads = [threading.Thread(target=submit, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


def test_many_are_stored_in_few_transactions(inside: Site) -> None:
    recorder = Recorder()
    texts = [str(number) for number in range(60)]
    outcomes = submit_all(inside, GroupCommit(recorder.store, wait=0.05, size=25), texts)
    assert outcomes == {text: f"stored {text}" for text in texts}
    assert count() == sum(recorder.groups) == 60
    assert max(recorder.groups) <= 25
    assert len(recorder.groups) < 20


def test_a_bad_item_harms_only_itself(inside: Site) -> None:
    recorder = Recorder()
    outcomes = submit_all(inside, GroupCommit(recorder.store, wait=0.05), ["a", "poison", "b", "taken"])
    assert (outcomes["a"], outcomes["b"]) == ("stored a", "stored b")
    assert isinstance(outcomes["poison"], ValueError)
    assert isinstance(outcomes["taken"], Conflict)


def test_when_the_database_is_away_nobody_is_told_done(inside: Site) -> None:
    recorder = Recorder()
    outcomes = submit_all(inside, GroupCommit(recorder.store, wait=0.05), ["away", "b"])
    assert {type(outcome) for outcome in outcomes.values()} == {DatabaseAway}
    assert recorder.groups == [2]
    assert count() == 0


def test_inside_a_transaction_it_is_committed_with_that(inside: Site) -> None:
    recorder = Recorder()
    group = GroupCommit(recorder.store)
    with contextlib.suppress(KeyError), transaction():
        assert group.submit("a") == "stored a"
        raise KeyError
    assert count() == 0
    with pytest.raises(Conflict), transaction():
        group.submit("taken")
    with transaction():
        group.submit("b")
    assert count() == 1


def test_the_group_is_stored_as_nobody_in_particular(inside: Site) -> None:
    recorder = Recorder()
    with acting_as(Principal(user_id=uuid4())):
        GroupCommit(recorder.store, wait=0).submit("a")
        assert current_principal().is_authenticated
    assert recorder.callers == {None}
    assert platform.db.session().depth == 0


def test_it_works_under_eventlet_too(make_site: Callable[..., Site]) -> None:
    site = make_site("eventlet")
    clients = [site.client() for _ in range(8)]
    answers: list[Any] = []

    def store_some(client: Client) -> None:
        answers.extend(client.call("store", {"text": "x"}) for _ in range(5))

    threads = [threading.Thread(target=store_some, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(answer["ok"] for answer in answers)
    assert len(site.process.get("/notes")["texts"]) == 40
    assert clients[0].call("store", {"text": "poison"})["error"]["code"] == "internal_error"
    assert clients[0].call("store", {"text": "taken"})["error"]["code"] == "conflict"
    assert clients[0].call("store", {"text": "and on"})["ok"]
