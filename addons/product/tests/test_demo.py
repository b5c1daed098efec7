"""The demo's products: by the rules of all products, the same however often they are loaded."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from asoud_market.models import Market
from asoud_product.demo import goods, load, pictures
from asoud_product.models import (
    Change,
    Label,
    Picture,
    PriceChange,
    Product,
    ProductKind,
    SellType,
    Shelf,
    Status,
    Value,
    Variant,
)
from asoud_product.moves import may_move
from asoud_product.services import prices
from asoud_product.services.completeness import missing_of
from asoud_product.testing import KEPT_PRICES
from sqlalchemy import select

from addon_sdk import platform
from addon_sdk.files import StoredFile

TABLES = (Product, Variant, Change, PriceChange, Value, Picture, Shelf)


def test_the_lists_are_believable() -> None:
    shops = goods.shops()
    kinds = {good.slug: good for shop in shops for good in shop.goods}
    assert len(shops) == 50
    assert len(kinds) > 60
    items = [item for good in kinds.values() for item in good.items]
    assert all(0 < item.least < item.most for item in items)
    assert all(len(item.qualities) >= 4 for item in items)
    assert all(sum(len(item.qualities) for item in good.items) >= 16 for good in kinds.values())
    samples = [goods.sample(number) for number in range(goods.TURN)]
    assert Counter(sample.business_id for sample in samples).most_common()[-1][1] == goods.TURN // len(shops)
    assert len({sample.name for sample in samples}) > 700
    assert all(sample.item.least <= sample.price // 10_000 <= sample.item.most for sample in samples)


def test_numbers_of_a_million_are_each_one_products() -> None:
    several = [goods.sample(number) for number in (0, 199, 999, 1000, 50_999, 51_000, 999_999)]
    assert len({sample.sku for sample in several}) == len(several)
    assert (load.count("small"), load.count("large")) == (1000, 1_000_000)
    in_one_market = {goods.sample(number).name for number in range(1000, 2000)}
    assert len(in_one_market) == 1000


def test_loading_twice_changes_nothing(db: Any, demo_markets: None) -> None:
    steps: list[int] = []
    db.run(load.load, "small", steps.append)
    assert sum(steps) == 1000 == db.count(Product)
    before = {(row.id, row.updated_at) for model in TABLES for row in db.all(select(model))}
    db.run(load.load, "small", steps.append)
    assert {(row.id, row.updated_at) for model in TABLES for row in db.all(select(model))} == before


def test_a_load_that_was_stopped_goes_on(db: Any, loaded: Any) -> None:
    loaded(30)
    loaded(60)
    assert db.count(Product) == 60
    assert db.count(Shelf) == 2 * len({row.market_id for row in db.all(select(Product))})


def test_the_products_keep_all_rules(app: Any, db: Any, loaded: Any) -> None:
    loaded(200)
    with app.app_context():
        products = db.all(select(Product))
        assert {product.status for product in products} >= set(Status)
        assert {product.label for product in products} == set(Label)
        assert {product.sell_type for product in products} == set(SellType)
        assert any(product.gift_id for product in products)
        assert any(product.required_id for product in products)
        assert {product.kind for product in products} == set(ProductKind)
        for product in products:
            assert not list(prices.check_prices(prices.priced(product)))
            if product.status is not Status.DRAFT:
                assert not missing_of(product)
        variants = prices.variants_by_product(product.id for product in products)
        for product in products:
            kept = {name: getattr(product, name) for name in KEPT_PRICES}
            prices.refresh(product, variants[product.id])
            assert kept == {name: getattr(product, name) for name in KEPT_PRICES}
        assert any(len(each) > 1 for each in variants.values())


def test_histories_are_moves_that_exist(db: Any, loaded: Any) -> None:
    loaded(100)
    last = {}
    for change in db.all(select(Change).order_by(Change.id)):
        assert last.get(change.product_id) == change.from_status
        assert change.from_status is None or may_move(change.from_status, change.to_status, frozenset((change.actor,)))
        last[change.product_id] = change.to_status
    assert last == {product.id: product.status for product in db.all(select(Product))}


def test_everybody_sees_what_is_published_and_no_more(
    client: Any, db: Any, loaded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "_OWN", 20)  # and others share some
    loaded(100)
    public = {market.id for market in db.all(select(Market).where(Market.is_public))}
    shown = [
        product
        for product in db.all(select(Product))
        if product.status is Status.PUBLISHED and product.market_id in public
    ]
    items = client.get("/api/v1/product/products", query_string={"limit": 100}).json["items"]
    assert {item["id"] for item in items} == {str(product.id) for product in shown}
    assert len(items) > 50
    assert all(set(item["pictures"][0]["sizes"]) == {"small", "card", "large"} for item in items)


def test_what_shares_a_picture_claims_it(app: Any, db: Any, loaded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_OWN", 20)
    loaded(100)
    shown = Counter(picture["id"] for product in db.all(select(Product)) for picture in product.pictures)
    assert 1 in shown.values()
    assert max(shown.values()) > 1
    files = db.all(select(StoredFile).where(StoredFile.kind == "product.picture"))
    uses = {str(file.id): file.uses for file in files if file.uses}
    assert uses == dict(shown)
    file_id, count = shown.most_common(1)[0]
    with app.app_context():
        platform.files.release(UUID(file_id))
        assert platform.files.get(UUID(file_id)).uses == count - 1


def test_other_markets_get_nothing(db: Any, market: Any, loaded: Any) -> None:
    loaded(60)
    assert db.all(select(Product).where(Product.market_id == market)) == []
