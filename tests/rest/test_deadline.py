"""A request that takes too long gets a problem that says so, and leaves nothing half done."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import select, text
from werkzeug.test import encode_multipart

from kernel.clock import FrozenClock
from kernel.db import session, transaction
from kernel.deadline import time_left
from kernel.identity.access import public
from kernel.rest import Blueprint, Schema, fields, idempotent
from kernel.rest.endpoint import upload
from kernel.rest.models import IdempotencyKey
from tests.rest.conftest import MakeSite

LONG = 31
"""Seconds; one more than the setting's default."""


class Form(Schema):
    name = fields.String(required=True)


class SlowBody(io.BytesIO):
    """A body that comes over a slow line."""

    clock: FrozenClock

    def read(self, *size: Any) -> bytes:
        self.clock.tick(LONG)
        return super().read(*size)


def slow(clock: FrozenClock) -> Blueprint:
    blp = Blueprint("slow", "asoud_slow", description="Takes its time.")

    @blp.get("/reading")
    @public
    def get_reading() -> Any:
        clock.tick(LONG)
        return {"one": session().execute(text("SELECT 1")).scalar()}

    @blp.post("/payments")
    @idempotent
    @public
    def add_payment() -> Any:
        if not session().scalars(select(IdempotencyKey).where(IdempotencyKey.key == "quick")).all():
            clock.tick(LONG)
        with transaction(nested=True):
            session().execute(text("SELECT 1"))
        return {}

    @blp.post("/papers")
    @upload()
    @blp.arguments(Form, location="form")
    @public
    def add_paper(form: dict[str, str]) -> Any:
        return {"left": time_left()}

    return blp


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_request_that_takes_too_long_is_a_problem(make_site: MakeSite, clock: FrozenClock, language: str) -> None:
    site = make_site(slow(clock))
    answer = site.client.get("/api/v1/slow/reading", headers={"Accept-Language": language})
    assert (answer.status_code, answer.json["code"]) == (503, "request_timeout")
    assert answer.content_type == "application/problem+json"
    assert "Retry-After" in answer.headers
    assert time_left() is None


def test_a_site_may_do_without(make_site: MakeSite, clock: FrozenClock) -> None:
    site = make_site(slow(clock), request_timeout_seconds=0)
    assert site.client.get("/api/v1/slow/reading").json == {"one": 1}


def test_a_key_of_a_request_that_took_too_long_is_free_at_once(make_site: MakeSite, clock: FrozenClock) -> None:
    site = make_site(slow(clock), tables=True)
    late = site.client.post("/api/v1/slow/payments", headers={"Idempotency-Key": "long"})
    assert (late.status_code, late.json["code"]) == (503, "request_timeout")
    with site.app.app_context():
        assert session().scalars(select(IdempotencyKey)).all() == []
    assert site.client.post("/api/v1/slow/payments", headers={"Idempotency-Key": "quick"}).status_code == 200


def test_the_time_of_an_upload_begins_when_it_has_come(make_site: MakeSite, clock: FrozenClock) -> None:
    site = make_site(slow(clock))
    boundary, body = encode_multipart({"name": "x"})
    stream = SlowBody(body)
    stream.clock = clock
    answer = site.client.post(
        "/api/v1/slow/papers",
        content_type=f'multipart/form-data; boundary="{boundary}"',
        input_stream=stream,
        content_length=len(body),
    )
    assert answer.json == {"left": 30.0}, answer.text
