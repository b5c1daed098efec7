"""What everybody sees of stock, in lists and pages of products."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from asoud_inventory.services import Line, release, reserve
from asoud_inventory.testing import put_in_stock
from asoud_product.models import Product, Variant
from asoud_product.services import shelves, variants
from asoud_product.testing import make_product, make_shelf
from sqlalchemy import select

from addon_sdk import Principal, acting_as, session

PRODUCTS = "/api/v1/product/products"


@pytest.fixture
def page(client: Any, db: Any) -> Any:
    """The public page of a variant's product."""

    def read(variant_id: UUID) -> Any:
        (product_id,) = db.all(select(Variant.product_id).where(Variant.id == variant_id))
        return client.get(f"{PRODUCTS}/{product_id}").json

    return read


def listed(client: Any, query: str = "") -> list[str]:
    return [each["name"] for each in client.get(f"{PRODUCTS}?sort=name{query}").json["items"]]


def test_lists_say_and_are_filtered_by_whether_there_is_some(
    app: Any, client: Any, jobs: Any, stocked: Any, db: Any
) -> None:
    stocked(None, name="الف بی شمار")
    milk = stocked(2, name="ب شیر")
    stocked(9, name="پ پنیر")
    with app.app_context():
        reserve("order:1", [Line(milk, 2)])
    jobs.run()
    assert listed(client) == ["الف بی شمار", "ب شیر", "پ پنیر"]
    assert listed(client, "&inventory_in_stock=true") == ["الف بی شمار", "پ پنیر"]
    assert listed(client, "&inventory_in_stock=false") == ["ب شیر"]
    shown = {each["name"]: each["inventory_in_stock"] for each in client.get(PRODUCTS).json["items"]}
    assert shown == {"الف بی شمار": True, "ب شیر": False, "پ پنیر": True}
    counted = client.get(f"{PRODUCTS}/facets?inventory_in_stock=true").json["total"]
    assert counted == {"count": 2, "more": False}
    with app.app_context():
        release("order:1")
    jobs.run()
    assert listed(client, "&inventory_in_stock=false") == []


def test_a_list_is_still_one_statement(client: Any, stocked: Any, db: Any, jobs: Any) -> None:
    for _ in range(3):
        stocked(9)
    jobs.run()
    client.get(PRODUCTS)
    with db.queries() as statements:
        client.get(f"{PRODUCTS}?inventory_in_stock=true&limit=2")
    assert len(statements) == 1, statements


def test_the_page_tells_how_many_are_left_once_they_are_few(app: Any, page: Any, jobs: Any, stocked: Any) -> None:
    bread = stocked(9)
    jobs.run()
    (variant,) = page(bread)["variants"]
    assert (variant["inventory_in_stock"], variant["inventory_left"]) == (True, None)
    for number, left in enumerate((5, 1)):
        with app.app_context():
            reserve(f"order:{number}", [Line(bread, 4)])
        jobs.run()
        (variant,) = page(bread)["variants"]
        assert (variant["inventory_in_stock"], variant["inventory_left"]) == (True, left)
    with app.app_context():
        reserve("last", [Line(bread, 1)])
    jobs.run()
    shown = page(bread)
    assert (shown["inventory_in_stock"], shown["variants"][0]["inventory_left"]) == (False, 0)


def test_a_product_is_in_stock_by_the_variants_that_can_be_had(
    app: Any, owner: Any, market: UUID, jobs: Any, db: Any, stocked: Any
) -> None:
    options = [{"name": "رنگ", "values": ["سرخ", "آبی"]}]
    with app.app_context(), acting_as(Principal(user_id=owner.user_id)):
        product_id = make_product(
            market, owner.user_id, options=options, variants=[{"choice": {"رنگ": each}} for each in ("سرخ", "آبی")]
        )
        red, blue = (each.id for each in variants.of(product_id))
        put_in_stock(red, 5, owner.user_id)
        reserve("order:1", [Line(red, 5)])

    def in_stock() -> list[bool]:
        jobs.run()
        return list(db.all(select(Product.inventory_in_stock).where(Product.id == product_id)))

    assert in_stock() == [True], "nobody counts the blue one"
    for available, expected in ((False, [False]), (True, [True])):
        with app.app_context(), acting_as(Principal(user_id=owner.user_id)):
            variants.change(market, product_id, blue, {"is_available": available})
        assert in_stock() == expected


def test_what_everybody_sees_is_a_new_version_for_the_owner(
    app: Any, owner: Any, market: UUID, jobs: Any, stocked: Any, db: Any
) -> None:
    bread = stocked(3)
    jobs.run()
    (product_id,) = db.all(select(Variant.product_id).where(Variant.id == bread))
    path = f"/api/v1/product/my/markets/{market}/products/{product_id}"
    before = owner.get(path).headers["ETag"]
    jobs.run()
    assert owner.get(path).headers["ETag"] == before
    with app.app_context():
        reserve("order:1", [Line(bread, 3)])
    jobs.run()
    assert owner.get(path).headers["ETag"] != before
    assert owner.get(path).json["inventory_in_stock"] is False


def test_a_reserved_variant_is_not_deleted(app: Any, owner: Any, market: UUID, clock: Any) -> None:
    options = [{"name": "رنگ", "values": ["سرخ", "آبی"]}]
    given = [{"choice": {"رنگ": each}} for each in ("سرخ", "آبی")]
    with app.app_context():
        product_id = make_product(market, owner.user_id, options=options, variants=given)
        red = variants.of(product_id)[0].id
        reserve("order:1", [Line(red, 1)])
    path = f"/api/v1/product/my/markets/{market}/products/{product_id}/variants/{red}"
    refused = owner.delete(path)
    assert (refused.status_code, refused.json["code"]) == (409, "product.in_use")
    clock.tick(601)
    assert owner.delete(path).status_code == 204


def test_shop_fronts_say_it_too(app: Any, client: Any, owner: Any, market: UUID, stocked: Any, jobs: Any) -> None:
    with app.app_context():
        shelf = make_shelf(market, owner.user_id)
        product_id = session().scalars(select(Variant.product_id).where(Variant.id == stocked(1))).one()
        with acting_as(Principal(user_id=owner.user_id)):
            shelves.fill_shelf(market, shelf, [product_id])
    jobs.run()
    (row,) = client.get(f"/api/v1/product/markets/{market}/front").json["items"]
    assert row["products"][0]["inventory_in_stock"] is True
