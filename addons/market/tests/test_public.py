"""What everybody sees: lists, filters, places, one market in one call."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from asoud_category.services import update_category
from asoud_iran.services import holds_words
from asoud_market.models import Market
from asoud_market.services import mark_unpaid
from asoud_market.testing import API, category, some_city
from asoud_region.models import City
from asoud_region.services import distance_m
from sqlalchemy import select, update

from addon_sdk import session, transaction

MARKETS = f"{API}/markets"


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json["items"]]


def place(db: Any, market_id: str, latitude: float, longitude: float, city: str = "Tehran") -> None:
    @transaction
    def run() -> None:
        found = session().scalars(select(City).where(City.name_en == city)).one()
        values = {"latitude": latitude, "longitude": longitude, "city_id": found.id, "province_id": found.province_id}
        session().execute(update(Market).where(Market.id == UUID(market_id)).values(values))

    db.run(run)


def test_only_published_markets_are_listed_and_shown(owner: Any, client: Any, published: Any, open_market: Any) -> None:
    hidden = open_market(owner, business_id="hidden-one")
    market_id = published(owner, name="پیدا", business_id="Found-One")
    assert names(client.get(MARKETS)) == ["پیدا"]
    for path, status in (
        (market_id, 200),
        ("by-business-id/found-ONE", 200),
        ("by-subdomain/found-one", 200),
        (hidden["id"], 404),
        ("by-business-id/hidden-one", 404),
        ("by-subdomain/hidden-one", 404),
        (str(uuid4()), 404),
    ):
        assert client.get(f"{MARKETS}/{path}").status_code == status, path


def test_pages_follow_each_other_in_every_order(owner: Any, client: Any, published: Any) -> None:
    for name in ("پسته", "آجیل", "بادام", "گز", "چای", "ژله", "یخ"):
        published(owner, name=name)
    orders = {
        "": ["یخ", "ژله", "چای", "گز", "بادام", "آجیل", "پسته"],
        "name": ["آجیل", "بادام", "پسته", "چای", "ژله", "گز", "یخ"],
        "-name": ["یخ", "گز", "ژله", "چای", "پسته", "بادام", "آجیل"],
    }
    for sort, expected in orders.items():
        found: list[str] = []
        cursor = None
        while True:
            params = {"limit": 3, **({"sort": sort} if sort else {}), **({"cursor": cursor} if cursor else {})}
            page = client.get(MARKETS, query_string=params)
            found += names(page)
            cursor = page.json["next"]
            if cursor is None:
                break
        assert found == expected
    assert len(names(client.get(f"{MARKETS}?sort=-views"))) == 7
    assert len(names(client.get(f"{MARKETS}?sort=likes"))) == 7


def test_a_category_means_all_below_it(app: Any, owner: Any, client: Any, published: Any) -> None:
    food = category(app, "خوراک", "food")
    bread = category(app, "نان", "bread", food)
    other = category(app, "کتاب", "books")
    for name, where in (("نانوایی", bread), ("خواربار", food), ("کتابفروشی", other)):
        published(owner, name=name, category_id=where)
    listed = names(client.get(MARKETS, query_string={"category_id": str(food)}))
    assert sorted(listed) == ["خواربار", "نانوایی"]
    with app.app_context():
        update_category(bread, {"is_active": False})  # what stands in it is in unfiltered lists too
    assert sorted(names(client.get(MARKETS, query_string={"category_id": str(food)}))) == sorted(listed)
    both = {"category_id": [str(bread), str(other)]}
    assert sorted(names(client.get(MARKETS, query_string=both))) == ["نانوایی", "کتابفروشی"]
    unknown = client.get(MARKETS, query_string={"category_id": str(uuid4())})
    assert (unknown.status_code, unknown.json["errors"][0]["pointer"]) == (422, "/query/category_id")


def test_filters_by_kind_city_and_province(app: Any, owner: Any, client: Any, published: Any, db: Any) -> None:
    from asoud_market.models import MarketKind

    first = published(owner, name="یزدی", kind=MarketKind.COMPANY)
    published(owner, name="تهرانی")
    place(db, first, 31.9, 54.4, "Yazd")
    with app.app_context():
        city = session().get_one(City, some_city("Yazd"))
        city_id, province_id = str(city.id), str(city.province_id)
    assert names(client.get(f"{MARKETS}?city_id={city_id}")) == ["یزدی"]
    assert names(client.get(f"{MARKETS}?province_id={province_id}")) == ["یزدی"]
    assert names(client.get(f"{MARKETS}?kind=company")) == ["یزدی"]
    assert names(client.get(f"{MARKETS}?kind=shop&city_id={city_id}")) == []


@pytest.mark.parametrize("words", ["كتاب", "کتابخانه", "کتاب خانه", "خانه مادر", "مادربزرگ", "۱۲۳"])
def test_words_are_found_in_any_spelling(owner: Any, client: Any, published: Any, words: str) -> None:
    published(owner, name="کتاب‌خانهٔ مادربزرگ", slogan="پلاک ١٢٣")
    published(owner, name="چیز دیگر")
    assert names(client.get(MARKETS, query_string={"q": words})) == ["کتاب‌خانهٔ مادربزرگ"]


def test_signs_are_no_words(owner: Any, client: Any, published: Any) -> None:
    published(owner, name="نان")
    for signs in ("%", "_", "'", "!&|", ":*"):
        assert names(client.get(MARKETS, query_string={"q": signs})) == []
    assert client.get(MARKETS, query_string={"q": ""}).status_code == 422


def test_postgresql_searches_by_the_index(db: Any, asoud_database_kind: str) -> None:
    def plan() -> str:
        condition = holds_words(Market.search_key, "کتاب خانه")
        assert condition is not None
        with transaction():
            connection = session().connection()
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            query = select(Market.id).where(condition).compile(connection, compile_kwargs={"render_postcompile": True})
            return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {query}", query.params))

    if asoud_database_kind == "postgres":
        assert "ix_market_market_search" in db.run(plan)


def test_near_markets_come_by_distance_within_the_circle(owner: Any, client: Any, published: Any, db: Any) -> None:
    here = (35.7000, 51.4000)
    spots = {"دور": (35.7900, 51.4000), "نزدیک": (35.7010, 51.4010), "میان": (35.7200, 51.4000), "گوشه": (35.74, 51.45)}
    for name, spot in spots.items():
        place(db, published(owner, name=name), *spot)
    published(owner, name="بی‌جا")
    params = {"latitude": here[0], "longitude": here[1], "within_km": 6}
    answer = client.get(f"{MARKETS}/near", query_string=params)
    assert names(answer) == ["نزدیک", "میان"]
    assert [item["distance_m"] for item in answer.json["items"]] == [
        distance_m(*here, *spots["نزدیک"]),
        distance_m(*here, *spots["میان"]),
    ]
    wide = {**params, "within_km": 50, "limit": 1}
    found, cursor = [], ""
    while cursor is not None:
        page = client.get(f"{MARKETS}/near", query_string={**wide, **({"cursor": cursor} if cursor else {})})
        found += names(page)
        cursor = page.json["next"]
    assert found == ["نزدیک", "میان", "گوشه", "دور"]
    far = client.get(f"{MARKETS}/near", query_string={"latitude": 90, "longitude": 0})
    assert names(far) == []


@pytest.mark.parametrize("state", ["paid_non_publication", "inactive", "paid_needs_editing", "unpaid"])
def test_no_list_shows_what_is_not_public(
    owner: Any, staff: Any, client: Any, published: Any, db: Any, state: str
) -> None:
    market_id = published(owner, name="نان")
    place(db, market_id, 35.7, 51.4)
    (card,) = client.get(MARKETS).json["items"]
    filters = [{name: card[name]} for name in ("category_id", "city_id", "province_id", "kind")]
    near = {"latitude": 35.7, "longitude": 51.4}
    queries = [
        *((MARKETS, params) for params in ({}, {"q": "نان"}, *filters)),
        *((f"{MARKETS}/near", {**near, **params}) for params in ({}, {"q": "نان"}, *filters)),
    ]
    for path, params in queries:
        assert names(client.get(path, query_string=params)) == ["نان"], params
    if state == "unpaid":
        db.run(mark_unpaid, UUID(market_id))
    else:
        assert staff.post(f"{API}/my/markets/{market_id}/moves", json={"to": state}).status_code == 200
    for path, params in queries:
        assert names(client.get(path, query_string=params)) == [], params


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("latitude=35", "/query/longitude"),
        ("latitude=95&longitude=5", "/query/latitude"),
        ("latitude=35&longitude=51&within_km=1000", "/query/within_km"),
        ("latitude=nan&longitude=51", "/query/latitude"),
    ],
)
def test_wrong_places_are_named(client: Any, query: str, pointer: str) -> None:
    answer = client.get(f"{MARKETS}/near?{query}")
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json["errors"]]


def test_a_list_is_one_statement_and_a_detail_two(owner: Any, client: Any, published: Any, db: Any) -> None:
    for name in ("یک", "دو", "سه"):
        market_id = published(owner, name=name)
    client.get(MARKETS)
    with db.queries() as queries:
        assert len(names(client.get(MARKETS))) == 3
    assert len(queries) == 1
    client.get(f"{MARKETS}/{market_id}")
    with db.queries() as queries:
        client.get(f"{MARKETS}/{market_id}")
    assert len(queries) == 2


def test_one_call_has_everything(owner: Any, client: Any, market: Any, finish: Any, decide: Any) -> None:
    path = f"{API}/my/markets/{market['id']}"
    finish(owner, market)
    owner.put(f"{path}/logo", json={"file_id": owner.upload("market.logo")})
    owner.put(f"{path}/background", json={"file_id": owner.upload("market.background")})
    for purpose in ("slider", "gallery"):
        body = {"file_id": owner.upload("market.picture"), "purpose": purpose, "title": purpose}
        owner.post(f"{path}/pictures", json=body)
    owner.post(f"{path}/requests", json={"kind": "publication"})
    decide(market["id"], approved=True)
    shown = client.get(f"{MARKETS}/{market['id']}").json
    assert shown["logo"]["kind"] == "market.logo"
    assert shown["background"]["kind"] == "market.background"
    with client.get(shown["logo"]["url"]) as picture:
        assert picture.status_code == 200
    assert [slide["title"] for slide in shown["slides"]] == ["slider"]
    assert [picture["title"] for picture in shown["gallery"]] == ["gallery"]
    assert shown["contact"]["mobile"] == "+989121234567"
    assert (shown["city_en"], shown["address"]) == ("Tehran", "خیابان نمونه، پلاک ۱")
    assert not {"national_code", "owner_id", "gateway", "status"} & set(shown)
