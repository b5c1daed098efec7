"""What else a product says: video, neighbours, keywords, labels, shipping; and what nobody may slip in."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import pytest
from asoud_market.models import Market, Member
from asoud_product.models import Change, PriceChange
from asoud_product.testing import API, make_shelf
from asoud_users.services import erase, export
from PIL import Image
from sqlalchemy import delete, select, update

from addon_sdk import session, transaction
from addon_sdk.testing.pictures import small_picture

LIST = f"{API}/products"
WEBM = b"\x1a\x45\xdf\xa3\x87B\x82\x84webm" + b"\x18\x53\x80\x67\x85V_VP9"
"""Nothing to look at, but whole: a header and a segment."""


def rials(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "IRR"}


def send_file(caller: Any, kind: str, content: bytes, name: str) -> Any:
    form = {"kind": kind, "file": (io.BytesIO(content), name)}
    return caller.post("/api/v1/kernel/files", data=form, content_type="multipart/form-data")


def test_a_product_shows_a_video(client: Any, owner: Any, sara: Any, mine: str, published: Any, change: Any) -> None:
    video = send_file(owner, "product.video", WEBM, "a.webm").json["id"]
    hers = send_file(sara, "product.video", WEBM, "a.webm").json["id"]
    product = published()
    refused = change(owner, f"{mine}/{product}", {"video_id": hers})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/video_id")
    shown = change(owner, f"{mine}/{product}", {"video_id": video}).json
    assert (shown["video_id"], shown["status"]) == (video, "queue")
    with client.get(shown["video_url"]) as answer:
        assert answer.data == WEBM
    assert owner.get(f"{mine}/{product}/preview").json["video_url"] == shown["video_url"]
    assert change(owner, f"{mine}/{product}", {"video_id": None}).json["video_url"] is None
    assert client.get(shown["video_url"]).status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>",
        b"GIF89a" + bytes(9),
    ],
)
def test_a_picture_is_no_script(owner: Any, content: bytes) -> None:
    answer = send_file(owner, "product.picture", content, "a.png")
    assert answer.status_code in (415, 422), answer.text


@pytest.mark.parametrize("claimed_first", [True, False])
def test_pictures_have_their_sizes_whenever_thumbnails_are_made(
    client: Any, jobs: Any, owner: Any, mine: str, product: dict[str, Any], claimed_first: bool
) -> None:
    path = f"{mine}/{product['id']}/pictures"
    file_id = owner.upload("product.picture", small_picture("red", size=(1200, 600)))
    if not claimed_first:
        jobs.run()
    shown = owner.post(path, json={"file_id": file_id}).json
    assert {name: (made["width"], made["height"]) for name, made in shown["sizes"].items()} == {
        "small": (160, 80),
        "card": (400, 200),
        "large": (1000, 500),
    }
    jobs.run()
    assert owner.get(path).json["items"] == [shown]
    for made in shown["sizes"].values():
        with client.get(made["url"]) as answer, Image.open(io.BytesIO(answer.data)) as image:
            assert (answer.mimetype, image.size) == ("image/webp", (made["width"], made["height"]))


def test_thumbnails_change_no_etag(jobs: Any, owner: Any, mine: str, product: dict[str, Any]) -> None:
    path = f"{mine}/{product['id']}"
    assert owner.post(f"{path}/pictures", json={"file_id": owner.upload("product.picture")}).status_code == 201
    seen = owner.get(path).headers["ETag"]
    jobs.run()
    assert owner.get(path).headers["ETag"] == seen
    changed = owner.patch(path, json={"description": "تازه"}, headers={"If-Match": seen})
    assert changed.status_code == 200, changed.text


def test_neighbours_are_shown_while_they_are_public(
    client: Any, owner: Any, mine: str, published: Any, product: dict[str, Any], change: Any
) -> None:
    lamp, bulb = published(name="چراغ"), published(name="لامپ")
    change(owner, f"{mine}/{lamp}", {"required_id": bulb, "gift_id": product["id"]})
    page = client.get(f"{LIST}/{lamp}").json
    assert (page["required"]["id"], page["required"]["price"]) == (bulb, rials(250_000))
    assert page["gift"] is None, "it isn't published"
    itself = change(owner, f"{mine}/{lamp}", {"gift_id": lamp})
    assert [error["pointer"] for error in itself.json["errors"]] == ["/gift_id"]
    refused = owner.delete(f"{mine}/{bulb}")
    assert (refused.status_code, refused.json["product_ids"]) == (409, [lamp])


def test_everything_wrong_is_named_at_once(add: Any, db: Any) -> None:
    from asoud_product.models import Product

    nobody = str(UUID(int=1))
    answer = add(main_price=rials(0), category_id=nobody, shelf_id=nobody, required_id=nobody, video_id=nobody)
    pointers = {error["pointer"] for error in answer.json["errors"]}
    assert pointers == {"/main_price", "/category_id", "/shelf_id", "/required_id", "/video_id"}
    assert db.count(Product) == db.count(Change) == db.count(PriceChange) == 0


@pytest.mark.parametrize("amount", [-1, 10**15 + 1])
def test_shipping_costs_nothing_or_more(add: Any, amount: int) -> None:
    answer = add(shipping_options=[{"name": "رایگان", "price": rials(0)}, {"name": "پیک", "price": rials(amount)}])
    assert [error["pointer"] for error in answer.json["errors"]] == ["/shipping_options/1/price"]


def test_ways_of_shipping_keep_their_ids(client: Any, owner: Any, mine: str, add: Any, change: Any) -> None:
    product = add(shipping_options=[{"name": "پست", "price": rials(30)}, {"name": "پیک", "price": rials(90)}]).json
    post, courier = product["shipping_options"]
    changed = change(owner, f"{mine}/{product['id']}", {"shipping_options": [courier, {**post, "id": courier["id"]}]})
    kept, fresh = changed.json["shipping_options"]
    assert kept == courier
    assert fresh["id"] not in (post["id"], courier["id"])


def test_a_product_keeps_its_currency(owner: Any, mine: str, product: dict[str, Any], change: Any) -> None:
    answer = change(owner, f"{mine}/{product['id']}", {"main_price": {"amount": 5, "currency": "USD"}})
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (422, "currency")


def test_texts_hold_nothing_that_cannot_be_seen(add: Any) -> None:
    made = add(name="نان\u202eمار\x07ک", description="a\u2066b\r\nج", keywords=["\u202aتازه\u202c"])
    assert made.status_code == 201, made.text
    assert (made.json["name"], made.json["keywords"]) == ("نانمارک", ["تازه"])
    assert made.json["description"] == "ab\nج"
    for name in ("نان <b>تازه</b>", "&lt;b&gt;", "<script>x</script>"):
        assert add(name=name).json["errors"][0]["code"] == "markup"
    assert add(name="\u200c\u200c").json["errors"][0]["code"] == "length"
    refused = add(name="نان\x00")
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (400, "/name")


def test_labels_and_keywords_are_kept(client: Any, published: Any) -> None:
    from asoud_product.models import Corner, Label

    found = published(keywords=["هدیه", "دست‌ساز"], label=Label.SPECIAL_OFFER, label_corner=Corner.BOTTOM_END)
    page = client.get(f"{LIST}/{found}").json
    assert (page["label"], page["label_corner"]) == ("special_offer", "bottom_end")
    assert [each["id"] for each in client.get(LIST, query_string={"q": "دستساز"}).json["items"]] == [found]


def test_a_shop_front_is_one_call(app: Any, client: Any, owner: Any, market: UUID, published: Any, db: Any) -> None:
    with app.app_context():
        full, empty = (make_shelf(market, owner.user_id, name) for name in ("پر", "خالی"))
    wanted = [published(name=f"کالای {number}") for number in range(13)]
    path = f"{API}/my/markets/{market}/shelves/{full}/products"
    filled = owner.put(path, json={"product_ids": wanted[::-1]}, headers={"If-Match": "*"})
    assert filled.status_code == 204, filled.text
    with db.queries() as queries:
        front = client.get(f"{API}/markets/{market}/front").json["items"]
    assert len(queries) == 2, queries
    assert [each["id"] for each in front] == [str(full), str(empty)]
    assert [each["id"] for each in front[0]["products"]] == wanted[:0:-1], "twelve of thirteen"
    assert front[0]["products"][0]["price"] == rials(250_000)
    assert front[1]["products"] == []


def test_etags_follow_whatever_is_shown(app: Any, owner: Any, market: UUID, mine: str, product: dict[str, Any]) -> None:
    path = f"{mine}/{product['id']}"
    with app.app_context():
        shelf = make_shelf(market, owner.user_id)
    seen = [owner.get(path).headers["ETag"]]
    for method, body in (("PUT", {"product_ids": [product["id"]]}), ("DELETE", None)):
        end = "/products" if body else ""
        where = f"{API}/my/markets/{market}/shelves/{shelf}{end}"
        assert owner.open(where, method=method, json=body, headers={"If-Match": "*"}).status_code == 204
        answer = owner.get(path, headers={"If-None-Match": seen[-1]})
        assert answer.status_code == 200
        seen.append(answer.headers["ETag"])
    assert len(set(seen)) == 3
    assert owner.get(path, headers={"If-None-Match": seen[-1]}).status_code == 304


def test_owners_find_their_own_by_words_and_numbers(owner: Any, mine: str, add: Any) -> None:
    bread = add(name="نان سنگک", variants=[{"sku": "N-1"}]).json["id"]
    butter = add(name="کره", variants=[{"sku": "K-1"}], main_price=rials(100_000)).json["id"]
    for asked, wanted in (({"q": "سنگ"}, [bread]), ({"q": "K-1"}, [butter]), ({"sort": "price"}, [butter, bread])):
        assert [each["id"] for each in owner.get(mine, query_string=asked).json["items"]] == wanted


def test_staff_does_what_its_market_lets_it(app: Any, owner: Any, sara: Any, market: UUID, published: Any) -> None:
    product = f"{API}/my/markets/{market}/products/{published()}"
    allowed = {(): (403, 403), ("product.view",): (200, 403), ("product.view", "product.edit"): (200, 204)}
    for permissions, (reads, deletes) in allowed.items():
        with app.app_context(), transaction():
            session().execute(delete(Member))
            session().add(Member(market_id=market, user_id=sara.user_id, permissions=list(permissions)))
        assert sara.get(product).status_code == reads, permissions
        assert sara.delete(product).status_code == deletes, permissions


def test_a_user_takes_his_part_along_and_is_forgotten(app: Any, owner: Any, db: Any, product: dict[str, Any]) -> None:
    exported = db.run(export, owner.user_id)["products"]
    assert exported == {"transfers": [], "changes": 1, "price_changes": 1}
    with app.app_context(), transaction():
        session().execute(update(Market).values(is_public=False))
    db.run(erase, owner.user_id)
    assert db.all(select(Change.by_id)) == db.all(select(PriceChange.by_id)) == [None]
