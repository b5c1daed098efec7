"""Input from other places than JSON: forms with files, headers, paths."""

from __future__ import annotations

import io
from typing import Any

import pytest

from kernel.identity.access import public
from kernel.rest import Blueprint, Schema, fields, upload
from tests.rest.conftest import MakeSite, Site


class PictureSchema(Schema):
    file = fields.Upload(required=True)
    title = fields.CleanText(20)
    tags = fields.List(fields.String())


class TraceSchema(Schema):
    trace = fields.Integer(data_key="X-Trace", required=True)


class SizeSchema(Schema):
    size = fields.Integer()


def pictures() -> Blueprint:
    blp = Blueprint("pictures", "asoud_pictures")

    @blp.post("/pictures")
    @blp.arguments(PictureSchema, location="form")
    @upload(2000)
    @public
    def add_picture(values: dict[str, Any]) -> Any:
        return {**values, "file": len(values["file"].read())}

    @blp.put("/pictures")
    @blp.arguments(PictureSchema, location="form")
    @upload()
    @public
    def set_picture(values: dict[str, Any]) -> Any:
        return {"file": len(values["file"].read())}

    @blp.get("/traced/<size>")
    @blp.arguments(TraceSchema, location="headers")
    @blp.arguments(SizeSchema, location="path")
    @public
    def get_traced(headers: dict[str, Any], path: dict[str, Any], size: str) -> Any:
        return [headers, path, size]

    return blp


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    return make_site(pictures(), max_body_bytes=1000, max_upload_bytes=5000)


def send(site: Site, size: int, method: str = "POST", **more: Any) -> Any:
    file = (io.BytesIO(b"x" * size), "a.png")
    return site.client.open("/api/v1/pictures/pictures", method=method, data={"file": file, **more})


def test_a_form_has_text_and_files(site: Site) -> None:
    answer = send(site, 1200, title=" T ", tags=["a", "b"])
    assert answer.json == {"file": 1200, "title": "T", "tags": ["a", "b"]}


def test_an_upload_has_a_limit_of_its_own(site: Site) -> None:
    assert send(site, 3000).status_code == 413
    assert send(site, 3000, "PUT").status_code == 200
    assert send(site, 80_000, "PUT").status_code == 413


def test_what_a_form_refuses(site: Site) -> None:
    assert send(site, 10, title="a\x00b").status_code == 400
    missing = site.client.post("/api/v1/pictures/pictures", data={"colour": "red"})
    assert {error["pointer"] for error in missing.json["errors"]} == {"/file", "/colour"}  # type: ignore[index]  # it is
    assert send(site, 10, title=["a", "b"]).json["errors"][0]["code"] == "repeated"


def test_headers_and_path(site: Site) -> None:
    answer = site.client.get("/api/v1/pictures/traced/12", headers={"X-Trace": "۷"})
    assert answer.json == [{"trace": 7}, {"size": 12}, "12"]
    wrong = site.client.get("/api/v1/pictures/traced/big", headers={"X-Trace": "7"})
    assert wrong.json is not None
    assert wrong.json["errors"][0]["pointer"] == "/path/size"
    absent = site.client.get("/api/v1/pictures/traced/1")
    assert absent.json is not None
    assert absent.json["errors"][0]["pointer"] == "/headers/X-Trace"
