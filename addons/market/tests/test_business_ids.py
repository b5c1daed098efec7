"""Business ids and subdomains: their form, reserved words, uniqueness under concurrency."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from asoud_market.business_ids import is_reserved, is_well_formed, label_of
from asoud_market.models import Market, MarketKind
from asoud_market.services import open_market as open_directly
from asoud_market.testing import API
from sqlalchemy import select

from addon_sdk import Principal, acting_as

MINE = f"{API}/my/markets"
CHECK = f"{API}/business-ids"


@pytest.mark.parametrize("good", ["nano", "Abcd", "a-b_c", "a234", "a" * 20])
def test_good_forms(good: str) -> None:
    assert is_well_formed(good)


@pytest.mark.parametrize("bad", ["abc", "a" * 21, "1abc", "-abc", "نان‌سنتی", "a b c", "ab.c", "", "abcd\n", "ａｂｃｄ"])
def test_bad_forms(bad: str) -> None:
    assert not is_well_formed(bad)


def test_reserved_words_however_written() -> None:
    assert all(map(is_reserved, ["admin", "ADMIN", "a-d-m-i-n", "web_mail", "Support"]))
    assert not is_reserved("admiral")
    assert [label_of("My_Shop"), label_of("a__b--c_")] == ["my-shop", "a-b-c"]


def test_a_market_gets_a_subdomain_like_its_business_id(owner: Any, open_market: Any) -> None:
    market = open_market(owner, business_id="My_Shop")
    assert (market["business_id"], market["subdomain"]) == ("My_Shop", "my-shop")
    other = open_market(owner, business_id="my-shop")
    assert (other["business_id"], other["subdomain"]) == ("my-shop", "my-shop-2")


def test_case_makes_no_difference(owner: Any, sara: Any, open_market: Any) -> None:
    open_market(owner, business_id="NanSonnati")
    answer = sara.post(MINE, json={"kind": "shop", "name": "دیگر", "business_id": "nansonnati"})
    assert (answer.status_code, answer.json["code"]) == (409, "market.business_id_taken")
    assert sara.get(MINE).json["items"] == []


@pytest.mark.parametrize(("wrong", "code"), [("1abc", "format"), ("admin", "reserved"), ("نان-سنتی", "format")])
def test_wrong_ones_are_named(owner: Any, wrong: str, code: str) -> None:
    answer = owner.post(MINE, json={"kind": "shop", "name": "نان", "business_id": wrong})
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json["errors"]] == [("/business_id", code)]


def test_the_live_check(owner: Any, open_market: Any) -> None:
    market = open_market(owner, business_id="nan-madar")

    def check(business_id: str, **more: str) -> dict[str, Any]:
        answer: dict[str, Any] = owner.get(CHECK, query_string={"business_id": business_id, **more}).json
        return answer

    assert check("kolooche") == {"business_id": "kolooche", "available": True, "reason": None, "suggestions": []}
    taken = check("NAN-madar")
    assert (taken["available"], taken["reason"]) == (False, "taken")
    assert taken["suggestions"] == ["NAN-madar2", "NAN-madar3", "NAN-madar4"]
    assert check("NAN-madar", market_id=market["id"])["available"] is True
    assert [check("www")["reason"], check("admin")["reason"]] == ["format", "reserved"]


def test_a_business_id_changes_until_the_first_publication(
    owner: Any, market: Any, change: Any, published: Any
) -> None:
    path = f"{MINE}/{market['id']}"
    assert change(owner, path, {"business_id": "first-one"}, "PATCH").json["subdomain"] == "first-one"
    assert change(owner, path, {"business_id": "Second-One"}, "PATCH").json["subdomain"] == "second-one"
    assert change(owner, path, {"business_id": "second-one"}, "PATCH").json["business_id"] == "second-one"
    refused = change(owner, f"{MINE}/{published(owner)}", {"business_id": "third-one"}, "PATCH")
    assert (refused.status_code, refused.json["code"]) == (409, "market.business_id_fixed")


@pytest.fixture
def opened(at_once: Any, owner: Any) -> Callable[[list[str]], list[str]]:
    """Opens markets with these business ids at the same moment; ``opened`` or the problem's code of each, sorted."""

    def run(names: list[str]) -> list[str]:
        def one(name: str) -> None:
            with acting_as(Principal(user_id=owner.user_id)):
                open_directly(owner.user_id, {"kind": MarketKind.SHOP, "name": "نان", "business_id": name})

        answers = at_once(*(partial(one, name) for name in names))
        return sorted("opened" if answer is None else answer.code for answer in answers)

    return run


def test_one_of_many_gets_a_business_id(opened: Any, db: Any) -> None:
    assert opened(["same-one"] * 6) == [*["market.business_id_taken"] * 5, "opened"]
    assert db.count(Market) == 1


def test_many_get_subdomains_of_their_own(opened: Any, db: Any) -> None:
    assert opened(["my_shop", "my-shop", "my__shop", "my--shop"]) == ["opened"] * 4
    assert sorted(db.all(select(Market.subdomain))) == ["my-shop", "my-shop-2", "my-shop-3", "my-shop-4"]


def test_a_market_of_somebody_else_tells_nothing(owner: Any, sara: Any, open_market: Any, published: Any) -> None:
    for market_id in (open_market(owner, business_id="secret-one")["id"], published(owner, business_id="shown-one")):
        query = {"business_id": "secret-one", "market_id": market_id}
        refused = sara.get(f"{API}/business-ids", query_string=query)
        assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/query/market_id")
        assert owner.get(f"{API}/business-ids", query_string=query).status_code == 200
