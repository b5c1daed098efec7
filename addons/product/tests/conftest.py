"""An owner with a published market, others, the site's staff, and products on their way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from asoud_category.demo import load as load_categories
from asoud_market.demo import load as load_markets
from asoud_market.testing import make_market
from asoud_product.demo import load_products
from asoud_product.testing import API, make_product
from asoud_users.demo import load as load_users
from asoud_users.testing import make_user


@pytest.fixture
def owner(app: Any, as_user: Any) -> Any:
    return as_user(make_user(app, "+989120000001"))


@pytest.fixture
def sara(app: Any, as_user: Any) -> Any:
    return as_user(make_user(app, "+989120000002"))


@pytest.fixture
def staff(app: Any, as_user: Any) -> Any:
    """The site's staff."""
    return as_user(make_user(app, "+989120000009"), roles=["admin"])


@pytest.fixture
def market(app: Any, owner: Any) -> UUID:
    """A published market of the owner's; its id."""
    with app.app_context():
        return make_market(owner.user_id, published=True)


@pytest.fixture
def mine(market: UUID) -> str:
    """Where the owner's products are."""
    return f"{API}/my/markets/{market}/products"


@pytest.fixture
def add(owner: Any, mine: str) -> Callable[..., Any]:
    """Adds a product over REST; the answer."""

    def send(**values: Any) -> Any:
        body = {"kind": "good", "name": "نان سنگک", "main_price": rials(250_000), **values}
        return owner.post(mine, json={name: value for name, value in body.items() if value is not ...})

    return send


@pytest.fixture
def product(add: Any) -> dict[str, Any]:
    """A product of the owner's that lacks everything for its publication."""
    answer = add()
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


@pytest.fixture
def published(app: Any, owner: Any, market: UUID) -> Callable[..., str]:
    """Makes published products of the owner's; the id."""

    def make(**values: Any) -> str:
        with app.app_context():
            where = values.pop("market_id", market)
            by = values.pop("owner_id", owner.user_id)
            return str(make_product(where, by, published=True, **values))

    return make


@pytest.fixture
def change() -> Callable[..., Any]:
    """Sends a change with the ETag that the resource has now."""

    def send(caller: Any, path: str, body: dict[str, Any], method: str = "PATCH", *, at: str | None = None) -> Any:
        etag = caller.get(at or path).headers["ETag"]
        return caller.open(path, method=method, json=body, headers={"If-Match": etag})

    return send


@pytest.fixture
def send(owner: Any, market: UUID, jobs: Any) -> Callable[..., Any]:
    """Imports a file as the owner; the finished transfer."""

    def run(content: str | bytes, *, check_only: bool = False) -> Any:
        base = f"{API}/my/markets/{market}"
        data = content.encode() if isinstance(content, str) else content
        body = {"file_id": owner.upload("product.import", data, "products.csv"), "check_only": check_only}
        answer = owner.post(f"{base}/imports", json=body)
        assert answer.status_code == 202, answer.text
        jobs.run()
        return owner.get(f"{base}/transfers/{answer.json['id']}").json

    return run


@pytest.fixture
def demo_markets(db: Any) -> None:
    """The demo's users, categories and markets."""
    for part in (load_users, load_categories, load_markets):
        db.run(part.load, "small", lambda steps: None)


@pytest.fixture
def loaded(db: Any, demo_markets: None) -> Callable[[int], None]:
    """Loads so many products."""
    return lambda count: db.run(load_products, count, lambda steps: None)


def rials(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "IRR"}
