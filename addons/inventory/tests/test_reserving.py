"""Goods are promised for a while, then sold or let go; whatever comes twice counts once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from asoud_inventory.models import Kind, Movement, ReservedLine, State
from asoud_inventory.problems import (
    AlreadyConfirmed,
    NotConfirmed,
    OutOfStock,
    ReferenceReused,
    ReservationOver,
    TooManyReturned,
)
from asoud_inventory.services import (
    Line,
    availability,
    confirm,
    extend,
    get,
    release,
    reserve,
    restock,
)
from asoud_inventory.services.reserving import expire
from sqlalchemy import select

from addon_sdk import NotFound, ValidationFailed, new_id, transaction


@pytest.fixture(autouse=True)
def inside(app: Any) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def bread(stocked: Any) -> UUID:
    """A variant of which there are ten."""
    found: UUID = stocked(10)
    return found


def state(item: Any, variant_id: UUID) -> tuple[int, int]:
    found = item(variant_id)
    return found.on_hand, found.reserved


def test_what_is_reserved_is_sold_once_it_is_paid(bread: UUID, item: Any, db: Any) -> None:
    reserve("order:1", [Line(bread, 3)])
    assert state(item, bread) == (10, 3)
    assert availability([bread])[bread] == (10, 3, 7)
    confirm("order:1")
    assert state(item, bread) == (7, 0)
    kinds = db.all(select(Movement.kind).where(Movement.reference == "order:1").order_by(Movement.sequence))
    assert kinds == [Kind.RESERVED, Kind.SOLD]


def test_each_call_may_come_twice(bread: UUID, item: Any, db: Any) -> None:
    for _ in range(2):
        reserve("order:1", [Line(bread, 1), Line(bread, 2)])
    assert state(item, bread) == (10, 3)
    for _ in range(2):
        extend("order:1", minutes=30)
        confirm("order:1")
        extend("order:1", minutes=300)
        reserve("order:1", [Line(bread, 3)])
    assert state(item, bread) == (7, 0)
    for _ in range(2):
        restock("order:1", "return:1", [Line(bread, 2)])
    assert state(item, bread) == (9, 0)
    reserve("order:2", [Line(bread, 9)])
    for _ in range(2):
        release("order:2")
    assert state(item, bread) == (9, 0)
    assert db.count(Movement) == 6


def test_a_reference_is_for_the_same_goods(bread: UUID, stocked: Any) -> None:
    reserve("order:1", [Line(bread, 3)])
    for other in ([Line(bread, 2)], [Line(bread, 3), Line(stocked(5), 1)]):
        with pytest.raises(ReferenceReused):
            reserve("order:1", other)


def test_all_or_none_is_reserved(bread: UUID, stocked: Any, item: Any) -> None:
    few = stocked(2)
    with pytest.raises(OutOfStock) as refused:
        reserve("order:1", [Line(bread, 3), Line(few, 3)])
    assert refused.value.extra["lines"] == [{"variant_id": str(few), "wanted": 3, "available": 2}]
    assert state(item, bread) == (10, 0)
    with pytest.raises(NotFound):
        get("order:1")
    reserve("order:1", [Line(bread, 3)])


def test_what_nobody_counts_is_always_there(stocked: Any, db: Any) -> None:
    service = stocked()
    reserve("order:1", [Line(service, 1000)])
    confirm("order:1")
    restock("order:1", "return:1", [Line(service, 1000)])
    assert (db.count(Movement), availability([service])) == (0, {})
    (line,) = db.all(select(ReservedLine))
    assert (line.location_id, line.quantity, line.returned) == (None, 1000, 1000)


def test_time_is_looked_at_when_something_is_read_and_when_somebody_wants_it(
    bread: UUID, item: Any, clock: Any, outbox: Any
) -> None:
    reserve("order:1", [Line(bread, 10)])
    with pytest.raises(OutOfStock):
        reserve("order:2", [Line(bread, 1)])
    clock.tick(599)
    assert availability([bread])[bread].salable == 0
    clock.tick(1)
    assert availability([bread])[bread] == (10, 0, 10)
    assert state(item, bread) == (10, 10), "nobody has swept it yet"
    reserve("order:2", [Line(bread, 4)])
    assert state(item, bread) == (10, 4)
    assert get("order:1").state is State.EXPIRED
    assert [each["reference"] for each in outbox.payloads("inventory.reservation_expired")] == ["order:1"]


def test_the_clock_sweeps(bread: UUID, stocked: Any, item: Any, clock: Any) -> None:
    other = stocked(5)
    for number in range(3):
        reserve(f"order:{number}", [Line(bread, 1), Line(other, 1)])
    reserve("long", [Line(bread, 1)], minutes=60)
    clock.tick(601)
    assert expire() == 3
    assert expire() == 0
    assert (state(item, bread), state(item, other)) == ((10, 1), (5, 0))


def test_a_payment_that_has_begun_gets_more_time(bread: UUID, clock: Any, settings: Any) -> None:
    settings["inventory.payment_minutes"] = 15
    ends = reserve("order:1", [Line(bread, 1)]).expires_at
    clock.tick(60)
    assert extend("order:1").expires_at == ends + timedelta(minutes=6)
    assert extend("order:1", minutes=1).expires_at == ends + timedelta(minutes=6), "never less"
    clock.tick(15 * 60)
    for _ in range(2):
        with pytest.raises(ReservationOver):
            extend("order:1")
        expire()


def test_the_time_is_a_setting(bread: UUID, clock: Any, settings: Any) -> None:
    settings["inventory.hold_minutes"] = 3
    assert reserve("order:1", [Line(bread, 1)]).expires_at == clock.now() + timedelta(minutes=3)


@pytest.mark.parametrize("swept", [True, False])
def test_a_late_payment_gets_the_goods_while_they_are_there(bread: UUID, item: Any, clock: Any, swept: bool) -> None:
    reserve("order:1", [Line(bread, 8)])
    clock.tick(3600)
    if swept:
        expire()
    assert confirm("order:1").state is State.CONFIRMED
    assert state(item, bread) == (2, 0)


def test_a_payment_that_comes_too_late_is_told(bread: UUID, item: Any, clock: Any) -> None:
    reserve("order:1", [Line(bread, 8)])
    clock.tick(3600)
    reserve("order:2", [Line(bread, 5)])
    with pytest.raises(OutOfStock):
        confirm("order:1")
    assert get("order:1").state is State.EXPIRED
    assert state(item, bread) == (10, 5)


def test_what_is_over_is_over(bread: UUID, clock: Any) -> None:
    reserve("order:1", [Line(bread, 1)])
    release("order:1")
    for act in (lambda: confirm("order:1"), lambda: extend("order:1"), lambda: reserve("order:1", [Line(bread, 1)])):
        with pytest.raises(ReservationOver):
            act()
    reserve("order:2", [Line(bread, 1)])
    clock.tick(601)
    with pytest.raises(ReservationOver):
        reserve("order:2", [Line(bread, 1)])
    assert release("order:2").state is State.RELEASED


def test_what_is_sold_is_returned_not_released(bread: UUID, item: Any) -> None:
    reserve("order:1", [Line(bread, 5)])
    with pytest.raises(NotConfirmed):
        restock("order:1", "return:1", [Line(bread, 1)])
    confirm("order:1")
    with pytest.raises(AlreadyConfirmed):
        release("order:1")
    restock("order:1", "return:1", [Line(bread, 2)])
    with pytest.raises(TooManyReturned) as refused:
        restock("order:1", "return:2", [Line(bread, 4)])
    assert refused.value.extra["lines"] == [{"variant_id": str(bread), "wanted": 4, "returnable": 3}]
    with pytest.raises(ReferenceReused):
        restock("order:1", "return:1", [Line(bread, 3)])
    restock("order:1", "return:2", [Line(bread, 3)])
    assert state(item, bread) == (10, 0)


def test_unknown_references_are_not_found(bread: UUID) -> None:
    for act in (confirm, release, extend, get):
        with pytest.raises(NotFound):
            act("nobody")
    with pytest.raises(NotFound):
        restock("nobody", "return:1", [Line(bread, 1)])


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001])
def test_quantities_that_cannot_be_are_refused(bread: UUID, quantity: int) -> None:
    with pytest.raises(ValidationFailed) as refused:
        reserve("order:1", [Line(bread, 1), Line(bread, quantity)])
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/lines/1/quantity", "range")]


def test_nothing_and_unknown_variants_are_refused(bread: UUID) -> None:
    for lines, code in (([], "required"), ([Line(bread, 1), Line(new_id(), 1)], "unknown")):
        with pytest.raises(ValidationFailed) as refused:
            reserve("order:1", lines)
        assert [(error.pointer, error.code) for error in refused.value.errors] == [("/lines", code)]


def test_a_callers_failure_leaves_nothing(bread: UUID, item: Any) -> None:
    @transaction
    def checkout() -> None:
        reserve("order:1", [Line(bread, 5)])
        raise RuntimeError("checkout")

    with pytest.raises(RuntimeError, match="checkout"):
        checkout()
    assert state(item, bread) == (10, 0)


def test_few_statements_for_many_lines(db: Any, stocked: Any, app: Any) -> None:
    wanted = [Line(stocked(10), 1) for _ in range(5)]
    with count_statements(app) as few:
        reserve("order:1", wanted[:1])
    with count_statements(app) as many:
        reserve("order:2", wanted)
    assert len(many) == len(few) <= 11, many
    with count_statements(app) as sold:
        confirm("order:2")
    assert len(sold) <= 8, sold


class count_statements:
    """Collects what is sent to the database in transactions."""

    def __init__(self, app: Any) -> None:
        self._engine = app.extensions["asoud"].db.engine
        self._found: list[str] = []

    def _note(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith("BEGIN") and "kernel_setting" not in statement:
            self._found.append(statement)

    def __enter__(self) -> list[str]:
        from sqlalchemy import event

        event.listen(self._engine, "before_cursor_execute", self._note)
        return self._found

    def __exit__(self, *_: object) -> None:
        from sqlalchemy import event

        event.remove(self._engine, "before_cursor_execute", self._note)
