"""Records of changes: nobody changes or deletes them, whoever reaches the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from asoud_product.models import Change, PriceChange, Product
from asoud_product.services import privacy
from asoud_product.testing import API
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from addon_sdk import new_id, session, transaction
from kernel.db import migrations

RECORDS = (Change, PriceChange)


@pytest.fixture
def shown(app: Any, published: Any) -> Iterator[UUID]:
    """A product with records, inside the app."""
    found = UUID(published())
    with app.app_context():
        yield found


@pytest.mark.parametrize("model", RECORDS)
def test_records_are_neither_changed_nor_deleted(shown: UUID, model: type[Any]) -> None:
    columns = [column.key for column in model.__table__.columns if column.key not in ("by_id", "updated_at")]
    attempts = [delete(model), update(model).values(by_id=new_id())]
    attempts += [update(model).values({name: getattr(model, name)}) for name in columns]
    before = session().execute(select(model.__table__).order_by(model.id)).all()
    assert before
    for attempt in attempts:
        with pytest.raises(IntegrityError, match="stay as they are"), transaction():
            session().execute(attempt, execution_options={"synchronize_session": False})
    assert session().execute(select(model.__table__).order_by(model.id)).all() == before


def test_only_who_it_was_is_forgotten(shown: UUID, owner: Any) -> None:
    with transaction():
        privacy.erase(owner.user_id)
    for model in RECORDS:
        found = set(session().scalars(select(model.by_id)))
        assert None in found
        assert owner.user_id not in found


def test_records_outlive_their_product(shown: UUID, owner: Any, mine: str) -> None:
    def count(model: type[Any]) -> int:
        return len(session().scalars(select(model.id).where(model.product_id == shown)).all())

    before = [count(model) for model in RECORDS]
    assert owner.delete(f"{mine}/{shown}").status_code == 204
    assert session().scalar(select(Product.id).where(Product.id == shown)) is None
    assert [count(model) for model in RECORDS] == [before[0] + 1, before[1]]
    last = session().scalars(select(Change).where(Change.product_id == shown).order_by(Change.id.desc())).first()
    assert last is not None
    assert (last.by_id, last.fields) == (owner.user_id, {"deleted": [False, True]})


def test_what_staff_has_deactivated_is_not_deleted(owner: Any, staff: Any, mine: str, shown: UUID) -> None:
    (listed,) = staff.get(f"{API}/all/products").json["items"]
    seen = {"id": str(shown), "version": listed["version"]}
    decided = staff.post(f"{API}/all/decisions", json={"to": "inactive", "products": [seen], "reason": "تقلبی"})
    assert decided.status_code == 204, decided.text
    assert owner.get(f"{mine}/{shown}/actions").json["may_delete"] is False
    refused = owner.delete(f"{mine}/{shown}")
    assert (refused.status_code, refused.json["code"]) == (409, "product.not_editable")


def test_the_migration_goes_back_and_forth(app: Any, published: Any, owner: Any, mine: str, db: Any) -> None:
    gone, there = published(), published()
    assert owner.delete(f"{mine}/{gone}").status_code == 204
    db.run(migrations.downgrade, "product", "e80b3d52f6c7")
    assert {change.product_id for change in db.all(select(Change))} == {UUID(there)}, "others would point at nothing"
    with app.app_context(), transaction():
        session().execute(update(Change).values(reason="از پیش"))
    db.run(migrations.upgrade, "product")
    with app.app_context(), pytest.raises(IntegrityError), transaction():
        session().execute(delete(Change))
    assert {change.reason for change in db.all(select(Change))} == {"از پیش"}


def test_a_place_on_a_shelf_is_recorded(owner: Any, market: UUID, published: Any, mine: str, change: Any) -> None:
    shelves = f"{API}/my/markets/{market}/shelves"
    shelf = owner.post(shelves, json={"name": "تازه‌ها"}).json["id"]
    first, second = published(), published()

    def last() -> Any:
        return owner.get(f"{mine}/{first}/changes").json["items"][0]["fields"]

    for wanted, fields in (
        ([first, second], {"shelf_id": [None, shelf], "shelf_position": [0, 0]}),
        ([second, first], {"shelf_id": [shelf, shelf], "shelf_position": [0, 1]}),
        ([second], {"shelf_id": [shelf, None], "shelf_position": [1, 0]}),
        ([second, first], {"shelf_id": [None, shelf], "shelf_position": [0, 1]}),
    ):
        filled = change(owner, f"{shelves}/{shelf}/products", {"product_ids": wanted}, "PUT")
        assert filled.status_code == 204, filled.text
        assert last() == fields
    assert owner.delete(f"{shelves}/{shelf}").status_code == 204
    assert last() == {"shelf_id": [shelf, None], "shelf_position": [1, 0]}
