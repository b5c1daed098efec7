"""The demo's goods are in stock: most in plenty, some few, some none."""

from __future__ import annotations

from typing import Any

import pytest
from asoud_category.demo import load as load_categories
from asoud_inventory.demo import load
from asoud_inventory.models import Item, Movement, Stock
from asoud_market.demo import load as load_markets
from asoud_product.demo import load_products
from asoud_product.models import Product, ProductKind, Variant
from asoud_users.demo import load as load_users
from sqlalchemy import func, select, text

from addon_sdk import session, transaction
from addon_sdk.testing.plans import plan_of


@pytest.fixture
def loaded(db: Any) -> Any:
    """Loads so many products, and their stock."""

    def run(count: int) -> None:
        for part in (load_users, load_categories, load_markets):
            db.run(part.load, "small", lambda steps: None)
        db.run(load_products, count, lambda steps: None)
        db.run(load.load, "small", lambda steps: None)

    return run


def test_goods_are_counted_once_and_services_never(db: Any, client: Any, loaded: Any) -> None:
    loaded(300)
    db.run(load.load, "small", lambda steps: None)
    goods = select(Variant.id).join(Product, Product.id == Variant.product_id).where(Product.kind == ProductKind.GOOD)
    assert set(db.all(select(Item.variant_id))) == set(db.all(goods))
    assert db.count(Stock) == db.count(Item) > 100
    assert db.count(Movement) == len(db.all(select(Item.id).where(Item.on_hand > 0)))
    assert db.all(select(func.sum(Movement.on_hand_change))) == db.all(select(func.sum(Item.on_hand)))
    out = set(db.all(select(Item.variant_id).where(Item.on_hand == 0)))
    assert out
    assert out == set(db.all(select(Variant.id).where(~Variant.inventory_in_stock)))
    few = set(db.all(select(Item.variant_id).where(Item.is_low)))
    assert few > out
    assert few == set(db.all(select(Variant.id).where(Variant.inventory_left.is_not(None))))
    shown = client.get("/api/v1/product/products?inventory_in_stock=false&limit=100").json["items"]
    assert {each["inventory_in_stock"] for each in shown} <= {False}


def test_what_is_in_stock_is_read_in_the_order_of_lists(
    app: Any, client: Any, db: Any, loaded: Any, asoud_database_kind: str
) -> None:
    if asoud_database_kind != "postgres":
        pytest.skip("plans are PostgreSQL's")
    loaded(5000)

    @transaction
    def analyze() -> None:
        session().execute(text("ANALYZE"))

    db.run(analyze)
    for order, index in (("-published_at", "newest"), ("price", "price")):
        path = f"/api/v1/product/products?inventory_in_stock=true&sort={order}&limit=24"
        plan = plan_of(app, client, path, "product_product")
        assert f"ix_product_product_{index}" in plan, plan
        assert "Sort" not in plan, plan
