"""An owner with a published market and products in stock, others, and what callers of the services do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from asoud_inventory.models import Item
from asoud_inventory.testing import API, put_in_stock
from asoud_market.testing import make_market
from asoud_product.testing import make_product, variant_of
from asoud_users.testing import make_user
from sqlalchemy import select


@pytest.fixture
def owner(app: Any, as_user: Any) -> Any:
    return as_user(make_user(app, "+989120000001"))


@pytest.fixture
def sara(app: Any, as_user: Any) -> Any:
    return as_user(make_user(app, "+989120000002"))


@pytest.fixture
def market(app: Any, owner: Any) -> UUID:
    """A published market of the owner's; its id."""
    with app.app_context():
        return make_market(owner.user_id, published=True)


@pytest.fixture
def mine(market: UUID) -> str:
    """Where the owner's stock is."""
    return f"{API}/my/markets/{market}"


@pytest.fixture
def stocked(app: Any, owner: Any, market: UUID) -> Callable[..., UUID]:
    """Makes a published product of the owner's with so many in stock, or that nobody counts; its only variant's id."""

    def make(quantity: int | None = None, **values: Any) -> UUID:
        with app.app_context():
            variant_id = variant_of(make_product(market, owner.user_id, published=True, **values)).id
            if quantity:
                put_in_stock(variant_id, quantity, owner.user_id)
            return variant_id

    return make


@pytest.fixture
def item(db: Any) -> Callable[[UUID], Item]:
    """A variant's item as it is now."""

    def read(variant_id: UUID) -> Item:
        (found,) = db.all(select(Item).where(Item.variant_id == variant_id))
        return found  # type: ignore[no-any-return]

    return read


@pytest.fixture
def post(owner: Any, mine: str) -> Callable[..., Any]:
    """Posts to the owner's stock with a fresh Idempotency-Key."""
    turns = iter(range(1000))

    def send(path: str, body: dict[str, Any], caller: Any = None, key: str = "") -> Any:
        headers = {"Idempotency-Key": key or f"key-{next(turns)}"}
        return (caller or owner).post(f"{mine}/{path}", json=body, headers=headers)

    return send
