"""The history of stock: nobody changes or deletes it, whoever reaches the database, and it adds up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from asoud_inventory.models import Adjustment, Item, Kind, Movement, Stock
from asoud_inventory.services import Line, privacy, reserve
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from addon_sdk import new_id, session, transaction
from kernel.db import migrations


@pytest.fixture
def bread(app: Any, stocked: Any) -> Iterator[UUID]:
    """A variant with movements, inside the app."""
    found = stocked(10)
    with app.app_context():
        reserve("order:1", [Line(found, 3)])
        yield found


def test_movements_are_neither_changed_nor_deleted(bread: UUID) -> None:
    columns = [column.key for column in Movement.__table__.columns if column.key not in ("by_id", "updated_at")]
    attempts: list[Any] = [delete(Movement), update(Movement).values(by_id=new_id())]
    attempts += [update(Movement).values({name: getattr(Movement, name)}) for name in columns]
    before = session().execute(select(Movement.__table__).order_by(Movement.id)).all()
    assert len(before) == 2
    for attempt in attempts:
        with pytest.raises(IntegrityError, match="stay as they are"), transaction():
            session().execute(attempt, execution_options={"synchronize_session": False})
    assert session().execute(select(Movement.__table__).order_by(Movement.id)).all() == before


def test_movements_are_not_emptied(bread: UUID, asoud_database_kind: str) -> None:
    if asoud_database_kind == "postgres":
        with pytest.raises(IntegrityError, match="stay as they are"), transaction():
            session().execute(text("TRUNCATE inventory_movement"))


@pytest.mark.parametrize("wrong", [{"sequence": 4}, {"on_hand": 12}, {"reserved": 4}, {"sequence": 1}])
def test_a_movement_continues_the_one_before_it(bread: UUID, wrong: dict[str, int]) -> None:
    stock = session().scalars(select(Stock)).one()
    right = {
        "market_id": new_id(),
        "variant_id": bread,
        "location_id": stock.location_id,
        "sequence": 3,
        "kind": Kind.ADJUSTED,
        "on_hand_change": 1,
        "reserved_change": 0,
        "on_hand": 11,
        "reserved": 3,
        "reference": "by hand",
    }
    with pytest.raises(IntegrityError), transaction():
        session().execute(insert(Movement).values({**right, **wrong}))


def test_a_stock_says_what_its_last_movement_does(bread: UUID, asoud_database_kind: str) -> None:
    if asoud_database_kind == "postgres":
        with pytest.raises(IntegrityError, match="what its movements say"), transaction():
            session().execute(update(Stock).values(on_hand=100))


def test_more_than_may_be_sold_is_not_even_written(bread: UUID) -> None:
    for values in ({"reserved": 11}, {"on_hand": 2}, {"reserved": -1}, {"backorder_limit": -1}):
        with pytest.raises(IntegrityError), transaction():
            session().execute(update(Item).values(values))


def test_only_who_it_was_is_forgotten(bread: UUID, owner: Any) -> None:
    assert privacy.export(owner.user_id) == {"movements": 1, "adjustments": 1, "decisions": 0}
    with transaction():
        privacy.erase(owner.user_id)
    assert set(session().scalars(select(Movement.by_id))) == {None}
    assert set(session().scalars(select(Adjustment.by_id))) == {None}


def test_the_history_outlives_its_product(bread: UUID, owner: Any, clock: Any) -> None:
    product = session().scalars(select(Item.product_id)).one()
    path = f"/api/v1/product/my/markets/{session().scalars(select(Item.market_id)).one()}/products/{product}"
    refused = owner.delete(path)
    assert (refused.status_code, refused.json["code"]) == (409, "product.in_use")
    clock.tick(601)
    assert owner.delete(path).status_code == 204
    assert session().scalars(select(Item.id)).all() == []
    assert len(session().scalars(select(Movement.id)).all()) == 2


def test_the_migration_goes_back_and_forth(app: Any, bread: UUID, db: Any) -> None:
    db.run(migrations.downgrade, "inventory", "base")
    db.run(migrations.upgrade, "inventory")
    assert db.count(Movement) == 0
