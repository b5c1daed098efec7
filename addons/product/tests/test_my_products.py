"""Adding, changing and deleting products of one's own market."""

from __future__ import annotations

from typing import Any

import pytest


def rials(amount: Any) -> dict[str, Any]:
    return {"amount": amount, "currency": "IRR"}


def test_a_product_is_added_as_a_draft_with_one_variant(owner: Any, mine: str, product: dict[str, Any]) -> None:
    assert product["status"] == "draft"
    assert product["is_public"] is False
    assert product["main_price"] == product["current_price"] == rials(250_000)
    variants = owner.get(f"{mine}/{product['id']}/variants").json["items"]
    assert [variant["choice"] for variant in variants] == [{}]
    assert variants[0]["sku"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"main_price": rials(0)}, "/main_price"),
        ({"main_price": rials(-1)}, "/main_price"),
        ({"main_price": rials(1.5)}, "/main_price"),
        ({"main_price": rials(10**15 + 1)}, "/main_price"),
        ({"main_price": rials(2**63 - 1)}, "/main_price"),
        ({"main_price": ...}, "/main_price"),
        ({"colleague_price": rials(250_001)}, "/colleague_price"),
        ({"marketer_price": rials(300_001), "maximum_price": rials(300_000)}, "/marketer_price"),
        ({"is_marketer": True}, "/marketer_price"),
        ({"sale_price": rials(250_000), "sale_ends_at": "2030-01-01T00:00:00Z"}, "/sale_price"),
        ({"sale_price": rials(200_000)}, "/sale_ends_at"),
        ({"colleague_price": {"amount": 1, "currency": "USD"}}, "/colleague_price"),
        ({"name": "  "}, "/name"),
        ({"kind": "thing"}, "/kind"),
        ({"unknown": 1}, "/unknown"),
    ],
)
def test_what_is_wrong_is_named(add: Any, db: Any, wrong: dict[str, Any], pointer: str) -> None:
    from asoud_product.models import Product

    answer = add(**wrong)
    assert answer.status_code == 422, answer.text
    assert pointer in [error["pointer"].removesuffix("/amount") for error in answer.json["errors"]]
    assert db.count(Product) == 0


def test_a_product_is_changed_with_its_history(owner: Any, mine: str, product: dict[str, Any], change: Any) -> None:
    path = f"{mine}/{product['id']}"
    answer = change(owner, path, {"name": "نان بربری", "main_price": rials(300_000)})
    assert answer.status_code == 200, answer.text
    assert answer.json["name"] == "نان بربری"
    assert answer.json["current_price"] == rials(300_000)
    latest = owner.get(f"{path}/changes").json["items"][0]
    assert latest["fields"] == {"name": ["نان سنگک", "نان بربری"], "main_price": [250_000, 300_000]}
    assert [each["main_price"]["amount"] for each in owner.get(f"{path}/prices").json["items"]] == [300_000, 250_000]


def test_strangers_see_no_products_that_are_not_public(sara: Any, mine: str, product: dict[str, Any]) -> None:
    assert sara.get(f"{mine}/{product['id']}").status_code in (403, 404)
    assert sara.delete(f"{mine}/{product['id']}").status_code in (403, 404)


def test_a_product_is_deleted(owner: Any, mine: str, product: dict[str, Any]) -> None:
    path = f"{mine}/{product['id']}"
    assert owner.delete(path).status_code == 204
    assert owner.get(path).status_code == 404
