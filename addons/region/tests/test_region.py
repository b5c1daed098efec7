"""Regions over REST, on SQLite and PostgreSQL, with the number of queries that each answer takes."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

import pytest
from asoud_region.loading import load_regions, reload_regions
from asoud_region.models import City, Country, Province, city_key
from asoud_region.services import distance_m
from sqlalchemy import select, update

from addon_sdk import session, transaction

BASE = "/api/v1/region"


def search(client: Any, query: str, **params: Any) -> list[str]:
    answer = client.get(f"{BASE}/cities/search", query_string={"q": query, "limit": 100, **params})
    assert answer.status_code == 200, answer.json
    return [city["name_fa"] for city in answer.json["items"]]


def everything(client: Any, path: str, **params: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    page: dict[str, Any] = {"next": ""}
    while page["next"] is not None:
        cursor = {"cursor": page["next"]} if page["next"] else {}
        page = client.get(f"{BASE}/{path}", query_string={**params, **cursor}).json
        items += page["items"]
    return items


def test_the_tree_has_everything_in_three_queries(client: Any, db: Any) -> None:
    client.get(f"{BASE}/countries")
    with db.queries() as queries:
        answer = client.get(f"{BASE}/tree")
    assert len(queries) == 3
    (iran,) = answer.json["items"]
    assert (iran["code"], iran["name_fa"], len(iran["provinces"])) == ("IR", "ایران", 31)
    assert sum(len(province["cities"]) for province in iran["provinces"]) == 1252
    assert iran["provinces"][0]["name_fa"] == "آذربایجان شرقی"
    tehran = next(city for p in iran["provinces"] for city in p["cities"] if city["name_en"] == "Tehran")
    assert tehran["latitude"] == pytest.approx(35.7, abs=0.1)
    assert client.get(f"{BASE}/cities/{tehran['id']}").json["name_en"] == "Tehran"
    with db.queries() as queries:
        again = client.get(f"{BASE}/tree", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, queries) == (304, [])


def test_countries_and_provinces(client: Any) -> None:
    (iran,) = client.get(f"{BASE}/countries").json["items"]
    provinces = everything(client, "provinces", country="IR", limit=10)
    assert len(provinces) == 31
    assert {province["country_id"] for province in provinces} == {iran["id"]}
    assert [p["name_fa"] for p in provinces][-1] == "یزد"
    assert everything(client, "provinces", country="XX") == []


def test_cities_of_provinces_come_page_by_page_in_one_query_each(client: Any, db: Any) -> None:
    yazd, qom = (p for p in everything(client, "provinces", limit=50) if p["name_en"] in ("Yazd", "Qom"))
    cities = everything(client, "cities", province_id=[yazd["id"], qom["id"]], limit=7)
    assert {city["province_fa"] for city in cities} == {"یزد", "قم"}
    assert len({city["id"] for city in cities}) == len(cities) > 14
    with db.queries() as queries:
        page = client.get(f"{BASE}/cities", query_string={"province_id": yazd["id"], "limit": 3}).json
    assert len(queries) == 1
    assert len(page["items"]) == 3
    assert len(everything(client, "cities", limit=100)) == 1252


SPELLINGS = {
    "تهران": ("تهران", "tehran", "TEHR", "  تهران "),
    "بندر عباس": ("بندر عباس", "بندرعباس", "بندر\u200cعباس", "bandar abb"),
    "یزد": ("یزد", "يزد"),
    "کاشان": ("کاشان", "كاشان"),
    "آبادان": ("آبادان", "ابادان"),
}


def test_a_city_is_found_in_every_spelling(client: Any) -> None:
    for name, queries in SPELLINGS.items():
        for query in queries:
            assert search(client, query)[0].replace(" ", "") == name.replace(" ", ""), query


def test_better_matches_come_first(client: Any) -> None:
    found = search(client, "شهر")
    begins = [name.startswith("شهر") for name in found]
    assert begins[0]
    assert begins == sorted(begins, reverse=True)
    assert any(not begin and "شهر" in name for name, begin in zip(found, begins, strict=True))


def test_a_search_is_one_query_and_goes_on_by_cursor(client: Any, db: Any) -> None:
    client.get(f"{BASE}/cities/search", query_string={"q": "یزد"})
    with db.queries() as queries:
        client.get(f"{BASE}/cities/search", query_string={"q": "آباد"})
    assert len(queries) == 1
    paged = everything(client, "cities/search", q="آباد", limit=9)
    assert len(paged) > 50
    assert len({city["id"] for city in paged}) == len(paged)
    assert [city["name_fa"] for city in paged[:100]] == search(client, "آباد")


def test_a_search_can_be_limited_to_a_province(client: Any) -> None:
    yazd = next(p for p in everything(client, "provinces", limit=50) if p["name_en"] == "Yazd")
    answer = client.get(f"{BASE}/cities/search?q={quote('آباد')}&province_id={yazd['id']}").json
    assert {city["province_en"] for city in answer["items"]} == {"Yazd"}


def test_what_is_not_there_is_not_found(client: Any) -> None:
    assert search(client, "نیویورک") == []
    assert client.get(f"{BASE}/cities/search", query_string={"q": " \u200c "}).status_code == 422
    assert search(client, "%") == search(client, "_") == search(client, "'; --") == []


WRONG = [
    ("cities/search", "/query/q", "required"),
    ("cities/search?q=", "/query/q", "length"),
    ("cities/search?q=%20%E2%80%8A", "/query/q", "length"),
    (f"cities/search?q={'a' * 65}", "/query/q", "length"),
    ("cities?province_id=x", "/query/province_id", "invalid_uuid"),
    ("cities?limit=1000", "/query/limit", "range"),
    ("cities/nearest?latitude=91&longitude=0", "/query/latitude", "range"),
    ("cities/nearest?latitude=35", "/query/longitude", "required"),
    ("cities/nearest?latitude=nan&longitude=1", "/query/latitude", "special"),
]


def test_wrong_parameters_are_named(client: Any) -> None:
    for path, pointer, code in WRONG:
        answer = client.get(f"{BASE}/{path}")
        assert answer.status_code == 422
        assert (pointer, code) in [(error["pointer"], error["code"]) for error in answer.json["errors"]]


def test_the_nearest_city_in_any_digits(client: Any, db: Any) -> None:
    client.get(f"{BASE}/countries")
    for latitude, longitude in (("35.70", "51.40"), ("۳۵٫۷", "۵۱٫۴"), ("٣٥٫٧", "٥١٫٤")):
        with db.queries() as queries:
            answer = client.get(f"{BASE}/cities/nearest", query_string={"latitude": latitude, "longitude": longitude})
        assert len(queries) == 1
        (city,) = answer.json["items"]
        assert city["name_en"] == "Tehran"
        assert 0 <= city["distance_m"] < 5000


def test_nearest_cities_are_the_nearest_of_all(client: Any, db: Any) -> None:
    latitude, longitude = 32.0, 54.0
    answer = client.get(
        f"{BASE}/cities/nearest",
        query_string={"latitude": latitude, "longitude": longitude, "limit": 20, "within_km": 1000},
    ).json["items"]
    placed = db.all(select(City).where(City.latitude.is_not(None)))
    true = sorted(distance_m(latitude, longitude, city.latitude, city.longitude) for city in placed)
    assert [city["distance_m"] for city in answer] == true[:20]
    near = client.get(f"{BASE}/cities/nearest?latitude=32&longitude=54&limit=20&within_km=50").json["items"]
    assert [city["distance_m"] for city in near] == [distance for distance in true if distance <= 50_000][:20]


def test_far_from_everything_there_is_none(client: Any) -> None:
    for latitude, longitude in ((48.85, 2.35), (90, 0), (-90, 180)):
        assert client.get(f"{BASE}/cities/nearest?latitude={latitude}&longitude={longitude}").json["items"] == []


def test_distances_are_those_of_the_earth() -> None:
    tehran, isfahan = (35.6892, 51.3890), (32.6546, 51.6680)
    assert distance_m(*tehran, *isfahan) == pytest.approx(338_400, rel=0.005)
    assert distance_m(*tehran, *tehran) == 0
    assert distance_m(0, 0, 0, 180) == pytest.approx(20_015_100, rel=0.001)


def test_one_city_and_none(client: Any) -> None:
    listed = client.get(f"{BASE}/cities/search", query_string={"q": "تهران"}).json["items"][0]
    assert client.get(f"{BASE}/cities/{listed['id']}").json == listed
    missing = client.get(f"{BASE}/cities/{uuid.uuid4()}")
    assert (missing.status_code, missing.json["code"]) == (404, "not_found")


def test_loading_again_changes_nothing_and_mends_what_was_changed(db: Any, client: Any) -> None:
    before = {(city.id, city.name_fa, city.position) for city in db.all(select(City))}
    assert search(client, "تهران")[0] == "تهران"

    @transaction
    def damage() -> None:
        city = session().scalars(select(City).where(City.name_en == "Tehran")).one()
        city.latitude, city.position = 0.0, 99
        session().execute(update(city_key).where(city_key.c.city_id == city.id).values(rank=2))
        country = session().scalars(select(Country)).one()
        session().add(Province(country_id=country.id, name_fa="دیگر", name_en="Other", position=99))

    db.run(damage)
    db.run(reload_regions, "0.0.1")
    assert {(city.id, city.name_fa, city.position) for city in db.all(select(City))} == before
    assert db.all(select(City.latitude).where(City.name_en == "Tehran")) == [pytest.approx(35.7, abs=0.1)]
    assert db.count(Province) == 32
    with db.queries() as queries:
        db.run(load_regions)
    assert not any(query.startswith(("UPDATE region_city", "INSERT INTO region_city", "DELETE")) for query in queries)
    assert search(client, "تهران")[0] == "تهران"


def test_reloading_drops_cached_answers(db: Any, client: Any) -> None:
    assert len(client.get(f"{BASE}/provinces?limit=100").json["items"]) == 31

    @transaction
    def found_a_province() -> None:
        country = session().scalars(select(Country)).one()
        session().add(Province(country_id=country.id, name_fa="نو", name_en="New", position=100))

    db.run(found_a_province)
    assert len(client.get(f"{BASE}/provinces?limit=100").json["items"]) == 31
    db.run(load_regions)
    assert len(client.get(f"{BASE}/provinces?limit=100").json["items"]) == 32
