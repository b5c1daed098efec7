"""Two markets with goods, a buyer, a guest, and short ways to call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from asoud_cart.testing import API
from asoud_market.testing import make_market
from asoud_product.testing import make_product, variant_of
from asoud_users.testing import make_user


@pytest.fixture
def vendor(app: Any) -> UUID:
    return make_user(app, "+989120000001")


@pytest.fixture
def buyer(app: Any, as_user: Any) -> Any:
    return as_user(make_user(app, "+989120000002"))


@pytest.fixture
def other(app: Any, as_user: Any) -> Any:
    return as_user(make_user(app, "+989120000003"))


@pytest.fixture
def markets(app: Any, vendor: UUID) -> list[UUID]:
    with app.app_context():
        return [make_market(vendor, published=True, name=name) for name in ("نانوایی", "میوه‌فروشی")]


@pytest.fixture
def goods(app: Any, vendor: UUID, markets: list[UUID]) -> Callable[..., UUID]:
    """Makes a published product; its only variant's id."""

    def make(market: int = 0, **values: Any) -> UUID:
        with app.app_context():
            return variant_of(make_product(markets[market], vendor, published=True, **values)).id

    return make


class Shopper:
    """Somebody with a cart."""

    def __init__(self, caller: Any) -> None:
        self.caller, self.headers, self.turns = caller, {}, iter(range(10_000))
        opened = self.post("", None)
        assert opened.status_code == 201, opened.text
        self.id = opened.json["id"]
        self.token = opened.json["token"]
        if self.token:
            self.headers = {"X-Cart-Token": self.token}
        self.path = f"{API}/carts/{self.id}"

    def post(self, path: str, body: Any, key: str = "") -> Any:
        headers = {**self.headers, "Idempotency-Key": key or f"{id(self)}-{next(self.turns)}"}
        base = getattr(self, "path", f"{API}/carts")
        return self.caller.post(f"{base}{path}", json=body, headers=headers)

    def add(self, variant_id: UUID, quantity: Any = 1, **more: Any) -> Any:
        return self.post("/lines", {"variant_id": str(variant_id), "quantity": quantity, **more})

    def see(self) -> Any:
        found = self.caller.get(self.path, headers=self.headers)
        assert found.status_code == 200, found.text
        return found.json

    def change(self, line_id: str, quantity: Any) -> Any:
        return self.caller.patch(f"{self.path}/lines/{line_id}", json={"quantity": quantity}, headers=self.headers)

    def remove(self, line_id: str) -> Any:
        return self.caller.delete(f"{self.path}/lines/{line_id}", headers=self.headers)


@pytest.fixture
def mine(buyer: Any) -> Shopper:
    return Shopper(buyer)


@pytest.fixture
def guest(client: Any) -> Shopper:
    return Shopper(client)
