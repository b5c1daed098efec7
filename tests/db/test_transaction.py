from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from flask import Flask
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from kernel.context import current_addon, in_addon
from kernel.db import WritersCollided, after_commit, read_connection, session, transaction
from kernel.errors import NotFound, ServiceUnavailable
from kernel.runtime import platform
from tests.db.models import Book, Shelf


def names() -> list[str]:
    return list(session().scalars(select(Shelf.name).order_by(Shelf.name)))


def add(name: str) -> None:
    session().add(Shelf(name=name))
    session().flush()


def fail_after(*steps: Callable[[], object]) -> NoReturn:
    for step in steps:
        step()
    raise NotFound


def test_whether_one_is_open(app: Flask) -> None:
    assert not platform.db.in_transaction()
    with transaction():
        assert platform.db.in_transaction()
    assert not platform.db.in_transaction()


def test_commits_at_the_end(app: Flask) -> None:
    with transaction() as current:
        assert current is session()
        add("a")
    assert names() == ["a"]


def test_rolls_back_on_an_error(app: Flask) -> None:
    with pytest.raises(NotFound), transaction():
        fail_after(lambda: add("a"))
    assert names() == []


def test_a_transaction_inside_joins(app: Flask) -> None:
    with pytest.raises(NotFound), transaction():
        fail_after(transaction(lambda: add("a")))
    assert names() == []


def test_a_swallowed_error_of_an_inner_one_stops_the_commit(app: Flask) -> None:
    def outer() -> None:
        with transaction():
            add("a")
            with pytest.raises(NotFound), transaction():
                raise NotFound

    with pytest.raises(RuntimeError, match="swallowed"):
        outer()
    assert names() == []


def test_a_savepoint_fails_alone(app: Flask) -> None:
    done: list[str] = []
    with transaction():
        add("a")
        after_commit(lambda: done.append("a"))
        with pytest.raises(NotFound), transaction(nested=True):
            fail_after(lambda: add("b"), lambda: after_commit(lambda: done.append("b")))
        with transaction(nested=True):
            add("c")
            after_commit(lambda: done.append("c"))
    assert names() == ["a", "c"]
    assert done == ["a", "c"]


def test_a_failed_flush_in_a_savepoint_leaves_the_rest_usable(app: Flask) -> None:
    with transaction():
        add("a")
        with pytest.raises(IntegrityError), transaction(nested=True):
            add("a")
        assert names() == ["a"]
        add("b")
    assert names() == ["a", "b"]


def test_a_savepoint_that_cannot_be_kept_leaves_the_rest_usable(app: Flask) -> None:
    done: list[str] = []

    @transaction(nested=True)
    def refused_at_its_end() -> None:
        after_commit(lambda: done.append("refused"))
        session().add(Shelf(name="a"))

    with transaction():
        add("a")
        with pytest.raises(IntegrityError):
            refused_at_its_end()
        add("b")
    assert (names(), done) == (["a", "b"], [])


def test_a_savepoint_outside_is_a_transaction(app: Flask) -> None:
    with transaction(nested=True):
        add("a")
    assert names() == ["a"]


def test_a_swallowed_error_inside_a_savepoint_undoes_the_savepoint_only(app: Flask) -> None:
    def savepoint() -> None:
        with transaction(nested=True):
            add("b")
            with pytest.raises(NotFound), transaction():
                raise NotFound

    with transaction():
        add("a")
        with pytest.raises(RuntimeError, match="swallowed"):
            savepoint()
    assert names() == ["a"]


def test_a_failed_commit_leaves_the_session_usable(app: Flask) -> None:
    with transaction():
        add("a")
    with pytest.raises(Exception, match=r"(?i)unique"), transaction() as current:
        current.add(Shelf(name="a"))
    with transaction():
        add("b")
    assert names() == ["a", "b"]


def test_callbacks_run_after_the_outermost_commit_in_their_addon(app: Flask) -> None:
    seen: list[tuple[str, list[str]]] = []
    with transaction():
        with in_addon("loyalty"), transaction():
            after_commit(lambda: seen.append((current_addon(), names())))
        add("a")
        assert seen == []
    assert seen == [("loyalty", ["a"])]


def test_callbacks_never_run_after_a_rollback(app: Flask) -> None:
    seen: list[int] = []
    with pytest.raises(NotFound), transaction():
        fail_after(lambda: after_commit(lambda: seen.append(1)))
    with transaction():
        pass
    assert seen == []


def test_a_callback_may_write_and_outside_it_runs_at_once(app: Flask) -> None:
    def write() -> None:
        with transaction():
            add("from the callback")

    with transaction():
        after_commit(write)
    assert names() == ["from the callback"]
    seen: list[int] = []
    after_commit(lambda: seen.append(1))
    assert seen == [1]


def test_a_failing_callback_is_logged_and_undoes_nothing(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[int] = []
    with caplog.at_level(logging.ERROR), transaction():
        add("a")
        after_commit(lambda: 1 // 0)
        after_commit(lambda: seen.append(1))
    assert names() == ["a"]
    assert seen == [1]
    assert "after_commit_failed" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def collision() -> WritersCollided:
    return WritersCollided("made up")


def test_the_decorator_tries_again_when_writers_collide(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("kernel.db.transactions.time.sleep", pauses.append)
    calls = iter(range(10))

    @transaction
    def write(name: str) -> str:
        add(name)
        if next(calls) < 3:
            raise collision()
        return name

    assert write("a") == "a"
    assert names() == ["a"]
    assert len(pauses) == 3
    assert all(0 <= pause <= 0.01 * 2**number for number, pause in enumerate(pauses))


def test_the_decorator_gives_up_with_503(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.db.transactions.time.sleep", lambda seconds: None)
    calls: list[int] = []

    @transaction
    def write() -> None:
        calls.append(1)
        raise collision()

    with pytest.raises(ServiceUnavailable) as caught:
        write()
    assert len(calls) == 6
    assert caught.value.headers["Retry-After"]


def test_only_the_outermost_tries_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.db.transactions.time.sleep", lambda seconds: None)
    calls: list[str] = []

    @transaction()
    def inner() -> None:
        calls.append("inner")
        if len(calls) < 4:
            raise collision()

    @transaction
    def outer() -> None:
        calls.append("outer")
        inner()

    outer()
    assert calls == ["outer", "inner", "outer", "inner"]


def test_objects_read_before_can_be_changed_inside(app: Flask) -> None:
    with transaction():
        add("a")
    shelf = session().scalars(select(Shelf)).one()
    with transaction():
        shelf.name = "b"
    session().expunge_all()
    assert names() == ["b"]


def test_objects_read_before_are_read_again_inside(app: Flask) -> None:
    with transaction():
        add("a")
    shelf = session().scalars(select(Shelf)).one()
    with platform.db.engine.begin() as other:
        other.execute(update(Shelf).values(name="changed elsewhere"))
    assert shelf.name == "a"
    with transaction():
        assert shelf.name == "changed elsewhere"


def test_a_reading_session_never_answers_with_old_values(app: Flask) -> None:
    with transaction():
        add("a")
    shelf = session().scalars(select(Shelf)).one()
    with platform.db.engine.begin() as other:
        other.execute(update(Shelf).values(name="changed elsewhere"))
    assert session().scalars(select(Shelf)).one() is shelf
    assert shelf.name == "changed elsewhere"


def test_a_row_lock_reads_the_row_as_it_is_now(app: Flask) -> None:
    with transaction() as current:
        add("a")
        shelf = current.scalars(select(Shelf)).one()
        current.execute(text("UPDATE tests_shelf SET name = 'b'"))
        assert current.scalars(select(Shelf).with_for_update()).one().name == "b"
        current.execute(text("UPDATE tests_shelf SET name = 'c'"))
        assert current.get(Shelf, shelf.id, with_for_update=True).name == "c"


def test_objects_stay_usable_after_the_commit(app: Flask) -> None:
    with transaction() as current:
        shelf = Shelf(name="a")
        current.add(shelf)
    with platform.db.engine.begin() as other:
        other.execute(text("DELETE FROM tests_shelf"))
    assert shelf.name == "a"


@pytest.mark.parametrize(
    "write",
    [
        lambda: session().execute(insert(Shelf).values(name="a")),
        lambda: session().execute(update(Book).values(pages=1)),
        lambda: session().execute(insert(Shelf.__table__).values(name="a")),
    ],
)
def test_statements_that_write_outside_are_refused(app: Flask, write: Any) -> None:
    with pytest.raises(RuntimeError, match="with transaction"):
        write()
    assert names() == []


def test_changes_outside_are_refused_instead_of_lost(app: Flask) -> None:
    session().add(Shelf(name="a"))
    with pytest.raises(RuntimeError, match="with transaction"), transaction():
        pass
    with pytest.raises(RuntimeError, match="with transaction"):
        names()
    session().expunge_all()
    assert names() == []


def test_read_connection_sees_the_transaction_it_stands_in(app: Flask) -> None:
    statement = select(Shelf.__table__.c.name)
    with transaction():
        add("a")
        assert read_connection().execute(statement).scalars().all() == ["a"]
    assert read_connection().execute(statement).scalars().all() == ["a"]
    assert read_connection() is session().connection()


def test_a_context_holds_one_connection_however_it_reads(app: Flask) -> None:
    pool: Any = platform.db.engine.pool
    with app.app_context():
        before = pool.checkedout()
        bare = read_connection()
        assert read_connection() is bare
        assert pool.checkedout() == before + 1
        names()
        assert bare.closed
        assert pool.checkedout() == before + 1
    with app.app_context():
        read_connection()
    assert pool.checkedout() == before


def test_the_end_of_the_context_gives_the_connection_back(app: Flask) -> None:
    pool: Any = platform.db.engine.pool
    before = pool.checkedout()
    with app.app_context():
        names()
        assert pool.checkedout() == before + 1
        with app.app_context():
            assert platform.db.session() is not None
        assert pool.checkedout() == before + 1
    assert pool.checkedout() == before


def test_deleted_rows_are_left_out_unless_asked_for(app: Flask) -> None:
    with transaction() as current:
        shelf = Shelf(name="a", books=[Book(title="kept"), Book(title="gone")])
        current.add(shelf)
        current.flush()
        shelf.books[1].delete()
    session().expunge_all()
    shelf = session().scalars(select(Shelf)).one()
    assert [book.title for book in shelf.books] == ["kept"]
    assert session().scalars(select(Book.title)).all() == ["kept"]
    everything = select(Book).order_by(Book.title).execution_options(include_deleted=True)
    gone, kept = session().scalars(everything)
    assert (gone.title, gone.deleted_at is None, kept.deleted_at is None) == ("gone", False, True)
    with transaction() as current:
        current.execute(update(Book).values(pages=7))
        gone.restore()
    assert [tuple(row) for row in session().execute(select(Book.title, Book.pages).order_by(Book.title))] == [
        ("gone", 0),
        ("kept", 7),
    ]
