"""What the test plugin says of answers that aren't as the API document has them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Response

from addon_sdk.testing.documented import Documented
from kernel.errors import Conflict
from kernel.identity.access import public
from kernel.rest import Blueprint, Schema, fields
from tests.rest.conftest import MakeSite, Site


class Card(Schema):
    id = fields.Integer()
    note = fields.String(allow_none=True)
    mood = fields.String(metadata={"sometimes": True})


ANSWERS: dict[str, Any] = {
    "good": {"id": 1, "note": None},
    "null": {"id": None, "note": None},
    "less": {"id": 1},
    "type": {"id": 1, "note": [1]},
}


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    blp = Blueprint("cards", "asoud_cards")

    @blp.get("/cards/<name>")
    @blp.response(200, Card)
    @public
    def get_card(name: str) -> Any:
        if name == "conflict":
            raise Conflict
        return Response('{"id": 1, "note": [1]}', content_type="application/json") if name == "type" else ANSWERS[name]

    made = make_site(blp)
    made.documented = Documented(made.app)  # type: ignore[attr-defined]  # for this test
    return made


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("good", None),
        ("null", "$.id"),
        ("less", "'note' is a required"),
        ("type", "$.note"),
        ("conflict", "409, which"),
    ],
)
def test_answers_are_held_to_the_document(site: Site, name: str, wrong: str | None) -> None:
    site.client.get(f"/api/v1/cards/cards/{name}")
    problems = site.documented.problems  # type: ignore[attr-defined]  # see above
    assert len(problems) == (wrong is not None)
    assert all(text.startswith(f"GET /api/v1/cards/cards/{name} answered") and str(wrong) in text for text in problems)


def test_what_stands_in_no_document_is_let_be(site: Site) -> None:
    site.client.get("/api/v1/nothing")
    site.client.get("/api/v1/openapi.json")
    assert site.documented.problems == []  # type: ignore[attr-defined]  # see above
