"""The API document: valid, stable names, what is enabled and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa
from openapi_spec_validator import OpenAPIV31SpecValidator
from sqlalchemy.orm import Mapped, mapped_column

from kernel import __version__
from kernel.db import Model
from kernel.errors import Problem
from kernel.identity.access import authenticated, fresh, public, requires
from kernel.rest import (
    AnyOf,
    Between,
    Blueprint,
    ListArgs,
    ListQuery,
    Page,
    Schema,
    contended,
    etag,
    fields,
    idempotent,
    raises,
    upload,
)
from kernel.rest.openapi import SchemaNameClash
from kernel.rest.openapi.names import request_name, schema_name
from tests.rest.conftest import MakeSite, Site, extension
from tests.rest.test_lists import Status, Thing


class Volume(Model):
    __tablename__ = "tests_rest_book"
    title: Mapped[str] = mapped_column(sa.String(50))


class SoldOut(Problem):
    """No copies are left."""

    status, code, title = 409, "books.sold_out", "Sold out."


def schema(owner: str, name: str, /, **members: Any) -> type[Schema]:
    """A schema class that stands in addon ``owner``."""
    return cast("type[Schema]", type(name, (Schema,), {"__module__": f"asoud_{owner}.schemas", **members}))


class BookMeta:
    model = Volume


AuthorSchema = schema("books", "AuthorSchema", name=fields.CleanText(50), born=fields.Date(allow_none=True))
BookSchema = schema(
    "books",
    "BookSchema",
    id=fields.Id(dump_only=True),
    title=fields.CleanText(50, required=True, metadata={"description": "As on the cover."}),
    price=fields.Money(),
    weight=fields.Decimal(2),
    rating=fields.Float(allow_none=True),
    status=fields.Enum(Status),
    written=fields.Timestamp(),
    author=fields.Nested(AuthorSchema),
    others=fields.List(fields.Nested(AuthorSchema(only=("name",)))),
    isbn=fields.String(metadata={"example": "1-2", "dumped_example": "12"}),
    mood=fields.String(metadata={"sometimes": True}),
    secret=fields.String(load_only=True),
    Meta=BookMeta,
)


class BookQuery(ListQuery):
    """How to list books."""

    status = AnyOf(fields.Enum(Status), Thing.status)
    price = Between(fields.Integer(), Thing.price)

    class Meta:
        model = Volume
        sort = {"title": Volume.title}  # noqa: RUF012 - Meta is read, never changed


class CoverSchema(Schema):
    file = fields.Upload(required=True)


def books() -> Blueprint:
    blp = Blueprint("books", "asoud_books", description="Books and their authors.")

    @blp.get("/books")
    @blp.arguments(BookQuery)
    @blp.page(BookSchema)
    @public
    def list_books(query: ListArgs) -> Page:
        """List books.

        Newest first.
        """
        return Page([])

    @blp.post("/books")
    @blp.arguments(BookSchema)
    @blp.response(201, BookSchema)
    @requires("books.edit")
    @raises(SoldOut)
    @idempotent
    def add_book(values: dict[str, Any]) -> Any:
        """Add a book."""
        return values

    @blp.get("/books/<uuid:book_id>")
    @blp.response(200, BookSchema, description="The book.")
    @etag(lambda book_id: 1)
    @authenticated
    def get_book(book_id: UUID) -> Any:
        return {"title": "x"}

    @blp.patch("/books/<uuid:book_id>")
    @blp.arguments(BookSchema.patch())
    @blp.response(200, BookSchema)
    @contended(lambda book_id: 1)
    @requires("books.edit", scope="book", by="book_id")
    def update_book(values: dict[str, Any], book_id: UUID) -> Any:
        return values

    @blp.delete("/books/<uuid:book_id>")
    @blp.response(204)
    @fresh(5)
    @authenticated
    def delete_book(book_id: UUID) -> None:
        return None

    @blp.put("/books/<uuid:book_id>/cover")
    @blp.arguments(CoverSchema, location="form")
    @upload(5_000)
    @blp.doc(summary="Set the cover")
    @authenticated
    def set_cover(values: dict[str, Any], book_id: UUID) -> Any:
        return {}

    return blp


def other() -> Blueprint:
    """Another addon with a schema of the same name."""
    blp = Blueprint("films", "asoud_films")

    @blp.get("/films")
    @blp.response(200, schema("films", "BookSchema", title=fields.String())(many=True))
    @public
    def list_films() -> Any:
        return [{"title": "x"}]

    return blp


def document(site: Site) -> dict[str, Any]:
    answer = site.client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = orjson.loads(answer.data)
    OpenAPIV31SpecValidator(found).validate()
    return found


def test_the_document_is_valid_and_complete(make_site: MakeSite) -> None:
    found = document(make_site(books(), other()))
    assert found["openapi"] == "3.1.0"
    assert found["info"]["version"] == __version__
    operations = {
        operation["operationId"]: (method, path)
        for path, item in found["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict) and "operationId" in operation
    }
    assert operations["books_list_books"] == ("get", "/api/v1/books/books")
    assert operations["books_update_book"] == ("patch", "/api/v1/books/books/{book_id}")
    assert {"books_add_book", "books_get_book", "books_delete_book", "books_set_cover"} <= operations.keys()
    assert {
        "BooksBook",
        "BooksBookRequest",
        "BooksAuthor",
        "BooksAuthorOnlyName",
        "BooksBookPatch",
        "FilmsBook",
        "Problem",
    } <= (found["components"]["schemas"].keys())
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", operation) for operation in operations)
    assert not any("openapi.json" in path or path.startswith("/docs") for path in found["paths"])


def test_what_decorators_say_stands_in_the_document(make_site: MakeSite) -> None:
    paths = document(make_site(books()))["paths"]
    adding, reading = paths["/api/v1/books/books"]["post"], paths["/api/v1/books/books/{book_id}"]["get"]
    changing, deleting = (paths["/api/v1/books/books/{book_id}"][method] for method in ("patch", "delete"))
    assert adding["summary"] == "Add a book."
    assert (adding["x-addon"], adding["x-permissions"]) == ("books", ["books.edit"])
    assert adding["security"] == [{"bearer": []}]
    assert codes(adding) == {
        "bad_request", "idempotency_key_required", "not_authenticated", "token_expired", "session_ended",
        "permission_denied", "addon_disabled",
        "books.sold_out", "request_in_progress", "payload_too_large", "unsupported_media_type", "validation_failed",
        "idempotency_key_reused", "too_many_requests", "service_unavailable", "request_timeout",
    }  # fmt: skip
    assert {"$ref": "#/components/parameters/IdempotencyKey"} in adding["parameters"]
    assert "ETag" in reading["responses"]["200"]["headers"]
    assert reading["responses"]["200"]["description"] == "The book."
    assert {"precondition_required", "precondition_failed", "not_found"} <= codes(changing)
    assert {"$ref": "#/components/parameters/IfMatch"} in changing["parameters"]
    assert "reauthentication_required" in codes(deleting)
    assert "content" not in deleting["responses"]["204"]
    cover = paths["/api/v1/books/books/{book_id}/cover"]["put"]
    assert cover["summary"] == "Set the cover"
    assert list(cover["requestBody"]["content"]) == ["multipart/form-data"]


def codes(operation: dict[str, Any]) -> set[str]:
    contents = (response.get("content", {}) for response in operation["responses"].values())
    problems = [content["application/problem+json"] for content in contents if "application/problem+json" in content]
    return {code for problem in problems for code in problem["schema"]["properties"]["code"]["enum"]}


def test_list_parameters_are_documented(make_site: MakeSite) -> None:
    listing = document(make_site(books()))["paths"]["/api/v1/books/books"]["get"]
    assert listing["security"] == []
    assert listing["description"] == "Newest first."
    assert {"not_authenticated", "token_expired", "session_ended"} <= codes(listing)
    parameters = {item["name"]: item for item in listing["parameters"] if "name" in item}
    assert parameters["limit"]["schema"]["maximum"] == 100
    assert parameters["sort"]["schema"]["enum"] == ["title", "-title"]
    assert parameters["status"]["explode"] is True
    assert {"price_min", "price_max", "cursor"} <= parameters.keys()
    page = listing["responses"]["200"]["content"]["application/json"]["schema"]
    assert page["properties"]["items"]["items"] == {"$ref": "#/components/schemas/BooksBook"}


def test_fields_have_their_types(make_site: MakeSite) -> None:
    found = document(make_site(books()))["components"]["schemas"]
    book = found["BooksBook"]["properties"]
    assert book["id"]["format"] == "uuid"
    assert book["title"]["maxLength"] == 50
    assert book["title"]["description"] == "As on the cover."
    assert book["price"]["properties"]["amount"]["type"] == "integer"
    assert (book["weight"]["type"], book["weight"]["format"]) == ("string", "decimal")
    assert book["rating"]["type"] == ["number", "null"]
    assert (book["status"]["type"], book["status"]["enum"]) == ("string", ["new", "old"])
    assert book["written"]["format"] == "date-time"
    assert found["BooksAuthor"]["properties"]["born"]["type"] == ["string", "null"]
    assert "required" not in found["BooksBookPatch"]


def test_what_goes_in_and_what_comes_out_are_two_things(make_site: MakeSite) -> None:
    found = document(make_site(books()))
    schemas = found["components"]["schemas"]
    adding = found["paths"]["/api/v1/books/books"]["post"]
    assert adding["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/BooksBookRequest")
    assert adding["responses"]["201"]["content"]["application/json"]["schema"]["$ref"].endswith("/BooksBook")
    asked, answered = schemas["BooksBookRequest"], schemas["BooksBook"]
    assert asked["required"] == ["title"]
    assert asked["additionalProperties"] is False
    assert answered["required"] == sorted(BookSchema().fields.keys() - {"mood", "secret"})
    assert "additionalProperties" not in answered
    assert "id" not in asked["properties"]
    assert "id" in answered["properties"]
    assert "secret" in asked["properties"]
    assert "secret" not in answered["properties"]
    assert (asked["properties"]["isbn"]["example"], answered["properties"]["isbn"]["example"]) == ("1-2", "12")
    assert asked["properties"]["author"]["$ref"].endswith("/BooksAuthorRequest")
    assert answered["properties"]["author"]["$ref"].endswith("/BooksAuthor")


def test_every_path_with_an_id_may_lead_nowhere(make_site: MakeSite) -> None:
    paths = document(make_site(books()))["paths"]
    assert "not_found" in codes(paths["/api/v1/books/books/{book_id}"]["get"])
    assert "not_found" not in codes(paths["/api/v1/books/books"]["get"])


def test_the_document_follows_the_generation(make_site: MakeSite) -> None:
    site = make_site(books(), other())
    site.add(extension("stars", "count", Volume, mapped_column(sa.Integer, nullable=True), filterable=True))
    before = site.client.get("/api/v1/openapi.json")
    assert "stars_count" in document(site)["components"]["schemas"]["BooksBook"]["properties"]
    assert document(site)["components"]["schemas"]["BooksBook"]["properties"]["stars_count"]["x-addon"] == "stars"
    same = site.client.get("/api/v1/openapi.json", headers={"If-None-Match": before.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    site.switch("stars", on=False)
    site.switch("films", on=False)
    found = document(site)
    assert "stars_count" not in found["components"]["schemas"]["BooksBook"]["properties"]
    assert "/api/v1/films/films" not in found["paths"]
    after = site.client.get("/api/v1/openapi.json", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200


def test_names_do_not_depend_on_the_order_of_addons(make_site: MakeSite) -> None:
    one, two = document(make_site(books(), other())), document(make_site(other(), books()))
    assert one["components"] == two["components"]
    assert one["paths"] == two["paths"]
    assert one["tags"] == two["tags"]


def test_modifiers_make_stable_names() -> None:
    assert schema_name(BookSchema) == "BooksBook"
    assert schema_name(BookSchema(only=("title", "id"))) == "BooksBookOnlyIdTitle"
    assert schema_name(BookSchema(exclude=("author", "others"))) == "BooksBookWithoutAuthorOthers"
    assert schema_name(BookSchema(partial=("title",))) == "BooksBookPartialTitle"
    assert schema_name(BookSchema(load_only=("title",), dump_only=("price",))) == "BooksBookWritingTitleReadingPrice"
    assert schema_name(BookSchema(many=True)) == "BooksBook"
    assert request_name(BookSchema) == "BooksBookRequest"
    assert request_name(BookSchema.patch()) == "BooksBookPatch"
    assert request_name(schema("books", "CodeRequestSchema")) == "BooksCodeRequest"
    with pytest.raises(TypeError, match="name the class itself"):
        schema_name("BookSchema")


def test_two_schemas_of_one_name_are_never_confused(make_site: MakeSite) -> None:
    blp = Blueprint("twice", "asoud_twice")
    for number in (1, 2):
        kind = schema("twice", "ItemSchema", **{f"field{number}": fields.String()})

        @blp.get(f"/items/{number}", endpoint=f"get_{number}")
        @blp.response(200, kind)
        @public
        def get_item() -> Any:
            return {}

    site = make_site(blp)
    with site.app.app_context(), pytest.raises(SchemaNameClash, match="asoud_twice"):
        site.platform.rest.document.build()


def test_docs_bring_their_own_files(make_site: MakeSite) -> None:
    client = make_site().client
    page = client.get("/docs")
    assert page.content_type == "text/html; charset=utf-8"
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert sources
    for source in sources:
        assert not source.startswith(("http", "//"))
        asset = client.get(f"/{source}")
        assert asset.status_code == 200
        asset.close()
    assert "<script>" not in page.text
    assert re.search(r"\son\w+=", page.text) is None
    assert client.get("/docs/../views.py").status_code == 404
    assert client.get("/docs/nothing.js").status_code == 404


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment for the command line."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASOUD_PROFILE", "testing")
    monkeypatch.setenv("ASOUD_DATA_DIR", str(tmp_path))
    return tmp_path


def test_the_command_writes_and_checks(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from kernel.cli import main
    from kernel.cli.session import cli_app

    def run(*args: str) -> int:
        with pytest.raises(SystemExit) as ended:
            main(["openapi", *args])
        return int(str(ended.value.code))

    cli_app.cache_clear()
    try:
        file = home / "api.json"
        assert run() == 0
        assert orjson.loads(capsys.readouterr().out)["openapi"] == "3.1.0"
        assert run("--output", str(file)) == 0
        assert run("--check", str(file)) == 0
        file.write_text("{}")
        assert run("--check", str(file)) == 1
        file.write_text("no json")
        assert run("--check", str(file)) == 1
        assert f"asoud openapi --output {file}" in capsys.readouterr().err
        assert run("--check", str(home / "missing")) == 2
    finally:
        cli_app().extensions["asoud"].close()
        cli_app.cache_clear()
