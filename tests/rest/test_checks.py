"""Boot checks: each finding names the owners, the rule and the mend."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.errors import NotFound, Problem
from kernel.identity.access import public, requires
from kernel.rest import (
    Blueprint,
    ListQuery,
    Schema,
    blueprint_rules,
    cached,
    check_blueprint,
    contended,
    fields,
    idempotent,
    raises,
    route_problems,
    routes,
)
from tests.rest.conftest import MakeSite
from tests.rest.test_lists import Thing


class Bare(Problem):
    code = "bare_name"


class Keyless(ListQuery):
    pass


class Unsorted(ListQuery):
    class Meta:
        key = Thing.id
        default_sort = "-colour"


class Broken(Schema):
    part = fields.Nested("NoSuchSchema")


def fine(name: str = "fine") -> Blueprint:
    blp = Blueprint(name, f"asoud_{name}")

    @blp.get("/items/<uuid:item_id>")
    @requires("fine.read")
    @raises(NotFound)
    def get_item(item_id: Any) -> Any:
        return {}

    return blp


def test_nothing_is_wrong_with_a_good_blueprint() -> None:
    blp = fine()
    assert check_blueprint(blp, [fine("other")]) == []
    assert blueprint_rules(blp) == {("/api/v1/fine/items/<uuid:item_id>", "GET")}


def view(**marks: Any) -> Any:
    def act(**path: Any) -> Any:
        return {}

    act.__name__ = marks.pop("name", "act")
    return act


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (lambda blp: blp.get("/x")(view()), "doesn't say who may call it; add @public"),
        (lambda blp: blp.get("x")(public(view())), "must begin with /"),
        (lambda blp: blp.get("/x")(public(idempotent(view()))), "@idempotent is for POST"),
        (lambda blp: blp.post("/x")(public(cached(seconds=1)(view()))), "@cached is for GET"),
        (lambda blp: blp.post("/x")(public(contended(lambda: 1)(view()))), "@contended is for PUT"),
        (lambda blp: blp.put("/x")(public(contended(lambda: 1)(view()))), "no GET gives its version; add @etag(...)"),
        (lambda blp: blp.get("/x")(public(blp.arguments(Keyless)(view()))), "name the model, or a unique column"),
        (lambda blp: blp.get("/x")(public(blp.arguments(Unsorted)(view()))), "'-colour' is not one of its sorts"),
        (lambda blp: blp.get("/x")(public(blp.response(200, Broken)(view()))), "a schema of it cannot be made"),
        (lambda blp: blp.post("/x")(public(raises(Bare)(view()))), "'bare_name' of Bare must be <addon>.<name>"),
    ],
)
def test_each_rule_is_named(build: Any, sentence: str) -> None:
    blp = Blueprint("faulty", "asoud_faulty")
    build(blp)
    found = check_blueprint(blp)
    assert any(sentence in finding for finding in found)
    assert all(finding.startswith("faulty: ") for finding in found)


def test_routes_and_names_that_are_taken() -> None:
    blp = Blueprint("doubled", "asoud_doubled")
    blp.get("/items/<int:a>")(public(view(name="get_one")))
    blp.get("/items/<int:b>")(public(view(name="get_other")))
    blp.get("/things")(public(view(name="get_one")))
    one, two = check_blueprint(blp)
    assert "GET /api/v1/doubled/items/<int:b> is served by doubled already" in one
    assert "is the operation doubled_get_one, and so is" in two


def test_schemas_of_one_name() -> None:
    blp = Blueprint("named", "asoud_named")
    for number in (1, 2):
        inner = type("PartSchema", (Schema,), {"__module__": "asoud_named.x", f"f{number}": fields.String()})
        outer = type(f"Whole{number}Schema", (Schema,), {"__module__": "asoud_named.x", "part": fields.Nested(inner)})
        blp.get(f"/{number}")(public(blp.response(200, outer)(view(name=f"get_{number}"))))
    (found,) = check_blueprint(blp)
    assert "both have the public name NamedPart" in found


def test_a_request_schema_that_is_an_answer_too() -> None:
    blp = Blueprint("wished", "asoud_wished")
    wish = type("WishRequestSchema", (Schema,), {"__module__": "asoud_wished.x", "text": fields.String()})
    blp.post("/wishes")(public(blp.arguments(wish)(blp.response(201, wish)(view(name="add_wish")))))
    (found,) = check_blueprint(blp)
    assert "asoud_wished.x.WishRequestSchema is a body and an answer; its name must not end in Request" in found


def test_an_app_can_be_checked_as_a_whole(make_site: MakeSite) -> None:
    blp = Blueprint("careless", "asoud_careless")
    blp.get("/all")(view())
    site = make_site(blp, fine())
    site.app.add_url_rule("/api/v1/fine/items/<uuid:x>", "stolen", public(view()), methods=["GET"])
    found = route_problems(site.app)
    assert any("GET /api/v1/careless/all doesn't say who may call it" in sentence for sentence in found)
    assert any("/api/v1/fine/items/<uuid:x> is served by fine already" in sentence for sentence in found)


def test_the_kernels_own_routes_are_in_order(make_site: MakeSite) -> None:
    app = make_site().app
    assert route_problems(app) == []
    mounted = {(route.method, route.rule): route for route in routes(app)}
    document = mounted["GET", "/api/v1/openapi.json"]
    assert document.owner == "kernel"
    assert document.access is not None
    assert document.access.anonymous


def test_the_base_of_problems_is_no_problem() -> None:
    with pytest.raises(TypeError, match="subclass of Problem"):
        raises(Problem)


def test_every_code_of_the_kernel_is_known(make_site: MakeSite) -> None:
    registry = make_site().platform.registry
    assert registry.find("code", "not_found") is not None
    assert registry.find("code", "idempotency_key_reused") is not None
