"""Reads that were made before: ETags, versions, and answers kept as bytes."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Response

from kernel.db import new_id, now
from kernel.errors import NotFound
from kernel.identity.access import authenticated, public
from kernel.rest import Blueprint, Schema, cached, etag, fields
from kernel.rest.etags import etag_of_version, matches
from tests.rest.conftest import MakeSite, as_user


class NewsSchema(Schema):
    count = fields.Integer()


class NewsQuery(Schema):
    page = fields.Integer()
    day = fields.Integer()


class Counter:
    """How often the views below really ran."""

    def __init__(self) -> None:
        self.ran = 0
        self.version = 1

    def __call__(self) -> dict[str, int]:
        self.ran += 1
        return {"count": self.ran}


def news(counter: Counter) -> Blueprint:
    blp = Blueprint("news", "asoud_news")

    @blp.get("/plain")
    @blp.response(200, NewsSchema)
    @public
    def get_plain() -> Any:
        return {"count": counter.version}

    @blp.get("/versioned/<int:number>")
    @etag(lambda number: version(number))
    @public
    def get_versioned(number: int) -> Any:
        return counter()

    def version(number: int) -> int:
        if number > 9:
            raise NotFound
        return counter.version

    @blp.get("/kept")
    @blp.arguments(NewsQuery, location="query")
    @blp.response(200, NewsSchema)
    @cached(seconds=60, tags=["news"])
    @public
    def list_kept(query: Any) -> Any:
        return counter()

    @blp.get("/kept/<name>")
    @blp.response(200, NewsSchema)
    @cached(seconds=60, tags=lambda name: [f"news:{name}"])
    @public
    def get_kept(name: str) -> Any:
        if name == "none":
            raise NotFound
        return counter()

    @blp.get("/mine")
    @blp.response(200, NewsSchema)
    @cached(seconds=60)
    @authenticated
    def get_mine() -> Any:
        return counter()

    @blp.get("/ours")
    @blp.response(200, NewsSchema)
    @cached(seconds=60, shared=True)
    @authenticated
    def get_ours() -> Any:
        return counter()

    @blp.get("/stream")
    @public
    def get_stream() -> Any:
        return Response(iter([b"a", b"b"]), content_type="text/plain")

    @blp.get("/tuple")
    @public
    def get_tuple() -> Any:
        return Response(b""), 200

    return blp


def test_a_read_has_the_etag_of_its_bytes(make_site: MakeSite) -> None:
    counter = Counter()
    site = make_site(news(counter))
    first = site.client.get("/api/v1/news/plain")
    known = {"If-None-Match": first.headers["ETag"]}
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert site.client.get("/api/v1/news/plain", headers=known).status_code == 304
    weak = {"If-None-Match": f'"x", W/{known["If-None-Match"]}'}
    assert site.client.get("/api/v1/news/plain", headers=weak).status_code == 304
    site.switch("elsewhere", on=True)
    assert site.client.get("/api/v1/news/plain", headers=known).status_code == 200
    counter.version = 2
    assert site.client.get("/api/v1/news/plain", headers=known).status_code == 200


def test_a_version_saves_the_view(make_site: MakeSite) -> None:
    counter = Counter()
    client = make_site(news(counter)).client
    first = client.get("/api/v1/news/versioned/1")
    known = {"If-None-Match": first.headers["ETag"]}
    again = client.get("/api/v1/news/versioned/1", headers=known)
    assert (again.status_code, again.data, counter.ran) == (304, b"", 1)
    assert "Content-Type" not in again.headers
    counter.version = 2
    assert client.get("/api/v1/news/versioned/1", headers=known).status_code == 200
    assert client.get("/api/v1/news/versioned/10").status_code == 404


def test_streams_and_other_answers_have_no_etag(make_site: MakeSite) -> None:
    client = make_site(news(Counter())).client
    answer = client.get("/api/v1/news/stream")
    assert answer.data == b"ab"
    assert "ETag" not in answer.headers
    assert client.get("/api/v1/news/tuple").status_code == 500


def test_a_moment_is_a_version() -> None:
    moment = now()
    assert etag_of_version(moment, 1) == etag_of_version(moment.isoformat(), 1) != etag_of_version(moment, 2)
    assert matches("*", "anything")


def test_kept_answers_are_not_made_again(make_site: MakeSite, redis_url: str) -> None:
    counter = Counter()
    site = make_site(news(counter), redis_url=redis_url)
    first, second = (site.client.get("/api/v1/news/kept?page=1&day=2") for _ in range(2))
    assert (first.json, second.json, counter.ran) == ({"count": 1}, {"count": 1}, 1)
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert "Accept-Language" in first.headers["Vary"]
    assert site.client.get("/api/v1/news/kept?day=2&page=1").json == {"count": 1}
    known = {"If-None-Match": first.headers["ETag"]}
    assert site.client.get("/api/v1/news/kept?day=2&page=1", headers=known).status_code == 304
    assert site.client.get("/api/v1/news/kept?day=3").json == {"count": 2}
    assert site.client.get("/api/v1/news/kept", headers={"Accept-Language": "en"}).json == {"count": 3}
    assert site.client.get("/api/v1/news/kept", headers={"Accept-Language": "fa"}).json == {"count": 4}


def test_a_tag_drops_its_answers(make_site: MakeSite, redis_url: str) -> None:
    counter = Counter()
    site = make_site(news(counter), redis_url=redis_url)
    for name in ("a", "b", "a"):
        site.client.get(f"/api/v1/news/kept/{name}")
    assert counter.ran == 2
    with site.app.app_context():
        from kernel.context import in_addon

        with in_addon("news"):
            site.platform.cache.drop_tags("news:a")
    assert site.client.get("/api/v1/news/kept/b").json == {"count": 2}
    assert site.client.get("/api/v1/news/kept/a").json == {"count": 3}


def test_refusals_are_not_kept(make_site: MakeSite, redis_url: str) -> None:
    counter = Counter()
    site = make_site(news(counter), redis_url=redis_url)
    assert [site.client.get("/api/v1/news/kept?nothing=1").status_code for _ in range(2)] == [400, 400]
    assert site.client.get("/api/v1/news/kept/none").status_code == 404
    assert counter.ran == 0


@pytest.mark.parametrize(("path", "runs"), [("mine", 2), ("ours", 1)])
def test_answers_belong_to_their_caller(make_site: MakeSite, redis_url: str, path: str, runs: int) -> None:
    counter = Counter()
    site = make_site(news(counter), redis_url=redis_url)
    for user in (new_id(), new_id()):
        with as_user(user):
            for _ in range(2):
                assert site.client.get(f"/api/v1/news/{path}").status_code == 200
    assert counter.ran == runs
    assert site.client.get(f"/api/v1/news/{path}").status_code == 401


def test_kept_answers_stay_behind_the_gate(make_site: MakeSite, redis_url: str) -> None:
    site = make_site(news(Counter()), redis_url=redis_url)
    assert site.client.get("/api/v1/news/kept").status_code == 200
    site.switch("news", on=False)
    assert site.client.get("/api/v1/news/kept").status_code == 404


def test_without_redis_answers_are_made(make_site: MakeSite) -> None:
    site = make_site(news(Counter()), redis_url="redis://127.0.0.1:1/0")
    assert site.client.get("/api/v1/news/kept").status_code == 200
