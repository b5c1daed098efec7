"""The life of a product by its table: each move from each state, which edits are looked at, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from asoud_category.testing import make_attribute, make_category
from asoud_market.testing import some_category
from asoud_product.models import Product, Status
from asoud_product.schemas.products import NewProductSchema
from asoud_product.services.editing import REVIEWED
from asoud_product.testing import API
from sqlalchemy import update

from addon_sdk import session, transaction

ASKED = {
    "draft": {"queue"},
    "queue": {"not_published"},
    "not_published": {"queue"},
    "published": {"not_published"},
    "needs_editing": {"queue"},
    "inactive": set(),
}
"""By state, where the market leads its product."""
DECIDED = {
    "draft": {"inactive"},
    "queue": {"published", "needs_editing", "inactive"},
    "not_published": {"inactive"},
    "published": {"needs_editing", "inactive"},
    "needs_editing": {"inactive"},
    "inactive": {"draft"},
}
"""By state, what the site's staff decides."""
WEBM = b"\x1a\x45\xdf\xa3\x87B\x82\x84webm" + b"\x18\x53\x80\x67\x85V_VP9"


def rials(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "IRR"}


@pytest.fixture
def at(app: Any) -> Callable[[str, str], None]:
    """Puts a product into a state, however it came there."""

    def put(product: str, status: str) -> None:
        with app.app_context(), transaction():
            values = {"status": Status(status), "is_public": status == "published"}
            session().execute(update(Product).where(Product.id == UUID(product)).values(values))

    return put


@pytest.fixture
def decide(staff: Any) -> Callable[[str, str], Any]:
    """Decides on a product as it is now; the answer."""

    def send(product: str, to: str) -> Any:
        (found,) = [each for each in staff.get(f"{API}/all/products").json["items"] if each["id"] == product]
        seen = {"id": product, "version": found["version"]}
        return staff.post(f"{API}/all/decisions", json={"to": to, "products": [seen], "reason": "دیدیم"})

    return send


@pytest.mark.parametrize("status", [each.value for each in Status])
def test_each_request_is_answered_by_the_table(
    owner: Any, mine: str, published: Any, at: Any, decide: Any, status: str
) -> None:
    product = published()
    path = f"{mine}/{product}"
    for to in (each.value for each in Status):
        at(product, status)
        asked = owner.post(f"{path}/moves", json={"to": to})
        if to in ASKED[status]:
            assert (asked.status_code, asked.json["status"]) == (200, to)
        else:
            assert (asked.status_code, asked.json["code"]) == (409, "product.move_not_allowed"), to
            assert set(asked.json["allowed"]) == ASKED[status] == set(owner.get(f"{path}/actions").json["moves"])
            assert owner.get(path).json["status"] == status, to
        at(product, status)
        decided = decide(product, to)
        if to in DECIDED[status]:
            assert (decided.status_code, owner.get(path).json["status"]) == (204, to)
        else:
            assert (decided.status_code, decided.json["code"]) == (409, "product.move_not_allowed"), to
            assert owner.get(path).json["status"] == status, to


def test_only_a_decision_brings_a_deactivated_product_back(
    client: Any, owner: Any, mine: str, published: Any, decide: Any, change: Any
) -> None:
    product = published()
    path = f"{mine}/{product}"
    assert decide(product, "inactive").status_code == 204
    assert client.get(f"{API}/products/{product}").status_code == 404
    for to in ("queue", "draft", "published"):
        asked = owner.post(f"{path}/moves", json={"to": to})
        assert (asked.status_code, asked.json["allowed"]) == (409, []), to
    assert change(owner, path, {"name": "نان تازه"}).json["code"] == "product.not_editable"
    assert decide(product, "draft").status_code == 204
    assert client.get(f"{API}/products/{product}").status_code == 404, "reactivated, not published"
    assert change(owner, path, {"name": "نان تازه"}).status_code == 200
    assert owner.post(f"{path}/moves", json={"to": "queue"}).json["status"] == "queue"
    assert decide(product, "published").status_code == 204
    assert client.get(f"{API}/products/{product}").json["name"] == "نان تازه"
    lines = owner.get(f"{path}/changes").json["items"]
    assert [(each["actor"], each["to_status"]) for each in lines if not each["fields"]][:4] == [
        ("admin", "published"),
        ("owner", "queue"),
        ("admin", "draft"),
        ("admin", "inactive"),
    ]


def test_each_edit_is_looked_at_or_is_not(
    app: Any, owner: Any, mine: str, market: UUID, published: Any, at: Any
) -> None:
    with app.app_context():
        own_category = str(some_category())
    other = str(make_category(app, "دیگر", slug="other"))
    make_attribute(app, UUID(other), "flour")
    shelf = owner.post(f"{API}/my/markets/{market}/shelves", json={"name": "تازه‌ها"}).json["id"]
    form = {"kind": "product.video", "file": (BytesIO(WEBM), "a.webm")}
    video = owner.post("/api/v1/kernel/files", data=form, content_type="multipart/form-data").json["id"]
    neighbour = published(name="کره")
    product = published(category_id=UUID(own_category))
    path = f"{mine}/{product}"
    looked_at: list[dict[str, Any]] = [
        {"name": "نان تازه"},
        {"description": "از تنور"},
        {"technical_detail": "آرد کامل"},
        {"keywords": ["نان"]},
        {"category_id": other},
        {"attributes": {"flour": "جو"}},
        {"video_id": video},
        {"kind": "service"},
    ]
    others: list[dict[str, Any]] = [
        {"main_price": rials(300_000)},
        {"colleague_price": rials(290_000)},
        {"is_marketer": True, "marketer_price": rials(280_000), "maximum_price": rials(310_000)},
        {"sale_price": rials(200_000), "sale_ends_at": "2090-01-01T00:00:00Z"},
        {"sale_starts_at": "2020-01-01T00:00:00Z"},
        {"label": "new"},
        {"label_corner": "bottom_end"},
        {"sell_type": "online"},
        {"ship_payer": "market"},
        {"shipping_options": [{"name": "پیک", "price": rials(5)}]},
        {"is_available": False},
        {"is_advertised": True},
        {"shelf_id": shelf},
        {"shelf_position": 3},
        {"required_id": neighbour},
        {"gift_id": neighbour},
    ]
    of_services = [{"needs_appointment": True, "appointment_minutes": 30}]
    assert _named(looked_at) | {"options", "pictures"} == REVIEWED
    fields = {name for name, field in NewProductSchema().fields.items() if not field.dump_only}
    assert _named([*looked_at, *others, *of_services]) | {"options", "variants"} == fields

    def status_after(method: str, at_path: str, body: dict[str, Any]) -> str:
        at(product, "published")
        before = owner.get(path).headers["ETag"]
        answer = owner.open(at_path, method=method, json=body, headers={"If-Match": before})
        assert answer.status_code in (200, 201), (body, answer.text)
        found = owner.get(path)
        assert found.headers["ETag"] != before, (body, "nothing was changed")
        status: str = found.json["status"]
        return status

    for body in others:
        assert status_after("PATCH", path, body) == "published", body
    picture = {"file_id": owner.upload("product.picture")}
    assert status_after("POST", f"{path}/pictures", picture) == "queue"
    options = {"options": [{"name": "رنگ", "values": ["سرخ"]}]}
    assert status_after("PUT", f"{path}/options", options) == "queue"
    for body in looked_at:
        assert status_after("PATCH", path, body) == "queue", body
    assert status_after("PATCH", path, of_services[0]) == "published"


def _named(bodies: list[dict[str, Any]]) -> set[str]:
    return {name for body in bodies for name in body}


def test_a_gift_is_shown_while_it_is_public(
    client: Any, owner: Any, mine: str, published: Any, change: Any, decide: Any
) -> None:
    lamp, bulb = published(name="چراغ"), published(name="لامپ")
    change(owner, f"{mine}/{lamp}", {"gift_id": bulb})

    def gift() -> Any:
        return client.get(f"{API}/products/{lamp}").json["gift"]

    assert (gift()["id"], gift()["name"]) == (bulb, "لامپ")
    owner.post(f"{mine}/{bulb}/moves", json={"to": "not_published"})
    assert gift() is None
    owner.post(f"{mine}/{bulb}/moves", json={"to": "queue"})
    assert gift() is None
    decide(bulb, "published")
    assert gift()["id"] == bulb
    decide(bulb, "inactive")
    assert gift() is None


def test_who_pays_for_shipping_and_what_it_costs_is_told(
    client: Any, owner: Any, mine: str, published: Any, change: Any
) -> None:
    product = published()
    path, page = f"{mine}/{product}", f"{API}/products/{product}"
    assert client.get(page).json["ship_payer"] == "customer"
    ways = [{"name": "پست", "price": rials(650_000)}, {"name": "پیک", "price": rials(0)}]
    for payer in ("market", "customer", "free"):
        assert change(owner, path, {"ship_payer": payer, "shipping_options": ways}).status_code == 200
        shown = client.get(page).json
        assert shown["ship_payer"] == payer
        assert [{"name": way["name"], "price": way["price"]} for way in shown["shipping_options"]] == ways
    kept = [{**shown["shipping_options"][1], "price": rials(5)}]
    assert change(owner, path, {"shipping_options": kept}).json["shipping_options"] == kept, "by its id"
    for price, code in ((rials(-1), "too_little"), ({"amount": 5, "currency": "USD"}, "currency")):
        refused = change(owner, path, {"shipping_options": [*kept, {"name": "پست", "price": price}]})
        (error,) = refused.json["errors"]
        assert (refused.status_code, error["pointer"], error["code"]) == (422, "/shipping_options/1/price", code)
    assert change(owner, path, {"ship_payer": "nobody"}).status_code == 422
    assert client.get(page).json["shipping_options"] == kept
