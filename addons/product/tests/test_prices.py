"""What is paid when, by whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from asoud_product.models import PriceChange, Product, Variant
from asoud_product.services import prices
from asoud_product.services.prices import Sale, check_prices
from asoud_product.testing import API, KEPT_PRICES
from asoud_product.views.public import TAG
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from addon_sdk import Money, now, session, transaction
from kernel.db import migrations

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


@pytest.fixture
def dear(published: Any, clock: Any) -> Callable[..., str]:
    """Publishes a product of two variants, each with prices of its own, below the product's; the id."""

    def make(**values: Any) -> str:
        own = [
            {"choice": {"رنگ": "سرخ"}, "main_price": Money(300, "IRR"), "colleague_price": Money(290, "IRR")},
            {"choice": {"رنگ": "آبی"}, "main_price": Money(400, "IRR"), "sale_price": Money(200, "IRR")},
        ]
        times = {"sale_starts_at": clock.now() + HOUR, "sale_ends_at": clock.now() + 2 * HOUR}
        options = [{"name": "رنگ", "values": ["سرخ", "آبی"]}]
        return published(main_price=1_000, sale_price=900, options=options, variants=own, **{**times, **values})

    return make


HOUR = timedelta(hours=1)


def _everywhere(client: Any, found: str, other: str) -> set[int]:
    """What the product costs wherever it is shown."""
    (card,) = (each for each in client.get(LIST).json["items"] if each["id"] == found)
    page, beside = client.get(f"{LIST}/{found}").json, client.get(f"{LIST}/{other}").json
    return {shown["price"]["amount"] for shown in (card, page, beside["required"], beside["gift"])}


def test_a_product_costs_what_its_cheapest_variant_does_wherever_it_is_shown(
    client: Any, app: Any, clock: Any, dear: Any, published: Any, db: Any
) -> None:
    found = dear()
    other = published(required_id=UUID(found), gift_id=UUID(found))
    start = clock.now()
    for at, wanted in ((0, 300), (3599.999, 300), (3600, 200), (7199.999, 200), (7200, 300)):
        clock.tick(at - (clock.now() - start) / timedelta(seconds=1))
        for turned in (False, True):
            with app.app_context():
                app.extensions["asoud"].cache.drop_tags(TAG)
            assert _everywhere(client, found, other) == {wanted}, (at, turned)
            assert {each["main_price"]["amount"] for each in client.get(LIST).json["items"]} == {300, 250_000}
            db.run(prices.turn_sales)


def test_who_pays_what(client: Any, owner: Any, sara: Any, staff: Any, market: UUID, dear: Any, mine: str) -> None:
    found = dear(is_marketer=True, marketer_price=800, maximum_price=1_500)
    owner.post(f"/api/v1/market/my/markets/{market}/colleagues", json={"mobile": "09120000002"})
    (card,) = sara.get(f"{API}/my/colleague-products").json["items"]
    page = sara.get(f"{LIST}/{found}").json
    for shown in (card, page):
        assert (shown["price"], shown["colleague_price"]) == (_rials(300), _rials(290))
    assert [each["colleague_price"] for each in page["variants"]] == [_rials(290), None]
    reduced = dear(sale_starts_at=None)
    card = next(each for each in sara.get(f"{API}/my/colleague-products").json["items"] if each["id"] == reduced)
    assert (card["price"], card["colleague_price"]) == (_rials(200), _rials(200)), "the cheapest is on sale"
    for caller in (client, staff, sara):
        text = caller.get(f"{LIST}/{found}").text
        assert "marketer_price" not in text
        assert "maximum_price" not in text
    mine_now = owner.get(f"{mine}/{found}").json
    assert (mine_now["marketer_price"], mine_now["maximum_price"]) == (_rials(800), _rials(1_500))
    assert client.get(f"{LIST}/{found}").json["colleague_price"] is None


def test_what_nobody_can_have_is_not_available(
    client: Any, app: Any, owner: Any, mine: str, published: Any, change: Any, send: Any
) -> None:
    found = published(variants=[{"sku": "A-1"}])
    path = f"{mine}/{found}"
    (variant,) = owner.get(f"{path}/variants").json["items"]

    def said() -> bool:
        with app.app_context():
            app.extensions["asoud"].cache.drop_tags(TAG)
        (facet,) = client.get(f"{LIST}/facets").json["is_available"]
        (card,) = client.get(LIST).json["items"]
        page: bool = client.get(f"{LIST}/{found}").json["is_available"]
        there = bool(client.get(f"{LIST}?is_available=true").json["items"])
        assert facet["value"] == card["is_available"] == page == there == owner.get(path).json["is_purchasable"]
        return page

    assert said()
    change(owner, f"{path}/variants/{variant['id']}", {"is_available": False})
    assert not said()
    change(owner, f"{path}/variants/{variant['id']}", {"is_available": True})
    assert said()
    change(owner, path, {"is_available": False})
    assert not said()
    for cells, wanted in (("true,false", False), ("true,true", True), ("false,true", False)):
        assert send(f"sku,is_available,variant_available\nA-1,{cells}\n")["changed"] == 1
        assert said() == wanted


def test_kept_answers_end_when_a_sale_does(
    client: Any, app: Any, published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = published(sale_price=100, sale_ends_at=now() + timedelta(seconds=50))
    store, kept = app.extensions["asoud"].cache.local, {}
    keep = store.keep
    monkeypatch.setattr(
        store,
        "keep",
        lambda name, packed, tags, seconds, **more: (
            kept.update({name: seconds}) or keep(name, packed, tags, seconds, **more)
        ),
    )
    other = published(name="نان بربری", required_id=UUID(found))
    for path in (LIST, f"{LIST}/{found}", f"{LIST}/{other}"):
        client.get(path)
        (life,) = (seconds for name, seconds in kept.items() if name.partition("?")[0].endswith(path))
        assert 0 < life < 50, "a minute, if there were no sale"


def test_the_history_has_the_first_prices_of_variants_with_their_numbers(
    owner: Any, mine: str, add: Any, send: Any, change: Any
) -> None:
    options = [{"name": "رنگ", "values": ["سرخ", "آبی"]}]
    variants = [{"sku": "A", "choice": {"رنگ": "سرخ"}}, {"sku": "B", "choice": {"رنگ": "آبی"}, "main_price": _rials(9)}]
    by_hand = add(options=options, variants=variants).json
    sent = send("group,sku,name,main_price,option:رنگ,variant_price\n1,C,نان,5,سرخ,\n1,D,,,آبی,8\n")
    assert sent["created"] == 2, sent
    (by_file,) = owner.get(f"{mine}?q=D").json["items"]
    for product, wanted in ((by_hand, {(None, 250_000), ("B", 9)}), (by_file, {(None, 5), ("D", 8)})):
        records = owner.get(f"{mine}/{product['id']}/prices").json["items"]
        assert {(each["sku"], each["main_price"]["amount"]) for each in records} == wanted
    dearer = owner.get(f"{mine}/{by_hand['id']}/variants").json["items"][1]
    change(owner, f"{mine}/{by_hand['id']}/variants/{dearer['id']}", {"sku": "B-2", "main_price": _rials(10)})
    latest = owner.get(f"{mine}/{by_hand['id']}/prices").json["items"][0]
    assert (latest["sku"], latest["main_price"]) == ("B-2", _rials(10))


def test_new_products_have_the_site_s_currency_and_others_keep_theirs(
    app: Any, owner: Any, mine: str, add: Any, send: Any, change: Any
) -> None:
    def codes(answer: Any) -> list[tuple[str, str]]:
        return [(each["pointer"], each["code"]) for each in answer.json["errors"]]

    euros = {"amount": 900, "currency": "EUR"}
    assert codes(add(main_price=euros)) == [("/main_price", "currency")]
    before = add(variants=[{"sku": "OLD"}]).json
    with app.app_context():
        app.extensions["asoud"].preferences.set("product.currency", "EUR")
    assert codes(add()) == [("/main_price", "currency")]
    assert add(main_price=euros, variants=[{"sku": "NEW"}]).status_code == 201
    assert change(owner, f"{mine}/{before['id']}", {"main_price": _rials(7)}).status_code == 200
    assert codes(change(owner, f"{mine}/{before['id']}", {"main_price": euros})) == [("/main_price", "currency")]
    assert send("sku,main_price\nOLD,8\nNEW,9\n")["changed"] == 2
    report = send("sku,currency\nOLD,EUR\nNEW,EUR\n")
    assert [(each["row"], each["field"], each["code"]) for each in report["errors"]] == [(2, "currency", "currency")]


@pytest.mark.parametrize(
    ("values", "pointer", "code"),
    [
        ({"sale_ends_at": "2030-01-01T00:00:00Z"}, "/sale_price", "required"),
        ({"sale_price": None, "sale_starts_at": "2030-01-01T00:00:00Z"}, "/sale_price", "required"),
        ({"sale_price": _rials(5), "sale_ends_at": "2020-01-01T00:00:00Z"}, "/sale_ends_at", "over"),
        ({"main_price": _rials(-1)}, "/main_price", "too_little"),
        ({"main_price": _rials(0)}, "/main_price", "too_little"),
        ({"main_price": _rials(10**19)}, "/main_price", "too_much"),
        ({"main_price": {**_rials(5), "unit": "toman"}}, "/main_price/unit", "unknown_field"),
        ({"marketer_price": _rials(250_001)}, "/marketer_price", "above_main"),
        ({"marketer_price": _rials(9), "maximum_price": _rials(8)}, "/marketer_price", "above_maximum"),
    ],
)
def test_prices_that_make_no_sense_are_named(
    owner: Any, mine: str, add: Any, product: dict[str, Any], change: Any, values: Any, pointer: str, code: str
) -> None:
    for answer in (add(**values), change(owner, f"{mine}/{product['id']}", values)):
        assert answer.status_code == 422, answer.text
        assert [(each["pointer"], each["code"]) for each in answer.json["errors"]] == [(pointer, code)]


def test_a_sale_that_is_over_may_stay_in_what_is_sent_back(
    owner: Any, mine: str, add: Any, change: Any, clock: Any
) -> None:
    ends = (clock.now() + timedelta(seconds=60)).isoformat()
    product = add(sale_price=_rials(5), sale_ends_at=ends).json
    clock.tick(61)
    sent = {name: product[name] for name in ("main_price", "sale_price", "sale_ends_at")}
    path = f"{mine}/{product['id']}"
    assert change(owner, path, {**sent, "name": "نان تازه"}).status_code == 200
    refused = change(owner, path, {"sale_price": _rials(4)})
    assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [("/sale_ends_at", "over")]
    assert change(owner, path, {"sale_price": None}).status_code == 200


def test_numbers_and_options_count_the_same_in_any_spelling(owner: Any, mine: str, add: Any, send: Any) -> None:
    product = add(variants=[{"sku": "A-۱۲"}]).json
    assert product["id"] == owner.get(f"{mine}?q=A-١٢").json["items"][0]["id"]
    answer = add(variants=[{"sku": "A-12"}])
    assert [each["code"] for each in answer.json["errors"]] == ["taken"]
    assert send("sku,main_price\nA-١٢,77\n")["changed"] == 1
    twice = [{"name": "رنگ", "values": ["آبی", "آبي"]}]
    answer = add(options=twice, variants=[{"choice": {"رنگ": "آبی"}}])
    assert [(each["pointer"], each["code"]) for each in answer.json["errors"]] == [("/options/0/values", "twice")]
    answer = add(options=[{"name": "كيف", "values": ["a"]}, {"name": "کیف", "values": ["b"]}])
    assert [(each["pointer"], each["code"]) for each in answer.json["errors"]] == [("/options/1/name", "twice")]


def test_a_file_adds_no_value_that_is_there_in_another_spelling(owner: Any, mine: str, send: Any) -> None:
    start = "group,sku,name,main_price,option:رنگ\n1,A,نان,5,"
    assert send(f"{start}آبی\n")["created"] == 1
    (error,) = send(f"{start}آبی\n1,B,,,آبي\n")["errors"][:1]
    assert (error["field"], error["code"]) == ("option", "twice")
    assert send(f"{start}آبی\n1,B,,,سرخ\n")["created"] == 1
    assert [each["values"] for each in owner.get(mine).json["items"][0]["options"]] == [["آبی", "سرخ"]]


def test_a_file_finds_shelves_in_any_spelling(owner: Any, market: UUID, mine: str, send: Any) -> None:
    shelf = owner.post(f"{API}/my/markets/{market}/shelves", json={"name": "كيك ۲"}).json
    assert send("name,main_price,shelf\nنان,5,کیک 2\n")["created"] == 1
    assert [each["shelf_id"] for each in owner.get(mine).json["items"]] == [shelf["id"]]


def test_the_migration_makes_of_products_that_are_there_what_they_would_be(
    app: Any, db: Any, dear: Any, published: Any, loaded: Any
) -> None:
    loaded(60)
    for values in ({}, {"sale_starts_at": None}, {"is_available": False}, {"colleague_price": 800}):
        dear(**values)
    options = [{"name": "رنگ", "values": ["سرخ", "آبی"]}]
    for first, second in ((False, True), (False, False)):
        variants = [
            {"choice": {"رنگ": "سرخ"}, "main_price": Money(5, "IRR"), "is_available": first},
            {"choice": {"رنگ": "آبی"}, "is_available": second},
        ]
        published(options=options, variants=variants)
    with app.app_context(), transaction():
        numbered = select(Variant).where(Variant.main_price == 5)
        for variant, number in zip(session().scalars(numbered.order_by(Variant.id)), ("A-۱۲", "A-١٢"), strict=True):
            variant.sku = number

    def kept() -> dict[UUID, dict[str, Any]]:
        found = db.all(select(Product))
        return {product.id: {name: getattr(product, name) for name in KEPT_PRICES} for product in found}

    before, records = kept(), {each.id: each.sku for each in db.all(select(PriceChange))}
    db.run(migrations.downgrade, "product", "b6d2f0a94c17")
    db.run(migrations.upgrade, "product")
    assert kept() == before
    assert len({tuple(each.values())[:3] for each in before.values()}) > 10
    after = {each.id: each.sku for each in db.all(select(PriceChange))}
    assert after.keys() == records.keys()
    assert sorted(db.all(numbered.with_only_columns(Variant.sku))) == ["A-12", "A-١٢"], "two have no one number"
    assert "A-12" in after.values()
    with app.app_context(), pytest.raises(IntegrityError), transaction():
        session().execute(update(PriceChange).values(sku=None))


def test_no_two_shelves_have_one_name(owner: Any, market: UUID) -> None:
    path = f"{API}/my/markets/{market}/shelves"
    first, second = (owner.post(path, json={"name": name}).json["id"] for name in ("کیک", "نان"))
    for answer in (
        owner.post(path, json={"name": "كيك"}),
        owner.put(f"{path}/{second}", json={"name": "كيك"}, headers={"If-Match": owner.get(path).headers["ETag"]}),
    ):
        assert [(each["pointer"], each["code"]) for each in answer.json["errors"]] == [("/name", "taken")]
    again = {"If-Match": owner.get(path).headers["ETag"]}
    assert owner.put(f"{path}/{first}", json={"name": "كيك"}, headers=again).status_code == 200
