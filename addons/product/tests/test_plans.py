"""Lists of products are read by an index in their order, and PostgreSQL knows how many have what is asked for."""

from __future__ import annotations

import re
from typing import Any

import pytest
from asoud_product.models import Label, Product, Status
from asoud_product.schemas.public import ProductQuery
from asoud_product.services.public import list_products
from asoud_product.testing import API
from sqlalchemy import select, text, update

from addon_sdk import read_connection, session, transaction
from addon_sdk.testing.plans import plan_of

ROWS = 20_000
INDEXES = {
    "": "product_newest",
    "sort=price": "product_price",
    "sort=-name": "product_name",
    "category_id={category}": "product_category",
    "category_id={category}&sort=price": "product_category_price",
    "market_id={market}": "product_market",
    "shelf_id={shelf}": "product_shelf_newest",
    "shelf_id={shelf}&sort=shelf": "product_shelf",
    "market_id={market}&shelf_id={shelf}&sort=shelf": "product_shelf",
    "city_id={city}": "product_city",
    "province_id={province}": "product_province",
    "kind=service": "product_kind",
    "label=new": "product_label",
    "is_available=false": "product_available",
    "attribute=color:red": "value_text",
    "q={hidden}": "product_search",
}
"""By which index each list finds its products."""
HIDDEN = "ناپیدا"


@pytest.fixture
def crowd(db: Any, loaded: Any, asoud_database_kind: str) -> dict[str, str]:
    if asoud_database_kind != "postgres":
        pytest.skip("plans are PostgreSQL's")
    loaded(ROWS)
    found: dict[str, str] = db.run(_prepare)
    return found


@transaction
def _prepare() -> dict[str, str]:
    # A word that only products which nobody sees have: it is rare, though many have it.
    session().execute(update(Product).where(Product.status != Status.PUBLISHED).values(search_key=HIDDEN))
    standing = select(Product).where(Product.is_public, Product.shelf_id.is_not(None))
    product = session().scalars(standing.order_by(Product.id)).first()
    # A shelf on which a good part of all stands: all of it is of one market, not as much of it as of the others.
    there = {
        "market_id": product.market_id,
        "shelf_id": product.shelf_id,
        "shelf_position": Product.current_price % 1000,
    }
    session().execute(update(Product).where(Product.label == Label.NEW).values(there))
    session().execute(text("ANALYZE"))
    return {
        "category": str(product.category_id),
        "market": str(product.market_id),
        "shelf": str(product.shelf_id),
        "city": str(product.city_id),
        "province": str(product.province_id),
        "hidden": HIDDEN,
    }


def test_lists_find_their_products_by_an_index(app: Any, client: Any, crowd: dict[str, str]) -> None:
    for asked, index in INDEXES.items():
        plan = plan_of(app, client, f"{API}/products?{asked.format(**crowd)}&limit=24", "product_product")
        assert f" ix_product_{index} " in plan, (asked, plan)
        assert "Seq Scan" not in plan, (asked, plan)
        assert "Sort" not in plan or index == "product_search", (asked, plan)
        if asked.startswith("market_id={market}&shelf"):
            (expected,) = re.findall(r"ix_product_product_shelf .*rows=(\d+)", plan)
            assert int(expected) > ROWS / 40, plan  # as many as stand on the shelf, since all of it is of the market


def test_pages_are_planned_once_and_searches_each_time(app: Any, crowd: dict[str, str]) -> None:
    def shared(*asked: dict[str, Any]) -> int:
        """How often a plan was used that was made for any values."""
        before = _shared_plans()
        for each in asked:
            list_products(ProductQuery().load(each))
        return _shared_plans() - before

    pages = [{f"{name}_id": [crowd[name]]} for name in ("category", "city")] + [{"attribute": ["color:red"]}]
    with app.app_context():
        assert [asked for asked in pages if not shared(*[asked] * 20)] == []
        assert shared(*({"q": str(number)} for number in range(20))) == 0


def _shared_plans() -> int:
    lists = "position('product_product' in statement) > 0 AND position('pg_prepared' in statement) = 0"
    query = f"SELECT coalesce(sum(generic_plans), 0) FROM pg_prepared_statements WHERE {lists}"
    return int(read_connection().exec_driver_sql(query).scalar_one())
