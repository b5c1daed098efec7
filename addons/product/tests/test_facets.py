"""Counts beside a list: exact up to ten thousand, and then "more than"."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from asoud_product.models import Label, Product, ProductKind, SellType, Status, Value
from asoud_product.services import facets as services
from asoud_product.services.facets import MOST, count
from asoud_product.testing import API
from sqlalchemy import insert

from addon_sdk import new_id, now, session, transaction

FACETS = f"{API}/products/facets"
SERVICES = 37


@pytest.fixture
def many(app: Any, market: UUID) -> UUID:
    """A category with one product more than is counted exactly; a few of them are services, and red. Its id."""
    from asoud_category.testing import make_attribute, make_category

    category = make_category(app, "انبوه", slug="many")
    make_attribute(app, category, "colour", "choice", filterable=True, choices=["red", "blue"])
    with app.app_context(), transaction():
        rows = [_row(market, category, place, now()) for place in range(MOST + 1)]
        session().execute(insert(Product), rows)
        session().execute(insert(Value), [_colour(row, place) for place, row in enumerate(rows)])
    return category


def _row(market: UUID, category: UUID, place: int, listed_at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "market_id": market,
        "category_id": category,
        "kind": ProductKind.SERVICE if place < SERVICES else ProductKind.GOOD,
        "status": Status.PUBLISHED,
        "is_public": True,
        "listed_at": listed_at,
        "name": f"کالای {place}",
        "name_key": f"{place:06}",
        "main_price": 1_000 + place,
        "lowest_price": 1_000 + place,
        "current_price": 1_000 + place,
        "currency": "IRR",
    }


def _colour(product: dict[str, Any], place: int) -> dict[str, Any]:
    text, at = "red" if place < SERVICES else "blue", product["listed_at"]
    row = {"id": new_id(), "product_id": product["id"], "listed_at": at, "created_at": at, "updated_at": at}
    return {**row, "key": "colour", "text": text}


def test_what_is_more_than_ten_thousand_says_so(client: Any, many: UUID) -> None:
    asked = {"category_id": str(many)}
    found = client.get(FACETS, query_string=asked).json
    more = {"count": MOST, "more": True}
    assert found["total"] == more
    assert found["prices"] == {"least": 1_000, "most": 1_000 + MOST}
    assert {each["value"]: (each["count"], each["more"]) for each in found["kind"]} == {
        "service": (SERVICES, False),
        "good": (MOST + 1 - SERVICES, False),
    }
    assert [(each["count"], each["more"]) for each in found["markets"]] == [(MOST, True)]
    (colour,) = found["attributes"]
    assert {each["value"]: each["count"] for each in colour["values"]} == {"red": SERVICES, "blue": MOST + 1 - SERVICES}
    assert client.get(FACETS).json["categories"][0].items() >= more.items()


def test_one_less_is_exact(client: Any, many: UUID) -> None:
    found = client.get(FACETS, query_string={"category_id": str(many), "price_min": 1_001}).json
    assert found["total"] == {"count": MOST, "more": False}
    assert found["prices"] == {"least": 1_001, "most": 1_000 + MOST}
    narrowed = client.get(FACETS, query_string={"category_id": str(many), "attribute": "colour:red"}).json
    assert narrowed["total"] == {"count": SERVICES, "more": False}


def test_facets_take_a_bounded_number_of_statements(client: Any, many: UUID, db: Any) -> None:
    client.get(FACETS, query_string={"category_id": str(many)})
    with db.queries() as queries:
        client.get(FACETS, query_string={"category_id": str(many), "price_min": 1})
    assert len(queries) <= 14, queries


def test_a_count_ends() -> None:
    assert count(MOST) == (MOST, False)
    assert count(MOST + 1) == (MOST, True)


def test_nothing_is_counted_as_nothing(client: Any) -> None:
    found = client.get(FACETS).json
    assert found["total"] == {"count": 0, "more": False}
    assert found["prices"] == {"least": None, "most": None}
    assert found["markets"] == found["categories"] == found["attributes"] == []


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts are exact up to five."""
    monkeypatch.setattr(services, "MOST", 5)


def test_what_the_first_rows_lack_is_counted_where_it_is_known(
    client: Any, app: Any, published: Any, few: None, owner: Any
) -> None:
    from asoud_category.testing import make_attribute, make_category

    top = make_category(app, "پوشاک", slug="clothes")
    first, second = (make_category(app, slug, top, slug=slug) for slug in ("hats", "shoes"))
    make_attribute(app, top, "colour", "choice", filterable=True, choices=["red", "blue", "green"])
    make_attribute(app, top, "warm", "boolean", filterable=True)
    make_attribute(app, top, "brand", "text", filterable=True)
    rare = {"colour": "blue", "warm": True, "brand": "ب"}
    for _ in range(6):
        published(category_id=first, attributes={"colour": "red", "warm": False, "brand": "الف"})
    published(category_id=second, label=Label.NEW, sell_type=SellType.ONLINE, is_available=False, attributes=rare)
    found = client.get(FACETS, query_string={"category_id": str(top)}).json
    assert found["total"] == {"count": 5, "more": True}

    def values(name: str) -> dict[Any, tuple[int, bool]]:
        known = next((each["values"] for each in found["attributes"] if each["key"] == name), found.get(name))
        return {each.get("value", each.get("title")): (each["count"], each["more"]) for each in known}

    once, most = (1, False), (5, True)
    assert values("label") == {"none": most, "new": once}
    assert values("sell_type") == {"both": most, "online": once}
    assert values("is_available") == {True: most, False: once}
    assert values("categories") == {"hats": most, "shoes": once}
    assert values("colour") == {"red": most, "blue": once}
    assert values("warm") == {"false": most, "true": once}
    assert values("brand") == {"الف": most}
    assert found["incomplete"] == ["markets", "cities", "attributes/brand"]
    (market,) = found["markets"]
    narrowed = client.get(FACETS, query_string={"category_id": str(top), "market_id": market["id"]}).json
    assert narrowed["incomplete"] == ["cities", "attributes/brand"]


def test_a_facet_of_more_values_than_it_names_says_so(
    client: Any, app: Any, published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from asoud_category.testing import make_attribute, make_category

    monkeypatch.setattr(services, "_VALUES", 2)
    category = make_category(app, "کتاب", slug="books")
    make_attribute(app, category, "pages", "integer", filterable=True)
    for pages in (10, 10, 20, 30):
        published(category_id=category, attributes={"pages": pages})
    found = client.get(FACETS, query_string={"category_id": str(category)}).json
    assert [each["value"] for each in found["attributes"][0]["values"]] == ["10", "20"]
    assert found["incomplete"] == ["attributes/pages"]
