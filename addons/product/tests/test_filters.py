"""Finding published products: by attributes, place, category, label, price, and in which order."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from asoud_category.services import tree
from asoud_category.testing import make_attribute, make_category
from asoud_market.models import Market
from asoud_market.testing import make_market
from asoud_product.models import Label, ProductKind, SellType
from asoud_product.testing import API, make_shelf
from asoud_region.models import Province
from sqlalchemy import select

from addon_sdk import session, transaction

LIST = f"{API}/products"


@pytest.fixture
def phones(app: Any) -> UUID:
    """A category with an attribute of each kind that lists are narrowed by."""
    electronics = make_category(app, "کالای دیجیتال", slug="electronics")
    category = make_category(app, "گوشی", electronics, slug="phones")
    make_attribute(app, electronics, "brand", "text", filterable=True)
    make_attribute(app, category, "memory", "integer", filterable=True, unit="GB")
    make_attribute(app, category, "screen", "decimal", filterable=True)
    make_attribute(app, category, "colour", "choice", filterable=True, choices=["red", "black"])
    make_attribute(app, category, "networks", "choices", filterable=True, choices=["4g", "5g"])
    make_attribute(app, category, "dual", "boolean", filterable=True)
    make_attribute(app, category, "note", "text")
    return category


@pytest.fixture
def three(published: Any, phones: UUID) -> list[str]:
    """Three phones."""
    values = [
        {"brand": "سامسونگ", "memory": 64, "screen": "6.1", "colour": "red", "networks": ["4g"], "dual": True},
        {"brand": "شیائومی", "memory": 128, "screen": "6.5", "colour": "black", "networks": ["4g", "5g"]},
        {"brand": "اپل", "memory": 256, "screen": "6.10", "colour": "black", "networks": ["5g"], "dual": False},
    ]
    return [published(name="گوشی", category_id=phones, attributes={**each, "note": "دیدنی"}) for each in values]


def found(client: Any, three: list[str], **asked: Any) -> list[int]:
    answer = client.get(LIST, query_string=asked)
    assert answer.status_code == 200, answer.text
    return sorted(three.index(each["id"]) for each in answer.json["items"])


@pytest.mark.parametrize(
    ("attribute", "wanted"),
    [
        (["colour:red"], [0]),
        (["colour:black"], [1, 2]),
        (["colour:black", "colour:red"], [0, 1, 2]),
        (["networks:4g"], [0, 1]),
        (["networks:4g", "networks:5g"], [0, 1, 2]),
        (["networks:4g", "colour:black"], [1]),
        (["memory:100..200"], [1]),
        (["memory:128..", "screen:..6.1"], [2]),
        (["memory:۶۴..۱۲۸"], [0, 1]),
        (["memory:۶۴"], [0]),
        (["screen:6.1"], [0, 2]),
        (["screen:6.100000"], [0, 2]),
        (["screen:۶٫۵"], [1]),
        (["dual:true"], [0]),
        (["dual:false"], [2]),
        (["brand:شيائومي"], [1]),
        (["colour:green"], []),
        (["memory:64", "memory:200.."], [0, 2]),
        (["memory:..64", "memory:200..300"], [0, 2]),
        (["memory:64..64", "memory:200..", "colour:black"], [2]),
    ],
)
def test_attributes_narrow_a_list(client: Any, three: list[str], attribute: list[str], wanted: list[int]) -> None:
    assert found(client, three, attribute=attribute) == wanted


@pytest.mark.parametrize(
    "attribute",
    [
        "colour",
        "colour:",
        ":red",
        "memory:..",
        "memory:a..b",
        "memory:nan..",
        "memory:8..4",
        "x" * 301,
        "nothing:x",
        "note:x",
    ],
)
def test_what_is_no_attribute_filter_is_refused(client: Any, phones: UUID, attribute: str) -> None:
    answer = client.get(LIST, query_string={"attribute": attribute})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"].startswith("/query/attribute")


def test_only_keys_of_the_category_are_asked_for(client: Any, app: Any, three: list[str], phones: UUID) -> None:
    """Those of what is above and below it count too: these things stand in the list."""
    with app.app_context():
        electronics = tree().node(phones).path[0]
    for above in (phones, electronics):
        assert found(client, three, attribute="memory:64", category_id=str(above)) == [0]
    other = make_category(app, "پوشاک", slug="clothes")
    refused = client.get(LIST, query_string={"attribute": "memory:64", "category_id": str(other)})
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (422, "unknown")
    named = client.get(LIST, query_string={"attribute": "size:64"}, headers={"Accept-Language": "en"})
    assert "colour, dual, memory" in named.json["errors"][0]["message"]


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"within_km": 5}, "/query/within_km"),
        ({"within_km": 5, "latitude": 35}, "/query/longitude"),
        ({"longitude": 51}, "/query/latitude"),
        ({"price_min": 5, "price_max": 4}, "/query/price_max"),
    ],
)
def test_half_a_circle_and_a_range_that_runs_backwards_are_refused(
    client: Any, asked: dict[str, Any], pointer: str
) -> None:
    answer = client.get(LIST, query_string=asked)
    assert (answer.status_code, [each["pointer"] for each in answer.json["errors"]]) == (422, [pointer])
    assert client.get(f"{LIST}/facets", query_string=asked).status_code == 422


def test_a_cursor_lives_on_when_a_category_gets_another_below_it(
    client: Any, app: Any, three: list[str], phones: UUID
) -> None:
    asked = {"category_id": str(phones), "limit": 2}
    page = client.get(LIST, query_string=asked).json
    make_category(app, "گوشی تاشو", phones, slug="foldables")
    rest = client.get(LIST, query_string={**asked, "cursor": page["next"]}).json
    assert {each["id"] for each in page["items"] + rest["items"]} == set(three)


def test_facets_have_titles_in_the_language_of_the_caller(
    client: Any, app: Any, three: list[str], phones: UUID
) -> None:
    make_attribute(app, phones, "weight", "integer", filterable=True, title="وزن", title_en="Weight")

    def titles(language: str) -> dict[str, str]:
        asked = {"query_string": {"category_id": str(phones)}, "headers": {"Accept-Language": language}}
        return {each["key"]: each["title"] for each in client.get(f"{LIST}/facets", **asked).json["attributes"]}

    assert titles("fa")["weight"] == "وزن"
    assert titles("en")["weight"] == "Weight"


@pytest.mark.parametrize("end", ["1e99999999", "9" * 40, "infinity", "sNaN", "0x10", "1_0"])
def test_no_number_is_too_much_for_a_range(client: Any, phones: UUID, end: str) -> None:
    assert client.get(LIST, query_string={"attribute": f"memory:{end}.."}).status_code == 422


@pytest.mark.parametrize("wanted", ["9000000000001..", "..-9000000000000.000001", "1..999999999999999999"])
def test_numbers_that_no_attribute_has_are_refused(client: Any, phones: UUID, wanted: str) -> None:
    answer = client.get(LIST, query_string={"attribute": f"memory:{wanted}"}, headers={"Accept-Language": "en"})
    (error,) = answer.json["errors"]
    assert (answer.status_code, error["pointer"], error["code"]) == (422, "/query/attribute", "range")
    assert "9000000000000" in error["message"]


def test_numbers_beyond_the_index_are_not_taken(app: Any, add: Any, send: Any, phones: UUID) -> None:
    for key, number in (("memory", 9 * 10**12 + 1), ("screen", "-9000000000000.000001")):
        refused = add(category_id=str(phones), attributes={key: number})
        (error,) = refused.json["errors"]
        assert (refused.status_code, error["pointer"], error["code"]) == (422, f"/attributes/{key}", "range")
        done = send(f"name,main_price,category,attribute:{key}\nگوشی,5,phones,{number}\n")
        (error,) = done["errors"]
        assert (done["created"], error["row"], error["field"], error["code"]) == (0, 2, f"attribute:{key}", "range")
        assert "9000000000000" in error["message"]


def test_the_largest_numbers_are_told_apart(app: Any, client: Any, published: Any) -> None:
    disks = make_category(app, "دیسک", slug="disks")
    make_attribute(app, disks, "size", "decimal", filterable=True)
    largest = "9000000000000", "8999999999999.999999"
    made = [published(category_id=disks, attributes={"size": size}) for size in (*largest, *(f"-{x}" for x in largest))]

    def ids(wanted: str) -> list[str]:
        return [each["id"] for each in client.get(LIST, query_string={"attribute": f"size:{wanted}"}).json["items"]]

    assert [ids(f"{size}..{size}") for size in (*largest, *(f"-{x}" for x in largest))] == [[each] for each in made]
    assert ids("9000000000000..") == made[:1]
    assert ids("..-9000000000000") == made[2:3]


def test_facets_count_values_of_attributes(client: Any, three: list[str], phones: UUID) -> None:
    facets = client.get(f"{LIST}/facets", query_string={"category_id": str(phones)}).json
    values = {
        each["key"]: [(value["value"], value["count"]) for value in each["values"]] for each in facets["attributes"]
    }
    assert values["colour"] == [("black", 2), ("red", 1)]
    assert values["networks"] == [("4g", 2), ("5g", 2)]
    assert values["memory"] == [("128", 1), ("256", 1), ("64", 1)]
    assert values["screen"] == [("6.1", 2), ("6.5", 1)]
    assert values["dual"] == [("false", 1), ("true", 1)]
    assert "note" not in values
    asked = {"category_id": str(phones), "attribute": "colour:black"}
    assert client.get(f"{LIST}/facets", query_string=asked).json["total"]["count"] == 2


def test_a_category_means_all_below_it(client: Any, app: Any, three: list[str], phones: UUID, published: Any) -> None:
    with app.app_context():
        electronics = tree().node(phones).path[0]
    published(name="نان")
    assert found(client, three, category_id=str(electronics)) == [0, 1, 2]
    unknown = client.get(LIST, query_string={"category_id": str(UUID(int=1))})
    assert unknown.json["errors"][0]["pointer"] == "/query/category_id"
    facets = client.get(f"{LIST}/facets", query_string={"category_id": str(electronics)}).json
    assert [(each["title"], each["count"]) for each in facets["categories"]] == [("گوشی", 3)]


def test_hidden_categories_are_no_facet(client: Any, app: Any, db: Any, three: list[str], phones: UUID) -> None:
    from asoud_category.services import update_category

    with app.app_context():
        update_category(phones, {"is_active": False})
    assert "گوشی" not in [each["title"] for each in client.get(f"{LIST}/facets").json["categories"]]


def test_a_circle_on_the_map_narrows_a_list(app: Any, client: Any, owner: Any, published: Any) -> None:
    from asoud_market.models import Market

    from addon_sdk import session, transaction

    places = {"near": (35.70, 51.40), "far": (35.80, 51.40), "nowhere": (None, None)}
    ids = {}
    for name, (latitude, longitude) in places.items():
        with app.app_context():
            market_id = make_market(owner.user_id, published=True, name=f"فروشگاه {name}")
            with transaction():
                market = session().get_one(Market, market_id)
                market.latitude, market.longitude = latitude, longitude
        ids[published(market_id=market_id)] = name

    def around(**asked: Any) -> set[str]:
        answer = client.get(LIST, query_string={"latitude": "35.7", "longitude": "51.4", **asked})
        assert answer.status_code == 200, answer.text
        return {ids[each["id"]] for each in answer.json["items"]}

    assert around() == {"near"}
    assert around(within_km=11) == {"near"}
    assert around(within_km=12) == {"near", "far"}
    assert client.get(f"{LIST}/facets?latitude=35.7&longitude=51.4").json["total"]["count"] == 1


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"latitude": 35}, "/query/longitude"),
        ({"longitude": 51}, "/query/latitude"),
        ({"latitude": 91, "longitude": 51}, "/query/latitude"),
        ({"latitude": "nan", "longitude": 51}, "/query/latitude"),
        ({"within_km": 101}, "/query/within_km"),
        ({"price_min": -1}, "/query/price_min"),
        ({"price_max": 10**16}, "/query/price_max"),
        ({"label": "best"}, "/query/label"),
        ({"sort": "best"}, "/query/sort"),
        ({"q": ""}, "/query/q"),
    ],
)
def test_what_cannot_be_asked_is_named(client: Any, asked: dict[str, Any], pointer: str) -> None:
    answer = client.get(LIST, query_string=asked)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"].startswith(pointer)


def test_every_simple_filter_narrows_lists_and_facets_alike(client: Any, published: Any, market: UUID) -> None:
    service = published(name="تعمیر", kind=ProductKind.SERVICE, main_price=90_000)
    bread = published(label=Label.NEW, is_available=False)
    page = client.get(f"{LIST}/{bread}").json
    for asked, wanted in (
        ({"kind": "service"}, [service]),
        ({"label": "new"}, [bread]),
        ({"is_available": "false"}, [bread]),
        ({"price_max": 100_000}, [service]),
        ({"price_min": "۱۰۰۰۰۰"}, [bread]),
        ({"market_id": str(market)}, [bread, service]),
        ({"city_id": page["city_id"]}, [bread, service]),
        ({"sell_type": "online"}, []),
        ({"q": "تعم"}, [service]),
    ):
        listed = [each["id"] for each in client.get(LIST, query_string=asked).json["items"]]
        assert listed == wanted, asked
        assert client.get(f"{LIST}/facets", query_string=asked).json["total"]["count"] == len(wanted), asked


def test_every_order_has_pages(client: Any, owner: Any, market: UUID, published: Any) -> None:
    shelf_id = owner.post(f"{API}/my/markets/{market}/shelves", json={"name": "تازه‌ها"}).json["id"]
    prices = {"پ": 30, "ب": 10, "ت": 20}
    made = [published(name=name, main_price=price, shelf_id=UUID(shelf_id)) for name, price in prices.items()]
    orders = {"published_at": [0, 1, 2], "price": [1, 2, 0], "name": [1, 0, 2], "shelf": [0, 1, 2]}
    for sort, places in orders.items():
        for sign, wanted in (("", places), ("-", places[::-1])):
            cursor, listed = None, []
            for _ in range(3):
                asked = {"sort": f"{sign}{sort}", "limit": 1, "shelf_id": shelf_id, "cursor": cursor}
                page = client.get(LIST, query_string=asked).json
                listed += [each["id"] for each in page["items"]]
                cursor = page["next"]
            assert listed == [made[place] for place in wanted], f"{sign}{sort}"
            assert cursor is None


def test_only_a_shelf_has_the_order_of_a_shelf(client: Any) -> None:
    refused = client.get(LIST, query_string={"sort": "-shelf"})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/query/sort")


def test_a_new_word_is_no_typing_error(client: Any, published: Any) -> None:
    old = published(name="کتابخانه")
    assert [each["id"] for each in client.get(LIST, query_string={"q": "کتابخاته"}).json["items"]] == [old]
    new = published(name="کتابخاته")
    assert [each["id"] for each in client.get(LIST, query_string={"q": "کتابخاته"}).json["items"]] == [new]


def test_large_numbers_are_in_open_ranges(app: Any, client: Any, published: Any) -> None:
    disks = make_category(app, "دیسک", slug="disks")
    make_attribute(app, disks, "bytes", "integer", filterable=True)
    published(category_id=disks, attributes={"bytes": 5 * 10**12})
    for asked in ("bytes:1000..", "bytes:..9000000000000", "bytes:5000000000000"):
        assert len(client.get(LIST, query_string={"attribute": asked}).json["items"]) == 1, asked


def test_ways_of_selling_provinces_and_shelves_narrow_a_list(
    app: Any, client: Any, owner: Any, market: UUID, published: Any
) -> None:
    with app.app_context():
        shelf = make_shelf(market, owner.user_id)
        tehran = session().get_one(Market, market).province_id
        fars = session().scalars(select(Province).where(Province.id != tehran).order_by(Province.name_fa)).first()
        elsewhere = make_market(owner.user_id, published=True)
        with transaction():
            session().get_one(Market, elsewhere).province_id = fars.id
    online = published(sell_type=SellType.ONLINE, shelf_id=shelf)
    there = published(sell_type=SellType.PERSON, market_id=elsewhere)

    def ids(**asked: Any) -> list[str]:
        return [each["id"] for each in client.get(LIST, query_string=asked).json["items"]]

    assert ids(sell_type="online") == [online]
    assert ids(sell_type="person") == [there]
    assert ids(sell_type=["online", "person"]) == [there, online]
    assert ids(sell_type="both") == []
    assert ids(province_id=str(tehran)) == [online]
    assert ids(province_id=str(fars.id)) == [there]
    assert ids(shelf_id=str(shelf)) == [online], "a shelf says which market"


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("ماشین", True),  # as it is
        ("ماشن", True),  # one letter too few
        ("ماشیین", True),  # one too many
        ("مادین", True),  # another one
        ("ماشنی", True),  # two that changed places
        ("مادنی", False),  # two mistakes in a short word
        ("لباسشویی", True),
        ("لباشسویی", True),  # of eight letters, one
        ("لپاشسویی", True),  # and two mistakes
        ("لپاشصویی", False),  # but not three
        ("ماش", True),  # a beginning
        ("لباشسوی", False),  # two in seven letters
        ("مبر", False),  # three letters are taken as they are
        ("مبیل", True),  # four aren't
    ],
)
def test_how_many_mistakes_are_forgiven(client: Any, published: Any, text: str, is_found: bool) -> None:
    published(name="ماشین لباسشویی، مبل")
    assert bool(client.get(LIST, query_string={"q": text}).json["items"]) == is_found


def test_names_and_keywords_are_found_alike(client: Any, published: Any) -> None:
    named, tagged = published(name="چای لاهیجان"), published(name="دم‌نوش", keywords=["چای سبز"])
    published(name="قهوه", description="بهتر از چای", technical_detail="چای")
    found = client.get(LIST, query_string={"q": "چای"}).json["items"]
    assert [each["id"] for each in found] == [tagged, named]
    assert [each["id"] for each in client.get(LIST, query_string={"q": "لاهیجان چای"}).json["items"]] == [named]


@pytest.mark.parametrize("sort", ["published_at", "price", "name", "shelf"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_equal_values_are_on_one_page_each(
    app: Any, client: Any, clock: Any, owner: Any, market: UUID, published: Any, sort: str, sign: str
) -> None:
    with app.app_context():
        shelf = make_shelf(market, owner.user_id)
    made = [published(name="نان", main_price=500, shelf_id=shelf, shelf_position=7) for _ in range(7)]
    asked: dict[str, Any] = {"sort": f"{sign}{sort}", "limit": 2, "shelf_id": str(shelf)}
    seen: list[str] = []
    while True:
        page = client.get(LIST, query_string=asked).json
        seen += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]
    assert len(seen) == 7
    assert seen == sorted(made, reverse=bool(sign))
