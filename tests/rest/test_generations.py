"""Fields that addons add appear in output, input and filters while they are enabled, and only then."""

from __future__ import annotations

import enum
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import JSON, Model, UTCDateTime, new_id, session, transaction
from kernel.errors import NotFound
from kernel.identity.access import public
from kernel.rest import Blueprint, ListArgs, ListQuery, Page, Schema, fields, paginate
from kernel.rest.extensions import extension_columns, extension_field
from tests.rest.conftest import MakeSite, Site, extension


class Person(Model):
    __tablename__ = "tests_rest_person"
    name: Mapped[str] = mapped_column(sa.String(50))


class PersonSchema(Schema):
    id = fields.Id(dump_only=True)
    name = fields.CleanText(50, required=True)

    class Meta:
        model = Person


class TeamSchema(Schema):
    lead = fields.Nested(PersonSchema)
    members = fields.List(fields.Nested(PersonSchema))
    named = fields.List(fields.Nested(PersonSchema(exclude=("id",))))


class PersonQuery(ListQuery):
    class Meta:
        model = Person


PEOPLE = sa.select(Person.id, Person.name)
SCORE = extension(
    "points", "score", Person, mapped_column(sa.Integer, server_default="0"), filterable=True, writable=True
)
NOTE = extension("points", "note", Person, mapped_column(sa.String(5), nullable=True), field=fields.String)


def people() -> Blueprint:
    blp = Blueprint("people", "asoud_people")

    @blp.get("/people")
    @blp.arguments(PersonQuery)
    @blp.page(PersonSchema)
    @public
    def list_people(query: ListArgs) -> Page:
        return paginate(PEOPLE, query)

    @blp.get("/people/<uuid:person_id>")
    @blp.response(200, PersonSchema)
    @public
    def get_person(person_id: UUID) -> Person:
        found = session().get(Person, person_id)
        if found is None:
            raise NotFound
        return found

    @blp.post("/people")
    @blp.arguments(PersonSchema)
    @blp.response(201, PersonSchema)
    @public
    def add_person(values: dict[str, Any]) -> Person:
        return save(**values)

    @blp.patch("/people/<uuid:person_id>")
    @blp.arguments(PersonSchema.patch())
    @public
    def update_person(values: dict[str, Any], person_id: UUID) -> Any:
        return values

    @blp.get("/team")
    @blp.response(200, TeamSchema)
    @public
    def get_team() -> Any:
        everybody = session().scalars(sa.select(Person)).all()
        return {"lead": everybody[0], "members": everybody, "named": everybody}

    return blp


@transaction
def save(**values: Any) -> Person:
    person = Person(id=new_id(), **values)
    session().add(person)
    session().flush()
    session().refresh(person)
    return person


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    made = make_site(people())
    made.add(SCORE)
    made.add(NOTE)
    made.create_tables()
    return made


def test_an_extension_comes_and_goes_with_its_addon(site: Site) -> None:
    added = site.client.post("/api/v1/people/people", json={"name": "Ali", "points_score": "۷"})
    assert added.status_code == 201
    assert added.json is not None
    address = f"/api/v1/people/people/{added.json['id']}"
    assert added.json["points_score"] == 7
    assert added.json["points_note"] is None
    site.switch("points", on=False)
    assert site.client.get(address).json == {"id": added.json["id"], "name": "Ali"}
    refused = site.client.post("/api/v1/people/people", json={"name": "Ali", "points_score": 7})
    assert (refused.status_code, refused.json and refused.json["errors"][0]["code"]) == (422, "unknown_field")
    site.switch("points", on=True)
    assert site.client.get(address).json == added.json


def test_a_field_that_is_not_writable_is_refused_as_input(site: Site) -> None:
    answer = site.client.post("/api/v1/people/people", json={"name": "Ali", "points_note": "x"})
    assert answer.status_code == 422


def test_nested_schemas_follow_too(site: Site) -> None:
    site.client.post("/api/v1/people/people", json={"name": "Ali", "points_score": 3})
    team = site.client.get("/api/v1/people/team").json
    assert team is not None
    assert team["lead"]["points_score"] == team["members"][0]["points_score"] == team["named"][0]["points_score"] == 3
    assert "id" not in team["named"][0]
    site.switch("points", on=False)
    team = site.client.get("/api/v1/people/team").json
    assert team is not None
    for person in (team["lead"], team["members"][0], team["named"][0]):
        assert "points_score" not in person


def test_lists_select_the_extensions_columns_and_filter_by_them(site: Site) -> None:
    for score in (1, 2, 3):
        site.client.post("/api/v1/people/people", json={"name": f"P{score}", "points_score": score})
    listed = site.client.get("/api/v1/people/people").json
    assert listed is not None
    assert {item["points_score"] for item in listed["items"]} == {1, 2, 3}
    filtered = site.client.get("/api/v1/people/people?points_score_min=2&points_score_max=2").json
    assert filtered is not None
    assert [item["name"] for item in filtered["items"]] == ["P2"]
    assert site.client.get("/api/v1/people/people?points_note=x").status_code == 400
    site.switch("points", on=False)
    assert site.client.get("/api/v1/people/people?points_score_min=2").status_code == 400
    plain = site.client.get("/api/v1/people/people").json
    assert plain is not None
    assert {tuple(item) for item in plain["items"]} == {("id", "name")}


def test_a_patch_is_partial(site: Site) -> None:
    address = f"/api/v1/people/people/{new_id()}"
    assert site.client.patch(address, json={}).json == {}
    assert site.client.patch(address, json={"points_score": 5}).json == {"points_score": 5}


def test_a_list_of_a_schema_keeps_to_only(site: Site) -> None:
    with site.app.app_context():
        assert list(PersonSchema(only=("name",)).fields) == ["name"]
        assert [column.key for column in extension_columns(Person)] == ["points_score", "points_note"]


class Colour(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (sa.Boolean, fields.Boolean),
        (sa.Enum(Colour), fields.Enum),
        (sa.Enum("a", "b"), fields.String),
        (sa.Uuid, fields.Id),
        (UTCDateTime, fields.Timestamp),
        (sa.DateTime, fields.Timestamp),
        (sa.Date, fields.Date),
        (sa.BigInteger, fields.Integer),
        (sa.Float, fields.Float),
        (sa.Numeric(10, 2), fields.Decimal),
        (sa.Text, fields.CleanText),
        (JSON, fields.Raw),
        (sa.JSON, fields.Raw),
    ],
)
def test_a_field_is_made_from_the_columns_type(column: Any, kind: type) -> None:
    made = extension("points", "made", Person, mapped_column(column, nullable=True)).value
    field = extension_field(made)
    assert isinstance(field, kind)
    assert field.dump_only
    assert field.allow_none


def test_a_type_without_a_field_says_the_mend() -> None:
    made = extension("points", "blob", Person, mapped_column(sa.LargeBinary)).value
    with pytest.raises(TypeError, match=r"Field\(column, field\)"):
        extension_field(made)
