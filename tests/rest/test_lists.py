"""Lists: filters, order, and pages that lose and double nothing."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Model, new_id, read_connection, transaction
from kernel.identity.access import public
from kernel.rest import AnyOf, Between, Blueprint, ListArgs, ListQuery, Page, Schema, fields, paginate
from kernel.rest.lists import keyset
from kernel.rest.lists.cursors import Position, read_cursor, write_cursor
from tests.rest.conftest import MakeSite, Site


class Status(enum.Enum):
    NEW = "new"
    OLD = "old"


class Thing(Model):
    __tablename__ = "tests_rest_thing"
    name: Mapped[str] = mapped_column(sa.String(50))
    price: Mapped[int | None]
    weight: Mapped[Decimal] = mapped_column(sa.Numeric(10, 2), default=Decimal("1.50"))
    day: Mapped[dt.date] = mapped_column(default=dt.date(2026, 3, 21))
    status: Mapped[Status] = mapped_column(sa.Enum(Status), default=Status.NEW)
    market: Mapped[int] = mapped_column(default=1)


class ThingSchema(Schema):
    id = fields.Id()
    name = fields.String()
    price = fields.Integer()


class ThingQuery(ListQuery):
    status = AnyOf(fields.Enum(Status), Thing.status)
    price = Between(fields.Integer(), Thing.price)
    q = fields.CleanText(20)

    class Meta:
        model = Thing
        sort = {  # noqa: RUF012 - Meta is read, never changed
            "created_at": Thing.created_at,
            "price": Thing.price,
            "weight": Thing.weight,
            "day": Thing.day,
            "status": Thing.status,
            "dear": sa.func.coalesce(Thing.price, 0),
        }
        default_sort = "-created_at"


class KeyQuery(ListQuery):
    class Meta:
        key = Thing.id


class BareQuery(ListQuery):
    pass


ROWS = sa.select(Thing.id, Thing.name, Thing.price).where(Thing.market == sa.bindparam("market"))
ENTITIES = sa.select(Thing).where(Thing.market == 1)


def things() -> Blueprint:
    blp = Blueprint("things", "asoud_things")

    @blp.get("/rows")
    @blp.arguments(ThingQuery)
    @blp.page(ThingSchema)
    @public
    def list_rows(query: ListArgs) -> Page:
        return paginate(ROWS, query, {"market": 1}, on=read_connection())

    @blp.get("/entities")
    @blp.arguments(KeyQuery)
    @blp.page(ThingSchema)
    @public
    def list_entities(query: ListArgs) -> Page:
        return paginate(ENTITIES, query)

    @blp.get("/undocumented")
    @public
    def list_undocumented() -> Page:
        return Page([1, 2], "x")

    return blp


@pytest.fixture
def site(make_site: MakeSite, database_url: str) -> Site:
    return make_site(things(), tables=True, database_url=database_url)


def fill(site: Site, prices: list[int | None], **more: Any) -> list[UUID]:
    ids = [new_id() for _ in prices]
    same = dt.datetime(2026, 3, 21, tzinfo=dt.UTC)
    with site.app.app_context(), transaction() as session:
        session.execute(sa.delete(Thing))
        for number, (key, price) in enumerate(zip(ids, prices, strict=True)):
            session.add(Thing(id=key, name=f"T{number}", price=price, created_at=same, **more))
    return ids


def walk(site: Site, path: str, limit: int) -> list[dict[str, Any]]:
    """Every item, page by page."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = site.client.get(f"/api/v1/things/{path}limit={limit}{cursor}")
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        assert len(answer.json["items"]) <= limit
        items += answer.json["items"]
        if answer.json["next"] is None:
            return items
        cursor = f"&cursor={answer.json['next']}"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    prices=st.lists(st.none() | st.integers(1, 4), max_size=12),
    limit=st.integers(1, 5),
    sort=st.sampled_from(["price", "-price", "-created_at", "weight", "-day", "status", "dear", "-dear"]),
)
def test_pages_hold_every_row_once_and_in_order(site: Site, prices: list[int | None], limit: int, sort: str) -> None:
    ids = fill(site, prices)
    items = walk(site, f"rows?sort={sort}&", limit)
    sign = -1 if sort.startswith("-") else 1
    values = {"price": lambda price: price, "dear": lambda price: price or 0}
    value = values.get(sort.removeprefix("-"), lambda price: 0)
    rows = sorted(zip(ids, prices, strict=True), key=lambda row: row[0].int * sign)
    rows.sort(key=lambda row: (value(row[1]) is None, sign * (value(row[1]) or 0)))
    assert [item["id"] for item in items] == [str(key) for key, _ in rows]


def test_a_list_without_an_order_goes_by_its_key(site: Site) -> None:
    ids = fill(site, [1, 2, 3])
    assert [item["id"] for item in walk(site, "entities?", 2)] == [str(key) for key in reversed(ids)]
    assert site.client.get("/api/v1/things/entities?sort=price").status_code == 400


def test_filters(site: Site) -> None:
    fill(site, [10, 20, 30, None])
    prices = lambda query: sorted(item["price"] for item in walk(site, f"rows?{query}&", 50))  # noqa: E731 - a shorthand
    assert prices("price_min=20") == [20, 30]
    assert prices("price_max=۲۰") == [10, 20]
    assert prices("price_min=15&price_max=25&q=x") == [20]
    assert prices("price_min=20&price_max=20") == [20]
    assert len(walk(site, "rows?status=new&status=old&", 50)) == 4
    assert walk(site, "rows?status=old&", 50) == []


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("limit=0", "/query/limit", "range"),
        ("limit=101", "/query/limit", "range"),
        ("limit=x", "/query/limit", "invalid"),
        ("sort=colour", "/query/sort", "one_of"),
        ("sort=price&sort=-price", "/query/sort", "repeated"),
        ("status=blue", "/query/status", "one_of"),
        ("status=blue&status=red", "/query/status", "one_of"),
        ("price_min=12.5", "/query/price_min", "invalid"),
        ("price_min=99999999999999999999", "/query/price_min", "out_of_range"),
        ("price_min=3&price_max=2", "/query/price_max", "range"),
        ("price=3", "/query/price", "unknown_parameter"),
        ("cursor=", "/query/cursor", "bad_cursor"),
        ("cursor=abc", "/query/cursor", "bad_cursor"),
        ("cursor=%D8%B3", "/query/cursor", "bad_cursor"),
        ("cursor=" + "A" * 60, "/query/cursor", "bad_cursor"),
        ("cursor=" + "_" * 60, "/query/cursor", "bad_cursor"),
        ("cursor=" + "A" * 3000, "/query/cursor", "length"),
    ],
)
def test_what_a_list_refuses(make_site: MakeSite, query: str, pointer: str, code: str) -> None:
    answer = make_site(things(), tables=True).client.get(f"/api/v1/things/rows?{query}")
    assert answer.status_code in (400, 422)
    assert answer.json is not None
    assert (answer.json["errors"][0]["pointer"], answer.json["errors"][0]["code"]) == (pointer, code)


def test_a_cursor_belongs_to_one_list_and_one_order(make_site: MakeSite) -> None:
    site = make_site(things(), tables=True)
    fill(site, [1, 2, 3])
    first = site.client.get("/api/v1/things/rows?sort=price&limit=1").json
    assert first is not None
    cursor = first["next"]
    assert site.client.get(f"/api/v1/things/rows?sort=price&cursor={cursor}").status_code == 200
    assert site.client.get(f"/api/v1/things/rows?cursor={cursor}").status_code == 200
    assert site.client.get(f"/api/v1/things/rows?sort=-price&cursor={cursor}").status_code == 400
    assert site.client.get(f"/api/v1/things/entities?cursor={cursor}").status_code == 400
    assert site.client.get(f"/api/v1/things/rows?cursor={cursor[:-2]}").status_code == 400


def test_a_cursor_belongs_to_what_was_asked(make_site: MakeSite) -> None:
    site = make_site(things(), tables=True)
    fill(site, [1, 2, 3])
    following = site.client.get("/api/v1/things/rows?price_min=1&limit=1").json["next"]
    asked = f"/api/v1/things/rows?cursor={following}"
    assert site.client.get(f"{asked}&price_min=1&limit=2").status_code == 200
    for other in ("", "&price_min=2", "&price_min=1&status=new"):
        answer = site.client.get(asked + other)
        assert (answer.status_code, answer.json["errors"][0]["code"]) == (400, "bad_cursor")


def test_the_order_holds_while_rows_come_and_go(site: Site) -> None:
    ids = fill(site, [1, 2, 3, 4])
    first = site.client.get("/api/v1/things/rows?sort=price&limit=2").json
    assert first is not None
    with site.app.app_context(), transaction() as session:
        session.execute(sa.delete(Thing).where(Thing.id == ids[1]))
        session.add(Thing(name="early", price=0))
    rest = site.client.get(f"/api/v1/things/rows?sort=price&cursor={first['next']}").json
    assert rest is not None
    assert [item["price"] for item in rest["items"]] == [3, 4]


def test_statements_are_built_once_per_shape(make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyset, "_MOST_SHAPES", 3)
    site = make_site(things(), tables=True)
    fill(site, [1])
    keyset._prepared.pop(ROWS, None)
    for minimum in range(5):
        site.client.get(f"/api/v1/things/rows?price_min={minimum}")
    assert len(keyset._prepared[ROWS]) == 1
    for sort in ("price", "-price", "day", "weight"):
        site.client.get(f"/api/v1/things/rows?sort={sort}")
    assert len(keyset._prepared[ROWS]) <= 3


def test_a_page_without_a_schema(make_site: MakeSite) -> None:
    assert make_site(things()).client.get("/api/v1/things/undocumented").json == {"items": [1, 2], "next": "x"}


def test_a_list_needs_a_unique_column() -> None:
    with pytest.raises(TypeError, match="unique column"):
        BareQuery.key()


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.text(st.characters(exclude_categories=["Cs"])),
    st.uuids(), st.dates(), st.datetimes(timezones=st.just(dt.UTC)), st.decimals(allow_nan=False, allow_infinity=False),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUES, key=st.uuids())
def test_cursors_bring_back_what_they_took(cursor_site: Site, value: Any, key: UUID) -> None:
    with cursor_site.app.app_context():
        position = Position("-x", value, key)
        assert read_cursor(write_cursor(position, "list"), "list") == position


@pytest.fixture
def cursor_site(make_site: MakeSite) -> Site:
    return make_site()


def test_enums_travel_by_name(cursor_site: Site) -> None:
    with cursor_site.app.app_context():
        assert read_cursor(write_cursor(Position("x", Status.OLD, uuid4()), "s"), "s").value == "OLD"
