"""From draft to published and back: by whom, with what history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from asoud_category.testing import make_attribute, make_category
from asoud_market.models import Status as MarketStatus
from asoud_market.services import life as market_life
from asoud_market.services.places import set_location
from asoud_market.testing import publish_market, some_city
from asoud_product.models import Product, Status
from asoud_product.testing import API
from sqlalchemy import select

from addon_sdk import Principal, acting_as

DECISIONS = f"{API}/all/decisions"


@pytest.fixture
def complete(app: Any, owner: Any, mine: str, product: dict[str, Any], change: Any) -> str:
    """The path of a product that could be published."""
    from asoud_market.testing import some_category

    path = f"{mine}/{product['id']}"
    with app.app_context():
        category = str(some_category())
    assert change(owner, path, {"description": "تازه از تنور", "category_id": category}).status_code == 200
    assert owner.post(f"{path}/pictures", json={"file_id": owner.upload("product.picture")}).status_code == 201
    return path


def _move(caller: Any, path: str, to: str) -> Any:
    return caller.post(f"{path}/moves", json={"to": to})


def _decide(staff: Any, path: str, to: str, **values: Any) -> Any:
    product_id = path.rsplit("/", 1)[1]
    (found,) = [each for each in staff.get(f"{API}/all/products").json["items"] if each["id"] == product_id]
    seen = {"id": product_id, "version": found["version"]}
    return staff.post(DECISIONS, json={"to": to, "products": [{**seen, **values}], "reason": "دیدیم"})


def test_what_is_missing_is_named(owner: Any, mine: str, product: dict[str, Any]) -> None:
    path = f"{mine}/{product['id']}"
    answer = _move(owner, path, "queue")
    assert answer.status_code == 422
    assert answer.json["code"] == "product.incomplete"
    named = [error["pointer"] for error in answer.json["errors"]]
    assert named == owner.get(f"{path}/actions").json["missing"]
    assert set(named) == {"/description", "/pictures", "/category_id"}


def test_the_site_s_staff_publishes_and_everybody_sees(client: Any, owner: Any, staff: Any, complete: str) -> None:
    public = f"{API}/products/{complete.rsplit('/', 1)[1]}"
    assert _move(owner, complete, "queue").json["status"] == "queue"
    assert client.get(public).status_code == 404
    assert _decide(staff, complete, "published").status_code == 204
    assert client.get(public).status_code == 200
    changes = owner.get(f"{complete}/changes").json["items"]
    assert [(each["actor"], each["to_status"]) for each in changes[:2]] == [("admin", "published"), ("owner", "queue")]


def test_nobody_publishes_his_own_product(owner: Any, complete: str) -> None:
    _move(owner, complete, "queue")
    answer = _move(owner, complete, "published")
    assert answer.status_code == 409
    assert answer.json["code"] == "product.move_not_allowed"
    assert answer.json["allowed"] == ["not_published"]


def test_a_decision_on_what_has_changed_since_is_refused(owner: Any, staff: Any, complete: str) -> None:
    _move(owner, complete, "queue")
    answer = _decide(staff, complete, "published", version=1)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/products/0/version"


def test_an_edit_requeues_but_a_price_does_not(owner: Any, staff: Any, complete: str, change: Any) -> None:
    _move(owner, complete, "queue")
    _decide(staff, complete, "published")
    cheaper = change(owner, complete, {"main_price": {"amount": 200_000, "currency": "IRR"}})
    assert cheaper.json["status"] == "published"
    assert change(owner, complete, {"name": "نان تازه"}).json["status"] == "queue"


def test_without_reviews_a_product_is_published_at_once(app: Any, owner: Any, complete: str) -> None:
    with app.app_context():
        app.extensions["asoud"].preferences.set("product.reviews", False)
    assert _move(owner, complete, "queue").json["status"] == "published"


def test_products_follow_their_market(
    app: Any, client: Any, jobs: Any, market: UUID, published: Any, owner: Any
) -> None:
    from asoud_market.models import Status
    from asoud_market.services import life

    from addon_sdk import Principal, acting_as

    path = f"{API}/products/{published()}"
    with app.app_context(), acting_as(Principal(user_id=owner.user_id)):
        life.move(market, Status.PAID_NON_PUBLICATION)
    assert client.get(path).status_code == 404, "at once, before any event is delivered"
    jobs.run()
    assert client.get(f"{API}/products").json["items"] == []


def test_what_waits_or_is_published_stays_complete(owner: Any, staff: Any, complete: str, change: Any) -> None:
    _move(owner, complete, "queue")
    picture = owner.get(f"{complete}/pictures").json["items"][0]["id"]
    for turn in ("queue", "published"):
        refused = change(owner, complete, {"description": ""})
        assert (refused.status_code, refused.json["code"]) == (422, "product.incomplete"), turn
        assert owner.delete(f"{complete}/pictures/{picture}").status_code == 422, turn
        _decide(staff, complete, "published")
    found = owner.get(complete).json
    assert (found["status"], len(found["pictures"]), found["description"]) == ("published", 1, "تازه از تنور")


def test_an_edit_makes_nothing_new(client: Any, owner: Any, staff: Any, mine: str, published: Any, change: Any) -> None:
    first, second = published(name="کره"), published(name="پنیر")
    change(owner, f"{mine}/{first}", {"name": "کرهٔ محلی"})
    _decide(staff, f"{mine}/{first}", "published")
    assert [each["id"] for each in client.get(f"{API}/products").json["items"]] == [second, first]


def test_a_decision_names_what_is_wrong_and_decides_nothing(
    owner: Any, staff: Any, mine: str, published: Any, product: dict[str, Any]
) -> None:
    found = published()
    (seen,) = [each for each in staff.get(f"{API}/all/products").json["items"] if each["id"] == found]
    good = {"id": found, "version": seen["version"]}
    unknown = {"id": "018f0000-0000-7000-8000-000000000000", "version": 1}
    for others, pointer in (([unknown], "/products/1/id"), ([good], "/products/1/version")):
        answer = staff.post(DECISIONS, json={"to": "needs_editing", "products": [good, *others]})
        assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    draft = {"id": product["id"], "version": 1}
    answer = staff.post(DECISIONS, json={"to": "needs_editing", "products": [good, draft]})
    assert (answer.status_code, answer.json["product_id"]) == (409, product["id"])
    assert owner.get(f"{mine}/{found}").json["status"] == "published"
    assert staff.post(DECISIONS, json={"to": "inactive", "products": [good, draft]}).status_code == 204
    assert owner.patch(f"{mine}/{found}", json={"name": "نو"}, headers={"If-Match": "*"}).json["code"] == (
        "product.not_editable"
    )


def test_what_its_category_has_come_to_require_is_asked_for_when_it_is_decided(
    app: Any, staff: Any, published: Any, db: Any, owner: Any, mine: str, change: Any
) -> None:
    phones = make_category(app, "گوشی", slug="phones")
    product = published(category_id=phones)
    assert change(owner, f"{mine}/{product}", {"description": "تازه"}).json["status"] == "queue"
    make_attribute(app, phones, "imei", required=True)
    (version,) = db.all(select(Product.version))
    answer = staff.post(
        f"{API}/all/decisions", json={"to": "published", "products": [{"id": product, "version": version}]}
    )
    assert (answer.status_code, answer.json["code"]) == (422, "product.incomplete")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/attributes/imei"]
    assert db.all(select(Product.status)) == [Status.QUEUE]


def test_products_follow_their_market_whatever_happens_to_it(
    app: Any, owner: Any, market: UUID, published: Any, jobs: Any, db: Any
) -> None:
    published()
    jobs.run()
    with app.app_context(), acting_as(Principal(user_id=owner.user_id)):
        market_life.move(market, MarketStatus.PAID_NON_PUBLICATION)
    jobs.run()
    assert db.all(select(Product.is_public)) == [False]
    with app.app_context():
        publish_market(market, owner.user_id)
    jobs.run()
    assert db.all(select(Product.is_public)) == [True]
    with app.app_context(), acting_as(Principal(user_id=owner.user_id)):
        place = {"address": "خیابان نمونه", "postal_code": None, "latitude": None, "longitude": None}
        set_location(market, {**place, "city_id": some_city("Shiraz")})
        city_id = some_city("Shiraz")
    jobs.run()
    assert db.all(select(Product.city_id)) == [city_id]
