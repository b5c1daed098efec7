"""What is paid when, by whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from asoud_product.services import prices
from asoud_product.services.prices import Sale, check_prices
from asoud_product.testing import API
from asoud_product.views.public import TAG
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addon_sdk import Money, now

LIST = f"{API}/products"


def _rials(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "IRR"}


def _price(client: Any, product_id: str) -> int:
    shown: int = client.get(f"{LIST}/{product_id}").json["price"]["amount"]
    (listed,) = client.get(LIST).json["items"]
    assert listed["price"]["amount"] == shown
    return shown


def test_a_sale_begins_and_ends_and_the_main_price_stays(
    client: Any, app: Any, clock: Any, published: Any, db: Any
) -> None:
    at = clock.now()
    sale = {"sale_price": 180_000, "sale_starts_at": at + timedelta(hours=1), "sale_ends_at": at + timedelta(hours=3)}
    found = published(**sale)
    for seconds, wanted in ((0, 250_000), (3601, 180_000), (7200, 250_000)):
        clock.tick(seconds)
        with app.app_context():
            app.extensions["asoud"].cache.drop_tags(TAG)
        assert _price(client, found) == wanted, "right whether or not the cron was there"
        db.run(prices.turn_sales)
        with app.app_context():
            app.extensions["asoud"].cache.drop_tags(TAG)
        assert _price(client, found) == wanted
        assert client.get(f"{LIST}/{found}").json["main_price"]["amount"] == 250_000


def test_lists_filter_by_the_price_of_now(client: Any, clock: Any, published: Any, db: Any) -> None:
    found = published(sale_price=100_000, sale_ends_at=clock.now() + timedelta(hours=1))
    assert [each["id"] for each in client.get(f"{LIST}?price_max=150000").json["items"]] == [found]
    clock.tick(3601)
    db.run(prices.turn_sales)
    assert client.get(f"{LIST}?price_max=150001").json["items"] == []


def test_colleagues_see_and_pay_their_price(client: Any, owner: Any, sara: Any, market: UUID, published: Any) -> None:
    found = published(colleague_price=200_000)
    path = f"{LIST}/{found}"
    assert sara.get(path).json["colleague_price"] is None
    colleagues = f"/api/v1/market/my/markets/{market}/colleagues"
    assert owner.post(colleagues, json={"mobile": "09120000002", "name": "سارا"}).status_code == 201
    listed = sara.get(f"{API}/my/colleague-products").json["items"]
    assert [(each["id"], each["colleague_price"]) for each in listed] == [(found, _rials(200_000))]
    assert client.get(path).json["colleague_price"] is None


def test_a_detail_is_two_statements_for_a_colleague_too(
    sara: Any, owner: Any, market: UUID, published: Any, db: Any
) -> None:
    found = published(colleague_price=200_000)
    owner.post(f"/api/v1/market/my/markets/{market}/colleagues", json={"mobile": "09120000002"})
    sara.get(f"{API}/my/colleague-products")
    sara.get(f"{LIST}/{published()}")  # the attributes of categories come from the cache
    with db.queries() as queries:
        answer = sara.get(f"{LIST}/{found}")
    assert answer.json["colleague_price"] == _rials(200_000)
    assert len(queries) <= 3, queries  # one of them is the caller's session


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(-100, 100), st.integers(-100, 100), st.integers(-100, 100))
def test_a_sale_lasts_from_its_start_until_before_its_end(starts: int, ends: int, at: int) -> None:
    base = now()
    moment = {name: base + timedelta(minutes=value) for name, value in (("s", starts), ("e", ends), ("a", at))}
    sale = Sale(moment["s"], moment["e"])
    assert sale.lasts(moment["a"]) == (starts <= at < ends)
    turn = sale.turns_at(moment["a"])
    if turn is not None:
        assert turn > moment["a"]
        assert sale.lasts(turn) != sale.lasts(turn - timedelta(seconds=1)) or starts >= ends


@pytest.mark.parametrize("name", ["main_price", "colleague_price", "marketer_price", "maximum_price", "sale_price"])
def test_no_price_is_zero_or_less(app: Any, name: str) -> None:
    with app.app_context():
        values = {"main_price": Money(10, "IRR"), name: Money(0, "IRR")}
        assert f"/{name}" in [error.pointer for error in check_prices(values)]


def test_a_colleague_never_pays_more_than_everybody(
    client: Any, clock: Any, owner: Any, sara: Any, market: UUID, published: Any
) -> None:
    ends = clock.now() + timedelta(hours=1)
    found = published(colleague_price=200_000, sale_price=100_000, sale_ends_at=ends)
    owner.post(f"/api/v1/market/my/markets/{market}/colleagues", json={"mobile": "09120000002"})
    detail = sara.get(f"{LIST}/{found}").json
    (card,) = sara.get(f"{API}/my/colleague-products").json["items"]
    for shown in (detail, detail["variants"][0], card):
        assert shown["colleague_price"] == shown["price"] == _rials(100_000)


def test_who_becomes_a_colleague_or_is_none_any_more_sees_it(
    owner: Any, sara: Any, market: UUID, published: Any, jobs: Any
) -> None:
    found, colleagues = published(colleague_price=200_000), f"/api/v1/market/my/markets/{market}/colleagues"

    def seen() -> Any:
        jobs.run()
        return sara.get(f"{LIST}/{found}").json["colleague_price"]

    assert seen() is None
    added = owner.post(colleagues, json={"mobile": "09120000002"}).json
    assert seen() == _rials(200_000)
    assert owner.delete(f"{colleagues}/{added['id']}").status_code == 204
    assert seen() is None
