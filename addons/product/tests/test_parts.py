"""Variants, options, pictures and shelves."""

from __future__ import annotations

from typing import Any

import pytest
from asoud_product.testing import API

from addon_sdk.testing.pictures import small_picture

COLOURS = [{"name": "رنگ", "values": ["سرخ", "آبی"]}]


def _rials(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "IRR"}


@pytest.fixture
def shirt(add: Any) -> dict[str, Any]:
    """A product in two colours, of which one has a price of its own."""
    variants = [
        {"sku": "R-1", "choice": {"رنگ": "سرخ"}},
        {"sku": "B-1", "choice": {"رنگ": "آبی"}, "main_price": _rials(200_000)},
    ]
    answer = add(name="پیراهن", options=COLOURS, variants=variants)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_the_lowest_price_of_the_variants_is_the_product_s(shirt: dict[str, Any]) -> None:
    assert shirt["current_price"] == _rials(200_000)
    assert shirt["main_price"] == _rials(250_000)


@pytest.mark.parametrize(
    ("variants", "pointer"),
    [
        ([{"choice": {}}], "/variants/0/choice"),
        ([{"choice": {"رنگ": "سبز"}}], "/variants/0/choice"),
        ([{"choice": {"رنگ": "سرخ"}}, {"choice": {"رنگ": "سرخ"}}], "/variants/1/choice"),
        (
            [{"sku": "A", "choice": {"رنگ": "سرخ"}}, {"sku": "A", "choice": {"رنگ": "آبی"}}],
            "/variants/1/sku",
        ),
        ([{"choice": {"رنگ": "سرخ"}, "sale_price": _rials(5)}], "/variants/0/sale_price"),
        ([{"choice": {"رنگ": "سرخ"}, "main_price": _rials(0)}], "/variants/0/main_price"),
    ],
)
def test_wrong_variants_are_named(add: Any, variants: list[Any], pointer: str) -> None:
    answer = add(options=COLOURS, variants=variants)
    assert answer.status_code == 422, answer.text
    assert pointer in [error["pointer"] for error in answer.json["errors"]]


def test_a_number_is_taken_once_in_a_market(add: Any, shirt: dict[str, Any]) -> None:
    answer = add(variants=[{"sku": "R-1"}])
    assert answer.status_code == 422
    assert answer.json["errors"][0]["code"] == "taken"


def test_the_last_variant_stays(owner: Any, mine: str, product: dict[str, Any]) -> None:
    path = f"{mine}/{product['id']}/variants"
    (variant,) = owner.get(path).json["items"]
    answer = owner.delete(f"{path}/{variant['id']}")
    assert answer.status_code == 409
    assert answer.json["code"] == "product.last_variant"


def test_a_variant_s_price_changes_the_product_s(owner: Any, mine: str, shirt: dict[str, Any], change: Any) -> None:
    path = f"{mine}/{shirt['id']}"
    red, blue = owner.get(f"{path}/variants").json["items"]
    answer = change(owner, f"{path}/variants/{blue['id']}", {"main_price": _rials(300_000)})
    assert answer.status_code == 200, answer.text
    assert owner.get(path).json["current_price"] == _rials(250_000)
    assert owner.delete(f"{path}/variants/{red['id']}").status_code == 204
    assert owner.get(path).json["current_price"] == _rials(300_000)


def test_options_come_and_go_with_the_variants_that_are_there(
    owner: Any, mine: str, product: dict[str, Any], change: Any
) -> None:
    path = f"{mine}/{product['id']}"
    size = {"name": "اندازه", "values": ["بزرگ", "کوچک"]}
    assert change(owner, f"{path}/options", {"options": [*COLOURS, size]}, "PUT").status_code == 200
    (variant,) = owner.get(f"{path}/variants").json["items"]
    assert variant["choice"] == {"رنگ": "سرخ", "اندازه": "بزرگ"}
    small = owner.post(f"{path}/variants", json={"choice": {"رنگ": "سرخ", "اندازه": "کوچک"}}).json
    again = owner.post(f"{path}/variants", json={"choice": small["choice"]})
    assert [error["pointer"] for error in again.json["errors"]] == ["/choice"]
    for wanted in (COLOURS, [{**COLOURS[0], "values": ["سبز"]}, size], [size, size]):
        refused = change(owner, f"{path}/options", {"options": wanted}, "PUT")
        assert refused.status_code == 422, wanted
        assert refused.json["errors"][0]["pointer"].startswith("/options")
    assert change(owner, f"{path}/options", {"options": [size]}, "PUT").status_code == 200
    assert [each["choice"] for each in owner.get(f"{path}/variants").json["items"]] == [
        {"اندازه": "بزرگ"},
        {"اندازه": "کوچک"},
    ]


def test_a_variant_says_what_is_wrong_with_it(owner: Any, mine: str, shirt: dict[str, Any], change: Any) -> None:
    path = f"{mine}/{shirt['id']}/variants"
    red, _ = owner.get(path).json["items"]
    for wrong, pointer in (
        ({"sku": "B-1"}, "/sku"),
        ({"choice": {"رنگ": "آبی"}}, "/choice"),
        ({"picture_id": shirt["id"]}, "/picture_id"),
        ({"sale_price": _rials(1)}, "/sale_price"),
        ({"main_price": _rials(9), "sale_price": _rials(1)}, "/sale_price"),
        ({"main_price": {"amount": 9, "currency": "USD"}}, "/main_price"),
    ):
        answer = change(owner, f"{path}/{red['id']}", wrong)
        assert answer.status_code == 422, wrong
        assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert owner.get(f"{path}/{red['id']}").json == red


def test_pictures_have_an_order_and_are_claimed(owner: Any, mine: str, product: dict[str, Any], change: Any) -> None:
    path = f"{mine}/{product['id']}/pictures"
    for colour in ("red", "blue"):
        file_id = owner.upload("product.picture", small_picture(colour))
        assert owner.post(path, json={"file_id": file_id}).status_code == 201
    first, second = (each["id"] for each in owner.get(path).json["items"])
    moved = change(owner, f"{path}/{second}", {"position": 0, "title": "روی جلد"}, at=path)
    assert [each["id"] for each in moved.json["items"]] == [second, first]
    again = owner.post(path, json={"file_id": first})
    assert again.json["errors"][0]["code"] == "in_use"
    assert owner.delete(f"{path}/{first}").status_code == 204
    assert [each["title"] for each in owner.get(path).json["items"]] == ["روی جلد"]


def test_a_stranger_s_picture_is_unknown(owner: Any, sara: Any, mine: str, product: Any) -> None:
    answer = owner.post(f"{mine}/{product['id']}/pictures", json={"file_id": sara.upload("product.picture")})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/file_id"


def test_shelves_hold_products_in_their_order(
    client: Any, owner: Any, market: Any, published: Any, change: Any
) -> None:
    shelves = f"{API}/my/markets/{market}/shelves"
    shelf = owner.post(shelves, json={"name": "تازه‌ها"}).json
    wanted = [published(name=f"کالای {number}") for number in range(3)]
    contents = f"{shelves}/{shelf['id']}/products"
    filled = change(owner, contents, {"product_ids": wanted[::-1]}, "PUT")
    assert filled.status_code == 204, filled.text
    assert owner.get(contents).json == {"product_ids": wanted[::-1]}
    listed = client.get(f"{API}/products?market_id={market}&shelf_id={shelf['id']}&sort=shelf").json["items"]
    assert [each["id"] for each in listed] == wanted[::-1]
    assert [each["name"] for each in client.get(f"{API}/markets/{market}/shelves").json["items"]] == ["تازه‌ها"]
    assert owner.delete(f"{shelves}/{shelf['id']}").status_code == 204
    assert len(client.get(f"{API}/products?market_id={market}").json["items"]) == 3


def test_another_market_s_product_and_shelf_are_unknown(
    app: Any, owner: Any, sara: Any, market: Any, add: Any, published: Any
) -> None:
    from asoud_market.testing import make_market

    with app.app_context():
        other = make_market(sara.user_id, published=True)
    hers = published(market_id=other, owner_id=sara.user_id)
    shelf = sara.post(f"{API}/my/markets/{other}/shelves", json={"name": "او"}).json["id"]
    for values in ({"shelf_id": shelf}, {"required_id": hers}, {"gift_id": hers}):
        answer = add(**values)
        assert answer.status_code == 422, answer.text
        assert [error["pointer"] for error in answer.json["errors"]] == [f"/{next(iter(values))}"]
    mine = owner.post(f"{API}/my/markets/{market}/shelves", json={"name": "من"}).json["id"]
    path = f"{API}/my/markets/{market}/shelves"
    known = {"If-Match": owner.get(f"{path}/{mine}/products").headers["ETag"]}
    assert owner.put(f"{path}/{mine}/products", json={"product_ids": [hers]}, headers=known).status_code == 422
    assert owner.get(f"{path}/{shelf}/products").status_code == 404
    assert owner.delete(f"{path}/{shelf}").status_code == 404
