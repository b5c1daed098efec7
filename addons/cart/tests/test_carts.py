"""Filling a cart and looking at it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from asoud_cart.models import Cart, CartLine
from asoud_cart.services.carts import delete_old
from asoud_product.models import Product, Variant

from addon_sdk import now, session, transaction


def lines(cart: Any) -> list[Any]:
    return [line for market in cart["markets"] for line in market["lines"]]


def test_goods_of_two_markets_stand_in_one_cart_market_by_market(mine: Any, goods: Any) -> None:
    mine.add(goods(0, main_price=100_000), 2)
    answer = mine.add(goods(1, main_price=30_000), 3)
    assert answer.status_code == 201
    cart = mine.see()
    assert cart == answer.json
    assert [market["name"] for market in cart["markets"]] == ["نانوایی", "میوه‌فروشی"]
    assert [market["total"]["amount"] for market in cart["markets"]] == [200_000, 90_000]
    assert cart["total"] == cart["payable"] == {"amount": 290_000, "currency": "IRR"}
    assert cart["obstacles"] == cart["changes"] == []


def test_the_same_again_is_more_of_it(mine: Any, goods: Any) -> None:
    variant = goods()
    mine.add(variant, 2)
    (line,) = lines(mine.add(variant, "۳").json)
    assert line["quantity"] == 5


def test_a_user_has_one_cart_and_an_empty_one_is_no_fault(mine: Any, db: Any, buyer: Any) -> None:
    again = mine.caller.post("/api/v1/cart/carts", headers={"Idempotency-Key": "again"})
    assert again.json == {"id": mine.id, "token": None}
    assert db.count(Cart) == 1
    cart = mine.see()
    assert (cart["markets"], cart["total"], cart["currency"]) == ([], None, None)


def test_quantities_change_and_lines_go(mine: Any, goods: Any) -> None:
    (line,) = lines(mine.add(goods(main_price=10), 2).json)
    changed = mine.change(line["id"], "۴")
    assert changed.status_code == 200
    assert changed.json["total"]["amount"] == 40
    assert mine.remove(line["id"]).status_code == 204
    assert mine.see()["markets"] == []
    assert mine.remove(line["id"]).status_code == 404
    mine.add(goods(), 1)
    assert mine.caller.delete(f"{mine.path}/lines").status_code == 204
    assert mine.see()["markets"] == []


@pytest.mark.parametrize("quantity", [0, -1, 1.5, "۱٫۵", "many", None, True, str(10**20), 1_000_001, [1], ""])
def test_a_quantity_is_a_whole_number_from_one(mine: Any, goods: Any, quantity: Any) -> None:
    variant = goods()
    refused = mine.add(variant, quantity)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json["errors"]] == ["/quantity"]
    (line,) = lines(mine.add(variant, 1).json)
    assert mine.change(line["id"], quantity).status_code == 422
    assert [each["quantity"] for each in lines(mine.see())] == [1]


@pytest.mark.parametrize("name", ["price", "unit_price", "amount", "owner_id", "market_id", "is_paid", "currency"])
def test_prices_and_owners_do_not_come_from_clients(mine: Any, goods: Any, name: str) -> None:
    refused = mine.add(goods(), 1, **{name: 1})
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json["errors"]] == [f"/{name}"]
    assert mine.see()["markets"] == []


def test_there_is_a_most_of_one_thing_however_it_adds_up(mine: Any, goods: Any) -> None:
    variant = goods()
    (line,) = lines(mine.add(variant, 999).json)
    refused = mine.add(variant, 2)
    assert (refused.status_code, refused.json["code"], refused.json["most"]) == (409, "cart.too_many", 1000)
    assert mine.change(line["id"], 1001).json["code"] == "cart.too_many"
    assert lines(mine.see())[0]["quantity"] == 999


def test_a_cart_is_full_some_day(mine: Any, goods: Any, settings: Any) -> None:
    settings["cart.max_lines"] = 2
    first, second, third = goods(), goods(), goods()
    mine.add(first)
    mine.add(second)
    refused = mine.add(third)
    assert (refused.status_code, refused.json["code"], refused.json["most"]) == (409, "cart.too_many_lines", 2)
    assert mine.add(second).status_code == 201


def test_what_is_not_there_is_named(mine: Any) -> None:
    refused = mine.add("01900000-0000-7000-8000-000000000000")
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json["errors"]] == ["/variant_id"]


def test_the_same_request_twice_puts_in_once(mine: Any, goods: Any) -> None:
    body = {"variant_id": str(goods()), "quantity": 2}
    first, second = (mine.post("/lines", body, key="same") for _ in range(2))
    assert second.headers["Idempotent-Replayed"] == "true"
    assert json.loads(first.text) == json.loads(second.text)
    assert lines(mine.see())[0]["quantity"] == 2
    assert mine.post("/lines", {**body, "quantity": 3}, key="same").status_code == 422
    assert mine.caller.post(f"{mine.path}/lines", json=body).status_code == 400


def test_strangers_and_wrong_tokens_see_no_cart(mine: Any, guest: Any, other: Any, client: Any, goods: Any) -> None:
    guest.add(goods())
    for caller, headers in (
        (other, {}),
        (client, {}),
        (client, {"X-Cart-Token": "nonsense"}),
        (client, {"X-Cart-Token": guest.token[:-2] + "AA"}),
        (other, {"X-Cart-Token": ""}),
    ):
        assert caller.get(guest.path, headers=headers).status_code == 404
    assert client.get(mine.path, headers={"X-Cart-Token": guest.token}).status_code == 404
    assert len(lines(guest.see())) == 1


def test_a_guest_s_cart_goes_into_the_users_at_login(mine: Any, guest: Any, goods: Any) -> None:
    both, only = goods(), goods(1)
    mine.add(both, 1)
    guest.add(both, 2)
    guest.add(only, 4)
    merged = mine.post("/merges", {"token": guest.token})
    assert merged.status_code == 200, merged.text
    assert sorted(line["quantity"] for line in lines(merged.json)) == [3, 4]
    assert guest.caller.get(guest.path, headers=guest.headers).status_code == 404
    again = mine.post("/merges", {"token": guest.token})
    assert again.status_code == 422
    assert [error["pointer"] for error in again.json["errors"]] == ["/token"]
    assert sorted(line["quantity"] for line in lines(mine.see())) == [3, 4]


def change_product(app: Any, variant_id: Any, **values: Any) -> None:
    with app.app_context(), transaction():
        product = session().get_one(Product, session().get_one(Variant, variant_id).product_id)
        for name, value in values.items():
            setattr(product, name, value)


def test_prices_that_change_are_told_until_their_owner_takes_note(app: Any, mine: Any, goods: Any) -> None:
    variant = goods(main_price=1_000)
    before = mine.add(variant, 2).json
    change_product(app, variant, main_price=1_200)
    cart = mine.see()
    (change,) = cart["changes"]
    assert (change["code"], change["before"]["amount"], change["after"]["amount"]) == ("price_rose", 1_000, 1_200)
    assert cart["total"]["amount"] == 2_400
    assert cart["tag"] != before["tag"]
    noted = mine.post("/notes", None)
    assert (noted.status_code, noted.json["changes"]) == (200, [])


def test_what_can_not_be_had_is_an_obstacle_and_goes_when_noted(app: Any, mine: Any, goods: Any) -> None:
    stays, goes = goods(), goods(1)
    mine.add(stays)
    mine.add(goes)
    change_product(app, goes, is_public=False)
    (obstacle,) = mine.see()["obstacles"]
    assert obstacle["code"] == "cart.not_for_sale"
    assert mine.add(goes).json["code"] == "cart.not_for_sale"
    noted = mine.post("/notes", None).json
    assert (noted["obstacles"], len(lines(noted))) == ([], 1)


def test_a_required_product_must_be_there_too(app: Any, mine: Any, goods: Any) -> None:
    needed, needing = goods(), goods()
    with app.app_context():
        needed_id = session().get_one(Variant, needed).product_id
    change_product(app, needing, required_id=needed_id)
    assert [each["code"] for each in mine.add(needing).json["obstacles"]] == ["cart.required_missing"]
    assert mine.add(needed).json["obstacles"] == []


def test_a_sale_is_explained_on_its_line(app: Any, mine: Any, goods: Any) -> None:
    variant = goods(main_price=1_000)
    change_product(app, variant, sale_price=750, sale_ends_at=now() + timedelta(days=1))
    (line,) = lines(mine.add(variant, 3).json)
    assert (line["unit_price"]["amount"], line["subtotal"]["amount"], line["total"]["amount"]) == (1_000, 3_000, 2_250)
    assert [(each["code"], each["amount"]["amount"]) for each in line["adjustments"]] == [("sale", -750)]


def test_a_look_costs_as_many_statements_however_much_is_in(app: Any, mine: Any, goods: Any, db: Any) -> None:
    mine.add(goods())
    with db.queries() as few:
        mine.see()
    for market in (0, 1, 1, 0):
        mine.add(goods(market))
    with db.queries() as many:
        mine.see()
    assert len(many) == len(few) <= 4


def test_guests_carts_that_nobody_touches_are_deleted(mine: Any, guest: Any, goods: Any, clock: Any, db: Any) -> None:
    guest.add(goods())
    clock.tick(timedelta(days=29).total_seconds())
    assert db.run(delete_old) == 0
    clock.tick(timedelta(days=2).total_seconds())
    assert db.run(delete_old) == 1
    assert db.count(Cart) == 1
    assert db.count(CartLine) == 0
