from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import ForeignKey, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Mapped, mapped_column

from kernel.clock import FrozenClock
from kernel.db import Model, ModelRefused, Money, new_id, session, transaction
from kernel.db.model import forget_models, registry_of
from tests.db.models import Book, Shelf, TallShelf


def test_names_come_from_owner_and_class() -> None:
    assert Shelf.__tablename__ == "tests_shelf"
    assert Shelf.__table__.info["owner"] == "tests"
    assert {column.info["owner"] for column in Book.__table__.columns} == {"tests"}
    assert {key.name for key in Book.__table__.foreign_key_constraints} == {"fk_tests_book_shelf_id"}
    assert next(iter(Book.__table__.columns)).name == "id"


def test_keys_are_version_7_and_rise() -> None:
    ids = [new_id() for _ in range(1000)]
    assert {type(key) for key in ids} == {UUID}
    assert {key.version for key in ids} == {7}
    assert ids == sorted(ids)


def test_timestamps_are_aware_and_follow_the_clock(app: Flask) -> None:
    at = datetime(2026, 3, 21, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=3, minutes=30)))
    with FrozenClock(at) as clock:
        with transaction() as current:
            current.add(Shelf(name="a"))
        clock.tick(60)
        with transaction() as current:
            current.scalars(select(Shelf)).one().name = "b"
    shelf = session().scalars(select(Shelf)).one()
    session().refresh(shelf)
    assert (shelf.created_at, shelf.created_at.utcoffset()) == (at, timedelta(0))
    assert shelf.updated_at - shelf.created_at == timedelta(seconds=60)
    assert session().scalars(select(Shelf.id).where(Shelf.created_at == at)).one() == shelf.id


def test_naive_datetimes_are_refused(app: Flask) -> None:
    with pytest.raises(StatementError, match="no time zone"), transaction() as current:
        current.add(Shelf(name="a", created_at=datetime(2026, 1, 1)))


def test_json_keeps_values_and_can_be_asked_for_keys(app: Flask) -> None:
    facts = {"name": "کتاب", "n": [1, 2.5, None], "deep": {"yes": True}}
    with transaction() as current:
        current.add_all([Book(title="a", facts=facts), Book(title="b", facts=None), Book(title="c", facts={"n": 1})])
    session().expunge_all()
    rows = session().execute(select(Book.title, Book.facts).order_by(Book.title)).all()
    assert [tuple(row) for row in rows] == [("a", facts), ("b", None), ("c", {"n": 1})]
    named = select(Book.title).where(Book.facts["name"].as_string() == "کتاب")
    assert session().scalars(named).all() == ["a"]
    assert session().scalars(select(Book.title).where(Book.facts.is_(None))).all() == ["b"]


def test_money_columns(app: Flask) -> None:
    with transaction() as current:
        current.add_all([Book(title="a", price=Money(125_000, "IRR")), Book(title="b")])
    session().expunge_all()
    books = {book.title: book for book in session().scalars(select(Book))}
    assert books["a"].price == Money(125_000, "IRR")
    assert books["b"].price is None
    assert session().scalars(select(Book.title).where(Book.price_amount > 100_000)).all() == ["a"]
    assert session().scalars(select(Book.title).where(Book.price == Money(125_000, "IRR"))).all() == ["a"]


def test_a_class_name_is_unique_in_its_addon() -> None:
    with pytest.raises(ModelRefused, match=r"tests: .* both define a model Shelf"):
        type("Shelf", (Model,), {"__module__": "tests.elsewhere"})


def test_two_addons_may_have_a_class_of_the_same_name() -> None:
    body = {"__module__": "asoud_other.models", "__annotations__": {"title": Mapped[str]}}
    other = type("Book", (Model,), body)
    table = other.__table__
    assert table.name == "other_book"
    registry_of("other").configure()
    assert Shelf.books.property.mapper.class_ is Book
    registry_of("other").dispose()
    Model.metadata.remove(table)


def test_a_subclass_without_a_table_shares_its_parents(app: Flask) -> None:
    assert TallShelf.__table__ is Shelf.__table__
    with transaction() as current:
        current.add(TallShelf(name="a"))
    assert session().scalars(select(TallShelf.name)).all() == ["a"]


def test_a_table_name_starts_with_its_owner() -> None:
    with pytest.raises(ModelRefused, match="call it tests_wanderers"):
        type("Wanderer", (Model,), {"__module__": "tests.elsewhere", "__tablename__": "wanderers"})


def test_a_table_name_is_taken_once() -> None:
    with pytest.raises(ModelRefused, match="'tests_shelf', which tests has already"):
        type("Wanderer", (Model,), {"__module__": "tests.elsewhere", "__tablename__": "tests_shelf"})


def pointing(key: ForeignKey) -> type[Model]:
    """A model of another addon that points at our shelves."""
    body = {"__module__": "asoud_other.models", "__annotations__": {"shelf_id": Mapped[UUID | None]}}
    return type("Pointing", (Model,), {**body, "shelf_id": mapped_column(key)})


@pytest.mark.parametrize("target", ["tests_shelf.id", Shelf.id])
def test_no_addon_keeps_another_from_deleting(target: Any) -> None:
    try:
        with pytest.raises(ModelRefused, match=r"other: .*Pointing.shelf_id .* stop tests from deleting .*CASCADE"):
            pointing(ForeignKey(target))
        forget_models("other")
        for rule in ("CASCADE", "SET NULL"):
            assert pointing(ForeignKey(target, ondelete=rule)).__table__.name == "other_pointing"
            forget_models("other")
    finally:
        forget_models("other")


def test_repr_names_the_row(app: Flask) -> None:
    with transaction() as current:
        shelf = Shelf(name="a")
        current.add(shelf)
    assert repr(Shelf()) == "<Shelf new>"
    assert str(shelf.id) in repr(shelf)


def test_utc_is_what_comes_back(app: Flask) -> None:
    with transaction() as current:
        current.add(Shelf(name="a"))
    session().expunge_all()
    assert session().scalars(select(Shelf)).one().created_at.tzinfo is not None
    assert session().scalars(select(Shelf.created_at)).one().astimezone(UTC).utcoffset() == timedelta(0)
