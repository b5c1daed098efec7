"""The wrapper around views: gate, context, access, input and answer, in this order."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Response
from marshmallow import EXCLUDE, validate

from kernel.addons.contributions import Contribution
from kernel.context import KERNEL, current_addon
from kernel.errors import NotFound
from kernel.identity.access import authenticated, public, requires
from kernel.identity.throttles import throttle_rule, throttled
from kernel.rest import Blueprint, Schema, fields, raises
from tests.rest.conftest import MakeSite, as_user


class GreetingIn(Schema):
    name = fields.CleanText(20, required=True)
    times = fields.Integer(load_default=1, validate=validate.Range(1, 3))


class GreetingOut(Schema):
    text = fields.String()
    addon = fields.String()


class LooseQuery(Schema):
    token = fields.String()

    class Meta:
        unknown = EXCLUDE


def hello() -> Blueprint:
    blp = Blueprint("hello", "asoud_hello", description="Greets.")

    @blp.get("/greetings/<name>")
    @public
    def get_greeting(name: str) -> dict[str, str]:
        """Greet somebody by name."""
        return {"greeting": f"سلام {name}"}

    @blp.post("/greetings")
    @blp.arguments(GreetingIn)
    @blp.response(201, GreetingOut)
    @public
    def add_greeting(greeting: dict[str, Any]) -> Any:
        return {"text": f"{greeting['name']} {greeting['times']}", "addon": current_addon()}

    @blp.get("/callback")
    @blp.arguments(LooseQuery, location="query")
    @public
    def get_callback(query: dict[str, str]) -> Any:
        return query

    @public
    @blp.delete("/greetings/<uuid:greeting_id>")
    @raises(NotFound)
    @blp.response(204)
    def delete_greeting(greeting_id: UUID) -> None:
        return None

    @blp.get("/me")
    @authenticated
    def get_me() -> Any:
        return {}, 200, {"X-Kind": "me"}

    @blp.put("/secret")
    @requires("hello.edit")
    def set_secret() -> Any:
        return Response("made by hand", 202, content_type="text/plain")

    return blp


def test_a_plain_view_answers_json(make_site: MakeSite) -> None:
    answer = make_site(hello()).client.get("/api/v1/hello/greetings/دنیا")
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    assert answer.json == {"greeting": "سلام دنیا"}
    assert answer.headers["X-Request-ID"]


def test_input_is_loaded_and_output_dumped_as_code_of_the_owner(make_site: MakeSite) -> None:
    answer = make_site(hello()).client.post("/api/v1/hello/greetings", json={"name": " Ali ", "times": "۲"})
    assert answer.status_code == 201
    assert answer.json == {"text": "Ali 2", "addon": "hello"}
    assert current_addon() == KERNEL


def test_each_wrong_field_is_named_with_its_rule(make_site: MakeSite) -> None:
    answer = make_site(hello()).client.post("/api/v1/hello/greetings", json={"times": 9, "nmae": "x"})
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["code"] == "validation_failed"
    assert {(error["pointer"], error["code"]) for error in answer.json["errors"]} == {
        ("/name", "required"),
        ("/times", "range"),
        ("/nmae", "unknown_field"),
    }


def test_messages_follow_the_clients_language(make_site: MakeSite) -> None:
    client = make_site(hello()).client
    english = client.post("/api/v1/hello/greetings", json={}, headers={"Accept-Language": "en"})
    persian = client.post("/api/v1/hello/greetings", json={}, headers={"Accept-Language": "fa"})
    assert english.json is not None
    assert persian.json is not None
    assert english.json["errors"][0]["message"] == "Missing data for required field."
    assert persian.json["errors"][0]["message"] != english.json["errors"][0]["message"]
    assert persian.json["title"] != english.json["title"]


def test_an_unknown_query_parameter_is_named(make_site: MakeSite) -> None:
    answer = make_site(hello()).client.get("/api/v1/hello/greetings/x?sport=1&a~b=2&sport=3")
    assert answer.status_code == 400
    assert answer.json is not None
    assert [error["pointer"] for error in answer.json["errors"]] == ["/query/sport", "/query/a~0b"]
    assert answer.json["errors"][0]["code"] == "unknown_parameter"


def test_a_schema_may_let_unknown_parameters_pass(make_site: MakeSite) -> None:
    assert make_site(hello()).client.get("/api/v1/hello/callback?token=1&bank=2").json == {"token": "1"}


def test_nul_in_the_path_is_refused(make_site: MakeSite) -> None:
    assert make_site(hello()).client.get("/api/v1/hello/greetings/a%00b").status_code == 400


def test_a_view_may_say_how_long_its_answer_is_good(make_site: MakeSite) -> None:
    blp = Blueprint("lasting", "asoud_lasting")

    @blp.get("/stone")
    @public
    def get_stone() -> Any:
        return {}, 200, {"Cache-Control": "max-age=60"}

    answer = make_site(blp).client.get("/api/v1/lasting/stone")
    assert answer.headers.getlist("Cache-Control") == ["max-age=60"]
    assert answer.headers["ETag"]


def test_head_has_the_headers_without_the_body(make_site: MakeSite) -> None:
    client = make_site(hello()).client
    get, head = (client.open("/api/v1/hello/greetings/x", method=method) for method in ("GET", "HEAD"))
    assert head.data == b""
    assert head.headers.getlist("Content-Length") == get.headers.getlist("Content-Length") == [str(len(get.data))]
    assert head.headers["ETag"] == get.headers["ETag"]


def test_a_header_cannot_be_split(make_site: MakeSite) -> None:
    blp = Blueprint("split", "asoud_split")

    @blp.get("/x")
    @public
    def get_x() -> Any:
        return {}, 200, {"X-Name": "a\r\nSet-Cookie: b"}

    assert make_site(blp).client.get("/api/v1/split/x").status_code == 500


def test_callbacks_of_a_response_are_kept(make_site: MakeSite) -> None:
    closed: list[int] = []
    site = make_site(hello())

    @site.app.after_request
    def watch(response: Response) -> Response:
        response.call_on_close(lambda: closed.append(1))
        return response

    answer = site.client.get("/api/v1/hello/greetings/x")
    assert answer.json == {"greeting": "سلام x"}
    answer.close()
    assert closed == [1]


def test_no_cookie_is_ever_set(make_site: MakeSite) -> None:
    blp = Blueprint("cookies", "asoud_cookies")

    @blp.get("/x")
    @public
    def get_x() -> Any:
        from flask import session

        return dict(session)

    answer = make_site(blp).client.get("/api/v1/cookies/x")
    assert answer.json == {}
    assert "Set-Cookie" not in answer.headers


def test_a_parameter_sent_twice_is_refused(make_site: MakeSite) -> None:
    answer = make_site(hello()).client.get("/api/v1/hello/callback?token=1&token=2")
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["code"] == "repeated"


def test_a_disabled_addon_answers_nothing_and_comes_back(make_site: MakeSite) -> None:
    site = make_site(hello())
    site.switch("hello", on=False)
    answer = site.client.get("/api/v1/hello/me")
    assert (answer.status_code, answer.json and answer.json["code"]) == (404, "addon_disabled")
    site.switch("hello", on=True)
    assert site.client.get("/api/v1/hello/greetings/x").status_code == 200


def test_access_comes_before_input(make_site: MakeSite) -> None:
    client = make_site(hello()).client
    assert client.get("/api/v1/hello/me?unknown=1").status_code == 401
    assert client.put("/api/v1/hello/secret?unknown=1").status_code == 401
    with as_user(uuid4()):
        assert client.put("/api/v1/hello/secret").status_code == 403
        assert client.get("/api/v1/hello/me").headers["X-Kind"] == "me"
    with as_user(uuid4(), "hello.edit"):
        answer = client.put("/api/v1/hello/secret")
        assert (answer.status_code, answer.text) == (202, "made by hand")


def test_no_content_has_neither_body_nor_type(make_site: MakeSite) -> None:
    answer = make_site(hello()).client.delete(f"/api/v1/hello/greetings/{uuid4()}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert "Content-Type" not in answer.headers


def test_limits_stand_in_headers_and_refuse(make_site: MakeSite, redis_url: str) -> None:
    blp = Blueprint("limited", "asoud_limited")
    rule = throttle_rule("ask", 1, 60, by="global")

    @blp.get("/ask")
    @throttled(rule.key)
    @public
    def get_ask() -> Any:
        return {}

    site = make_site(blp, redis_url=redis_url)
    site.add(Contribution("throttle", rule.key, "limited", "asoud_limited", rule))
    assert site.client.get("/api/v1/limited/ask").headers["RateLimit-Remaining"] == "0"
    answer = site.client.get("/api/v1/limited/ask")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_forgotten_rule_never_opens_a_view(make_site: MakeSite) -> None:
    blp = Blueprint("careless", "asoud_careless")

    @blp.get("/all")
    def get_all() -> Any:
        return {"secret": 1}

    assert make_site(blp).client.get("/api/v1/careless/all").status_code == 500


@pytest.mark.parametrize("methods", [["GET", "POST"], ["PURGE"]])
def test_a_view_has_one_known_method(methods: list[str]) -> None:
    with pytest.raises(TypeError, match="one method per view"):
        Blueprint("methods", "asoud_methods").route("/x", methods=methods)(lambda: None)


def test_a_view_is_a_function() -> None:
    with pytest.raises(TypeError, match="views are functions"):
        Blueprint("classes", "asoud_classes").get("/x")(dict)


def test_an_addon_cannot_choose_its_prefix() -> None:
    with pytest.raises(TypeError, match="/api/v1/rogue"):
        Blueprint("rogue", "asoud_rogue", url_prefix="/elsewhere")


def test_only_our_schemas_and_known_locations() -> None:
    blp = Blueprint("wrong", "asoud_wrong")
    with pytest.raises(TypeError, match="not a schema"):
        blp.response(200, dict)  # type: ignore[arg-type]  # what is refused
    with pytest.raises(TypeError, match="location"):
        blp.arguments(GreetingIn, location="cookies")
