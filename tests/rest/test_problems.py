"""Whatever goes wrong, the client gets a problem, and no more than he may know."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import redis
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from kernel.db import DatabaseAway, session
from kernel.errors import Problem
from kernel.identity.access import public
from kernel.rest import Blueprint, Invalid, Schema, fields, problem_of
from kernel.rest.validation import field_errors, validation_problem
from tests.rest.conftest import MakeSite, Site


class Broke(Problem):
    status, code, title = 402, "shop.broke", "Not enough money."


class Anything(Schema):
    value = fields.Raw(allow_none=True)


def shop(act: Callable[[], Any]) -> Blueprint:
    blp = Blueprint("shop", "asoud_shop")

    @blp.get("/act")
    @public
    def get_act() -> Any:
        return act()

    @blp.post("/anything")
    @blp.arguments(Anything)
    @public
    def add_anything(body: Any) -> Any:
        return body

    @blp.post("/optional")
    @blp.arguments(Anything, required=False)
    @public
    def add_optional(body: Any) -> Any:
        return body

    return blp


def fail(error: Exception) -> Callable[[], Any]:
    def act() -> Any:
        raise error

    return act


CASES = [
    (Broke("you owe 5", rest=5), 402, "shop.broke"),
    (DatabaseAway(), 503, "service_unavailable"),
    (ValidationError({"x": ["bad"]}), 422, "validation_failed"),
    (redis.ConnectionError("away"), 503, "service_unavailable"),
    (redis.TimeoutError("slow"), 503, "service_unavailable"),
    (sa.exc.TimeoutError("pool"), 503, "service_unavailable"),
    (sa.exc.IntegrityError("insert", {}, Exception("unique")), 409, "conflict"),
    (sa.exc.DataError("insert", {}, Exception("too long")), 400, "bad_request"),
    (RuntimeError("the secret is 42"), 500, "internal_error"),
]


@pytest.mark.parametrize(("error", "status", "code"), CASES)
def test_errors_become_problems(make_site: MakeSite, error: Exception, status: int, code: str) -> None:
    answer = make_site(shop(fail(error))).client.get("/api/v1/shop/act")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert (answer.json["code"], answer.json["status"]) == (code, status)
    assert answer.json["type"] == f"/problems/{code}"
    assert "secret" not in answer.text
    assert ("Retry-After" in answer.headers) == (status == 503)


def test_a_problem_has_detail_and_extra_members(make_site: MakeSite) -> None:
    answer = make_site(shop(fail(Broke("you owe 5", rest=5)))).client.get("/api/v1/shop/act")
    assert answer.json is not None
    assert (answer.json["detail"], answer.json["rest"]) == ("you owe 5", 5)


def test_extra_members_cannot_take_the_place_of_a_problems_own() -> None:
    with pytest.raises(TypeError, match="Broke: status is what every problem says"):
        Broke(status="closed")


@pytest.mark.parametrize("debug", [True, False])
def test_debug_and_testing_change_nothing(make_site: MakeSite, debug: bool) -> None:
    site = make_site(shop(fail(RuntimeError("the secret is 42"))), debug=debug)
    site.app.testing = True
    assert site.client.get("/api/v1/shop/act").status_code == 500


def test_what_http_refuses(make_site: MakeSite) -> None:
    client = make_site(shop(dict), max_body_bytes=200).client
    missing = client.get("/nowhere")
    wrong = client.put("/api/v1/shop/act")
    large = client.post("/api/v1/shop/anything", json={"value": "x" * 300})
    other = client.post("/api/v1/shop/anything", data="x=1", content_type="application/x-www-form-urlencoded")
    for answer, status, code in (
        (missing, 404, "not_found"),
        (wrong, 405, "method_not_allowed"),
        (large, 413, "payload_too_large"),
        (other, 415, "unsupported_media_type"),
    ):
        assert (answer.status_code, answer.json and answer.json["code"]) == (status, code)
        assert answer.headers["X-Request-ID"]
    assert "GET" in wrong.headers["Allow"]


def test_an_http_error_without_a_problem_of_its_own(make_site: MakeSite) -> None:
    from werkzeug.exceptions import ImATeapot

    answer = make_site(shop(fail(ImATeapot()))).client.get("/api/v1/shop/act")
    assert (answer.status_code, answer.json and answer.json["code"]) == (418, "im_a_teapot")


def test_redirects_stay_redirects(make_site: MakeSite) -> None:
    from werkzeug.routing import RequestRedirect

    answer = make_site(shop(fail(RequestRedirect("/elsewhere")))).client.get("/api/v1/shop/act")
    assert (answer.status_code, answer.headers["Location"]) == (308, "/elsewhere")


def post(site: Site, body: bytes, path: str = "anything") -> Any:
    return site.client.post(f"/api/v1/shop/{path}", data=body, content_type="application/json")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nothing",
        b'{"value": NaN}',
        b'{"value": ' + b"9" * 500 + b"}",
        b'{"value": Infinity}',
        b'{"value": "\xff"}',
        b'{"value": "\\ud800"}',
        b'{"value": "a\\u0000b"}',
        b'{"a\\u0000b": 1}',
        b"[" * 100_000,
        b'{"value": ' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"value": ' + b'{"a":' * 32 + b"{}" + b"}" * 32 + b"}",
    ],
)
def test_bodies_that_cannot_be_read(make_site: MakeSite, body: bytes) -> None:
    answer = post(make_site(shop(dict)), body)
    assert (answer.status_code, answer.json["code"]) == (400, "bad_request")
    assert answer.json["detail"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"value": "a\\u0000b"}', "/value"),
        (b'{"value": [1, {"a/b": "\\u0000"}]}', "/value/1/a~1b"),
        (b'{"value": {"a\\u0000b": 1}}', "/value"),
    ],
)
def test_a_nul_character_is_found(make_site: MakeSite, body: bytes, pointer: str) -> None:
    errors = post(make_site(shop(dict)), body).json["errors"]
    assert [(error["pointer"], error["code"]) for error in errors] == [(pointer, "nul")]


@pytest.mark.parametrize(
    "body",
    [
        b'{"value": "a\\\\u0000b"}',
        b'{"value": ' + b"[" * 31 + b"]" * 31 + b"}",
        b'{"value": ' + b"9" * 30 + b"}",
        '{"value": "سلام"}'.encode(),
        b'{"value": [{"a": 1}, {"a": 2}, "x\\": y"]}',
    ],
)
def test_bodies_that_are_unusual_but_good(make_site: MakeSite, body: bytes) -> None:
    assert post(make_site(shop(dict)), body).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b'{"value": 1, "value": 2}',
        b'{"value": 1, "other": "x\\": ", "v\\u0061lue" : 2}',
        b'{"value": {"inner": 1, "inner": 1}}',
        b'[{"value": 1, "value": 1}]',
    ],
)
def test_a_field_that_comes_twice_is_refused(make_site: MakeSite, body: bytes) -> None:
    answer = make_site(shop(dict)).client.post(
        "/api/v1/shop/anything", data=body, content_type="application/json", headers={"Accept-Language": "en"}
    )
    assert (answer.status_code, answer.json["code"]) == (400, "bad_request")
    assert answer.json["detail"] in ("The body has the field value twice.", "The body has the field inner twice.")


def test_an_optional_body_may_be_absent(make_site: MakeSite) -> None:
    assert post(make_site(shop(dict)), b"", "optional").json == {}


def test_a_body_of_the_wrong_type_is_named_as_a_whole(make_site: MakeSite) -> None:
    answer = post(make_site(shop(dict)), b"[]")
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "")


def test_a_number_in_the_path_that_no_column_holds(make_site: MakeSite, database_url: str) -> None:
    blp = Blueprint("numbers", "asoud_numbers")

    @blp.get("/<int:number>")
    @public
    def get_number(number: int) -> Any:
        return {"found": session().scalar(sa.select(sa.literal(1, sa.BigInteger) == sa.bindparam("n", number)))}

    client = make_site(blp, database_url=database_url).client
    assert client.get("/api/v1/numbers/1").status_code == 200
    for digits in (30, 5000):
        assert client.get(f"/api/v1/numbers/{'9' * digits}").status_code in (400, 404)


def test_nul_in_the_query(make_site: MakeSite) -> None:
    assert make_site(shop(dict)).client.get("/api/v1/shop/act?x=%00").status_code == 400


def test_too_many_parameters(make_site: MakeSite) -> None:
    query = "&".join("a=1" for _ in range(300))
    assert make_site(shop(dict)).client.get(f"/api/v1/shop/act?{query}").status_code == 400


class Line(Schema):
    amount = fields.Integer(required=True)


class Order(Schema):
    lines = fields.List(fields.Nested(Line))
    more = fields.Nested(Line, many=True)
    prices = fields.Dict(fields.String(validate=lambda text: None), fields.Nested(Line))
    pair = fields.List(fields.Integer())


def test_pointers_lead_to_the_field() -> None:
    with pytest.raises(ValidationError) as caught:
        Order().load(
            {
                "lines": [{"amount": 1}, {"amount": "x"}],
                "more": [{"amount": 1}, {}],
                "prices": {"a/b~c": {"amount": "x"}},
                "pair": [1, None],
            }
        )
    found = {(error.pointer, error.code) for error in field_errors(caught.value.messages, schema=Order())}
    assert found == {
        ("/lines/1/amount", "invalid"),
        ("/more/1/amount", "required"),
        ("/prices/a~1b~0c/amount", "invalid"),
        ("/pair/1", "null"),
    }


def test_rules_of_ones_own_have_their_code() -> None:
    def check(value: int) -> None:
        raise Invalid("too_young", "Must be {age} or older.", age=18)

    kind = Schema.from_dict({"age": fields.Integer(validate=check), "x": fields.Integer(validate=fail_plainly)})
    with pytest.raises(ValidationError) as caught:
        kind().load({"age": 3, "x": 1})
    errors = {error.pointer: error for error in validation_problem(caught.value).errors}
    assert (errors["/age"].code, errors["/age"].message) == ("too_young", "Must be 18 or older.")
    assert (errors["/x"].code, errors["/x"].message) == ("invalid", "No.")


def fail_plainly(value: int) -> None:
    raise ValidationError("No.")


def test_a_validator_may_report_a_tree() -> None:
    def check(value: Any) -> None:
        raise ValidationError({"inside": ["Wrong."]})

    kind = Schema.from_dict({"x": fields.Raw(validate=check)})
    with pytest.raises(ValidationError) as caught:
        kind().load({"x": 1})
    assert [error.pointer for error in field_errors(caught.value.messages)] == ["/x/inside"]


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.recursive(st.text() | st.none(), lambda part: st.lists(part) | st.dictionaries(st.text(), part)))
def test_any_tree_of_messages_becomes_a_list(messages: Any) -> None:
    for error in field_errors(messages):
        assert json.dumps(error.to_dict())


def test_problem_of_is_for_sockets_too() -> None:
    assert problem_of(RuntimeError("x")).code == "internal_error"
    assert problem_of(Broke()).code == "shop.broke"
