"""The faults of the system that this addon replaces (its inventory, 1.5, 2.2, 2.3 and 2.5); none may come back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from asoud_market.testing import make_market
from asoud_product.models import Product, Status
from asoud_product.testing import API, make_shelf
from sqlalchemy import select

LIST = f"{API}/products"
ANY = str(UUID(int=1))
ANY_VERSION = {"If-Match": "*"}
PRICE = {"amount": 1_000, "currency": "IRR"}
OF_PRODUCT = [
    ("PATCH", "", {"main_price": PRICE}),
    ("DELETE", "", None),
    ("POST", "/moves", {"to": "queue"}),
    ("POST", "/variants", {}),
    ("PATCH", f"/variants/{ANY}", {}),
    ("DELETE", f"/variants/{ANY}", None),
    ("PUT", "/options", {"options": []}),
    ("POST", "/pictures", {"file_id": ANY}),
    ("PUT", "/pictures", {"picture_ids": [ANY]}),
    ("PATCH", f"/pictures/{ANY}", {"title": "x"}),
    ("DELETE", f"/pictures/{ANY}", None),
]
OF_MARKET = [
    ("POST", "/products", {"kind": "good", "name": "دزدیده", "main_price": PRICE}),
    ("POST", "/shelves", {"name": "دزدیده"}),
    ("PUT", "/shelves", {"shelf_ids": [ANY]}),
    ("PUT", "/shelves/{shelf}", {"name": "دزدیده"}),
    ("PUT", "/shelves/{shelf}/products", {"product_ids": []}),
    ("DELETE", "/shelves/{shelf}", None),
    ("POST", "/imports", {"file_id": ANY}),
    ("POST", "/exports", {}),
]
READS = ["", "/preview", "/actions", "/changes", "/prices", "/variants", "/options", "/pictures"]


def test_strangers_change_nothing_of_any_product(
    app: Any, owner: Any, sara: Any, client: Any, market: UUID, published: Any
) -> None:
    """Any user could create products in any market, cut any price, and change shipping and shelves of others."""
    product = published()
    with app.app_context():
        shelf = make_shelf(market, owner.user_id)
        hers = make_market(sara.user_id, published=True)
    place = f"{API}/my/markets/{market}"
    paths = [(method, f"{place}/products/{product}{path}", body) for method, path, body in OF_PRODUCT]
    paths += [(method, place + path.format(shelf=shelf), body) for method, path, body in OF_MARKET]
    before = owner.get(f"{place}/products/{product}").json
    for method, path, body in paths:
        assert client.open(path, method=method, json=body).status_code == 401, path
        assert sara.open(path, method=method, json=body, headers=ANY_VERSION).status_code == 403, path
        elsewhere = path.replace(str(market), str(hers))
        if "/products/" in path or "/shelves/" in path:
            answer = sara.open(elsewhere, method=method, json=body, headers=ANY_VERSION)
            assert answer.status_code == 404, (path, "under her own market's address")
    assert owner.get(f"{place}/products/{product}").json == before


def test_strangers_read_nothing_that_is_not_public(
    app: Any, owner: Any, sara: Any, market: UUID, published: Any
) -> None:
    product = published(marketer_price=200_000, maximum_price=300_000, is_marketer=True, colleague_price=220_000)
    for path in READS:
        assert sara.get(f"{API}/my/markets/{market}/products/{product}{path}").status_code == 403, path
    page = sara.get(f"{LIST}/{product}").json
    assert page["colleague_price"] is None
    assert not {"marketer_price", "maximum_price", "is_marketer", "status", "is_advertised"} & page.keys()
    assert "200000" not in sara.get(LIST).text


def test_a_discount_never_rewrites_the_price(
    owner: Any, mine: str, product: dict[str, Any], change: Any, clock: Any, db: Any
) -> None:
    """It lowered the main price itself, for everyone and for ever, again on each call."""
    from asoud_product.services.prices import turn_sales

    path = f"{mine}/{product['id']}"
    ends = (clock.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    sale = {"sale_price": {"amount": 100_000, "currency": "IRR"}, "sale_ends_at": ends}
    for _ in range(3):
        answer = change(owner, path, sale)
        assert answer.status_code == 200, answer.text
        assert (answer.json["main_price"]["amount"], answer.json["current_price"]["amount"]) == (250_000, 100_000)
    clock.tick(3_601)
    db.run(turn_sales)
    assert db.all(select(Product.main_price)) == db.all(select(Product.current_price)) == [250_000]


def test_a_product_can_be_changed_deleted_listed_and_searched(
    client: Any, owner: Any, mine: str, published: Any, change: Any
) -> None:
    """There was no update or delete, no public list, no search, and no page of anything."""
    found = [published(name=f"نان {number}") for number in range(3)]
    page = client.get(f"{LIST}?limit=2&q=نان").json
    rest = client.get(f"{LIST}?limit=2&q=نان&cursor={page['next']}").json
    assert [each["id"] for each in (*page["items"], *rest["items"])] == found[::-1]
    assert len(owner.get(f"{mine}?limit=2").json["items"]) == 2
    assert change(owner, f"{mine}/{found[0]}", {"is_available": False}).json["is_available"] is False
    assert owner.delete(f"{mine}/{found[0]}").status_code == 204
    assert client.get(f"{LIST}/{found[0]}").status_code == 404


def test_lists_do_not_ask_again_for_each_product(owner: Any, client: Any, mine: str, published: Any, db: Any) -> None:
    """240 products took 241 queries."""
    for number in range(4):
        published(name=f"نان {number}")
    for caller, path in ((client, LIST), (owner, mine)):
        counted = []
        for limit in (1, 4):
            caller.get(f"{path}?limit={limit}&sort=name")  # what is asked once and cached
            with db.queries() as queries:
                assert len(caller.get(f"{path}?limit={limit}").json["items"]) == limit
            counted.append(len(queries))
        assert counted[0] == counted[1], path


@pytest.mark.parametrize("to", ["published", "needs_editing", "inactive", "draft"])
def test_an_owner_moves_nothing_past_the_table(app: Any, owner: Any, mine: str, published: Any, to: str) -> None:
    """An owner published himself, by the very call that was meant for him."""
    product = published()
    answer = owner.post(f"{mine}/{product}/moves", json={"to": to})
    assert (answer.status_code, answer.json["code"]) == (409, "product.move_not_allowed")
    assert answer.json["allowed"] == ["not_published"]


def test_only_the_sites_staff_decides(owner: Any, sara: Any, published: Any) -> None:
    decision = {"to": "published", "products": [{"id": published(), "version": 1}]}
    for caller in (owner, sara):
        assert caller.get(f"{API}/all/products").status_code == 403
        assert caller.post(f"{API}/all/decisions", json=decision).status_code == 403


def test_the_sites_staff_publishes_only_what_it_has_seen(staff: Any, owner: Any, mine: str, published: Any) -> None:
    product = published()
    owner.post(f"{mine}/{product}/moves", json={"to": "not_published"})
    owner.post(f"{mine}/{product}/moves", json={"to": "queue"})
    assert "published" not in staff.get(f"{mine}/{product}/actions").json["moves"]
    answer = staff.post(f"{mine}/{product}/moves", json={"to": "published"})
    assert (answer.status_code, answer.json["code"]) == (409, "product.move_not_allowed")


def test_an_edit_of_what_is_published_is_looked_at_again(
    client: Any, owner: Any, mine: str, published: Any, change: Any
) -> None:
    product = published()
    assert change(owner, f"{mine}/{product}", {"description": "چیز دیگری"}).json["status"] == "queue"
    assert client.get(f"{LIST}/{product}").status_code == 404


def test_products_of_markets_that_are_not_public_are_hidden(
    app: Any, client: Any, owner: Any, market: UUID, published: Any, mine: str
) -> None:
    """Nothing hid products of unpublished markets."""
    product = published()
    assert client.get(LIST).json["items"]
    owner.patch(f"/api/v1/market/my/markets/{market}", json={"slogan": "نو"}, headers={"If-Match": "*"})
    assert owner.get(f"{mine}/{product}").json["status"] == Status.PUBLISHED.value
    for path in (f"{LIST}/{product}", f"{API}/markets/{market}/shelves", f"{API}/markets/{market}/front"):
        assert client.get(path).status_code == 404, path
    assert client.get(LIST).json["items"] == []
    assert client.get(f"{LIST}/facets").json["total"]["count"] == 0


def test_nothing_changes_by_get(owner: Any, mine: str, product: dict[str, Any]) -> None:
    path = f"{mine}/{product['id']}"
    for state in ("queue", "published", "inactive"):
        assert owner.get(f"{path}/{state}").status_code == 404
    for read in READS:
        owner.get(path + read)
    assert owner.get(path).json == product


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"needs_appointment": True}, "/appointment_minutes"),
        ({"needs_appointment": True, "appointment_minutes": 4}, "/appointment_minutes"),
        (
            {"shipping_options": [{"name": "پست", "price": PRICE}]},
            "/shipping_options",
        ),
    ],
)
def test_a_service_is_no_good(add: Any, wrong: dict[str, Any], pointer: str) -> None:
    answer = add(kind="service", **wrong)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_good_has_no_appointments_and_a_service_is_not_shipped(add: Any) -> None:
    refused = add(needs_appointment=True, appointment_minutes=30)
    assert {error["pointer"] for error in refused.json["errors"]} == {"/needs_appointment", "/appointment_minutes"}
    made = add(kind="service", needs_appointment=True, appointment_minutes="۳۰", ship_payer="customer").json
    assert (made["appointment_minutes"], made["ship_payer"], made["shipping_options"]) == (30, "free", [])
