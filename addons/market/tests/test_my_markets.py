"""Opening, changing and completing a market."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from asoud_market.services.gateways import account_of as market_account
from asoud_market.testing import API, category, some_city

MINE = f"{API}/my/markets"


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def errors(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json["errors"]]


@pytest.fixture
def path(market: Any) -> str:
    return f"{MINE}/{market['id']}"


def test_anybody_opens_as_many_markets_as_he_likes(owner: Any, open_market: Any) -> None:
    ids = [open_market(owner, kind="company" if n % 2 else "shop", name=f"فروشگاه {n}")["id"] for n in range(8)]
    listed = owner.get(MINE).json["items"]
    assert [market["id"] for market in listed] == ids[::-1]
    assert len(owner.get(f"{MINE}?kind=company").json["items"]) == 4
    assert len(owner.get(f"{MINE}?status=published").json["items"]) == 0


def test_a_market_has_what_it_was_opened_with(app: Any, owner: Any, open_market: Any) -> None:
    bread = category(app, "نان", "bread")
    given = {
        "kind": "company",
        "name": "نان سنتی",
        "slogan": "تازه",
        "description": "نان\nو شیرینی",
        "national_code": "۱۰۳۸۰۲۸۴۷۹۰",
        "category_id": str(bread),
        "business_id": "nan-sonnati",
    }
    market = open_market(owner, **given)
    assert {name: market[name] for name in given} == {**given, "national_code": "10380284790"}
    assert market["owner_id"] == str(owner.user_id)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"name": ""}, ("/name", "length")),
        ({"kind": "stall"}, ("/kind", "enum")),
        ({"category_id": str(uuid4())}, ("/category_id", "unknown")),
        ({"national_code": "1234567890"}, ("/national_code", "iran.national_code_checksum")),
        ({"kind": "company", "national_code": "0499370899"}, ("/national_code", "iran.legal_id_format")),
        ({"status": "published"}, ("/status", "read_only")),
        ({"is_paid": True}, ("/is_paid", "read_only")),
        ({"owner_id": str(uuid4())}, ("/owner_id", "read_only")),
        ({"view_count": 9}, ("/view_count", "read_only")),
    ],
)
def test_wrong_fields_are_named(owner: Any, values: Any, wrong: Any) -> None:
    answer = owner.post(MINE, json={"kind": "shop", "name": "نان سنتی", **values})
    assert wrong[0] in [pointer for pointer, _ in errors(answer)], answer.text


def test_text_is_stored_clean(owner: Any, open_market: Any) -> None:
    market = open_market(owner, name="نان\u202eسنتی", description="خوب\u2066")
    assert (market["name"], market["description"]) == ("نانسنتی", "خوب")


def test_changes_need_the_version_that_was_read(owner: Any, path: str) -> None:
    assert code(owner.patch(path, json={"name": "دیگر"})) == (428, "precondition_required")
    seen = owner.get(path).headers["ETag"]
    first = owner.patch(path, json={"name": "دیگر"}, headers={"If-Match": seen})
    assert (first.status_code, first.json["name"]) == (200, "دیگر")
    assert code(owner.patch(path, json={"name": "باز"}, headers={"If-Match": seen})) == (412, "precondition_failed")
    assert owner.patch(path, json={"name": "باز"}, headers={"If-Match": first.headers["ETag"]}).status_code == 200


def test_the_version_is_that_of_all_its_parts(owner: Any, path: str, change: Any) -> None:
    seen = owner.get(path).headers["ETag"]
    assert change(owner, f"{path}/theme", {"colour": "#00aa11"}).json == {"colour": "#00aa11"}
    assert owner.patch(path, json={"name": "باز"}, headers={"If-Match": seen}).status_code == 412


def test_location_brings_its_province(app: Any, owner: Any, path: str, change: Any) -> None:
    assert owner.get(f"{path}/location").json["city_id"] is None
    with app.app_context():
        city = str(some_city("Yazd"))
    body = {"city_id": city, "address": "خیابان قیام", "postal_code": "۱۹۶۹۷۶۳۷۴۳", "latitude": 31.9, "longitude": 54.4}
    told = change(owner, f"{path}/location", body)
    assert told.status_code == 200, told.text
    found = owner.get(f"/api/v1/region/cities/{city}").json
    assert told.json == {
        **body,
        "postal_code": "1969763743",
        "province_id": found["province_id"],
        "country": "IR",
    }


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"latitude": 31.9}, "/longitude"),
        ({"latitude": 91, "longitude": 5}, "/latitude"),
        ({"city_id": str(uuid4())}, "/city_id"),
        ({"postal_code": "123"}, "/postal_code"),
        ({"address": ""}, "/address"),
    ],
)
def test_wrong_places_are_named(app: Any, owner: Any, path: str, change: Any, body: Any, pointer: str) -> None:
    with app.app_context():
        city = str(some_city())
    answer = change(owner, f"{path}/location", {"city_id": city, "address": "خیابان نمونه", **body})
    assert pointer in [found for found, _ in errors(answer)]


def test_contact_with_messengers(owner: Any, path: str, change: Any) -> None:
    body = {
        "mobile": "۰۹۱۲۱۲۳۴۵۶۷",
        "telephone": "۰۲۱۸۸۰۰۰۰۰۰",
        "website": "https://nan.example",
        "instagram": "nan.sonnati",
        "telegram": "nan_sonnati",
        "email": "nan@nan.example",
        "messengers": [{"app": "eitaa", "account": "nan"}, {"app": "bale", "account": "nan2"}],
    }
    told = change(owner, f"{path}/contact", body).json
    assert (told["mobile"], told["telephone"], told["messengers"]) == (
        "+989121234567",
        "02188000000",
        body["messengers"],
    )
    assert owner.get(f"{path}/contact").json == told


@pytest.mark.parametrize(
    "body",
    [
        {"mobile": "0812"},
        {"telephone": "abc"},
        {"website": "javascript:alert(1)"},
        {"website": f"https://nan.example/{'x' * 300}"},
        {"instagram": "a b"},
        {"telegram": "1a"},
        {"messengers": [{"app": "icq", "account": "1"}]},
    ],
)
def test_wrong_contacts_are_named(owner: Any, path: str, change: Any, body: Any) -> None:
    (pointer, _), *_ = errors(change(owner, f"{path}/contact", body))
    assert pointer.startswith(f"/{next(iter(body))}")


def test_logo_and_background_come_and_go_with_their_files(
    owner: Any, sara: Any, staff: Any, market: Any, path: str
) -> None:
    logo, second = owner.upload("market.logo"), owner.upload("market.logo")
    assert owner.put(f"{path}/logo", json={"file_id": logo}).json["logo_id"] == logo
    assert owner.put(f"{path}/logo", json={"file_id": second}).json["logo_id"] == second
    assert owner.get(f"/api/v1/kernel/files/{logo}").status_code == 404
    assert errors(owner.put(f"{path}/background", json={"file_id": second})) == [("/file_id", "unknown")]
    strangers = sara.upload("market.logo")
    assert errors(owner.put(f"{path}/logo", json={"file_id": strangers})) == [("/file_id", "unknown")]
    assert owner.delete(f"{path}/logo").status_code == 204
    assert owner.get(path).json["logo_id"] is None
    assert owner.put(f"{path}/badge", json={"file_id": second}).status_code == 403
    badge = staff.upload("market.badge")
    assert staff.put(f"{path}/badge", json={"file_id": badge}).json["badge_id"] == badge


def test_slides_are_added_ordered_and_deleted(owner: Any, path: str, settings: Any) -> None:
    settings["market.max_pictures"] = 3
    ids = []
    for title in ("یک", "دو", "سه"):
        body = {"file_id": owner.upload("market.picture"), "title": title, "link": "https://nan.example/x"}
        ids.append(owner.post(f"{path}/pictures", json=body).json["id"])
    full = owner.post(f"{path}/pictures", json={"file_id": owner.upload("market.picture")})
    assert code(full) == (409, "market.too_many_pictures")
    assert (
        owner.patch(f"{path}/pictures/{ids[2]}", json={"position": 0}, headers={"If-Match": "*"}).json["position"] == 0
    )
    assert [item["title"] for item in owner.get(f"{path}/pictures").json["items"]] == ["سه", "یک", "دو"]
    assert owner.delete(f"{path}/pictures/{ids[0]}").status_code == 204
    assert owner.delete(f"{path}/pictures/{ids[0]}").status_code == 404
    known = {"If-Match": owner.get(f"{path}/pictures").headers["ETag"]}
    other = f"{path}/pictures/{ids[1]}"
    assert code(owner.patch(other, json={"title": "دوم"})) == (428, "precondition_required")
    assert owner.patch(other, json={"title": "دوم"}, headers=known).status_code == 200
    assert code(owner.patch(other, json={"title": "دو"}, headers=known)) == (412, "precondition_failed")
    bad = owner.patch(f"{path}/pictures/{ids[1]}", json={"link": "javascript:x"}, headers={"If-Match": "*"})
    assert errors(bad)[0][0] == "/link"


def test_the_same_upload_is_shown_once(owner: Any, path: str) -> None:
    file_id = owner.upload("market.picture")
    assert owner.post(f"{path}/pictures", json={"file_id": file_id}).status_code == 201
    assert errors(owner.post(f"{path}/pictures", json={"file_id": file_id})) == [("/file_id", "in_use")]


def test_a_preview_is_what_customers_will_see(
    owner: Any, sara: Any, complete_market: Any, decide: Any, client: Any
) -> None:
    path = f"{MINE}/{complete_market['id']}"
    preview = owner.get(f"{path}/preview")
    assert preview.status_code == 200
    assert sara.get(f"{path}/preview").status_code == 404
    owner.post(f"{path}/requests", json={"kind": "publication"})
    decide(complete_market["id"], approved=True)
    shown = client.get(f"{API}/markets/{complete_market['id']}").json
    left_out = ("published_at", "liked", "bookmarked")
    assert {k: v for k, v in shown.items() if k not in left_out} == {
        k: v for k, v in preview.json.items() if k not in left_out
    }


def test_a_gateway_is_chosen_approved_and_its_key_never_shown(
    owner: Any, staff: Any, path: str, market: Any, change: Any, db: Any
) -> None:
    own = f"{path}/gateway"
    assert (owner.get(own).json["choice"], owner.get(own).json["state"]) == ("later", "settled")
    missing = errors(change(owner, own, {"choice": "personal"}))
    assert sorted(pointer for pointer, _ in missing) == ["/merchant_id", "/provider"]
    personal = {"choice": "personal", "provider": "zarinpal", "merchant_id": "m-1"}
    assert errors(change(owner, own, personal)) == [("/api_key", "required")]
    told = change(owner, own, {**personal, "api_key": "top-secret-key"})
    assert told.status_code == 200, told.text
    assert (told.json["state"], told.json["has_api_key"]) == ("settled", True)
    assert "top-secret-key" not in told.text + owner.get(own).text
    assert change(owner, own, {**personal, "merchant_id": "m-2"}).json["has_api_key"] is True
    decision = f"{API}/gateways/{market['id']}/decision"
    assert code(staff.put(decision, json={"approved": True})) == (409, "market.nothing_to_decide")
    waiting = change(owner, own, {"choice": "asoud"}).json
    assert (waiting["state"], waiting["has_api_key"], waiting["merchant_id"]) == ("pending", False, None)
    assert owner.put(decision, json={"approved": True}).status_code == 403
    assert [item["market_id"] for item in staff.get(f"{API}/gateways?state=pending").json["items"]] == [market["id"]]
    seen = owner.get(own).headers["ETag"]
    assert staff.put(decision, json={"approved": True}).json["state"] == "approved"
    assert owner.get(own, headers={"If-None-Match": seen}).status_code == 200
    assert owner.get(own).json["state"] == "approved"


def test_payments_learn_whose_gateway_takes_a_market_s_money(
    owner: Any, path: str, market: Any, change: Any, db: Any
) -> None:
    def told() -> Any:
        return db.run(market_account, UUID(market["id"]))

    assert (told()["choice"], told()["credentials"]) == ("later", {})
    personal = {"choice": "personal", "provider": "zarinpal", "merchant_id": "m-1", "api_key": "top-secret-key"}
    change(owner, f"{path}/gateway", personal)
    assert told() == {
        "choice": "personal",
        "approved": False,
        "provider": "zarinpal",
        "credentials": {"merchant_id": "m-1", "api_key": "top-secret-key"},
    }
    change(owner, f"{path}/gateway", {"choice": "asoud"})
    assert (told()["choice"], told()["approved"], told()["credentials"]) == ("asoud", False, {})


def test_a_name_has_persian_letters_where_the_site_asks_for_them(owner: Any, settings: Any) -> None:
    assert errors(owner.post(MINE, json={"kind": "shop", "name": "Bread 24"})) == [("/name", "persian")]
    assert owner.post(MINE, json={"kind": "shop", "name": "نان Bread"}).status_code == 201
    settings["market.persian_names"] = False
    assert owner.post(MINE, json={"kind": "shop", "name": "Bread 24"}).status_code == 201


def test_links_lead_where_they_say(owner: Any, market: Any, change: Any) -> None:
    path = f"{MINE}/{market['id']}"
    for link in ("https://shop.example/\u202emoc.live", "https://shop.example/\x07", "https://user:pw@shop.example/"):
        website = change(owner, f"{path}/contact", {"mobile": "09121234567", "website": link})
        body = {"file_id": owner.upload("market.picture"), "link": link}
        for refused, pointer in ((website, "/website"), (owner.post(f"{path}/pictures", json=body), "/link")):
            (error,) = refused.json["errors"]
            assert (refused.status_code, error["pointer"], error["code"]) == (422, pointer, "link")
    for link in ("http://shop.example", "https://shop.example:8443/نان\u200cها?a=b#c"):
        told = change(owner, f"{path}/contact", {"mobile": "09121234567", "website": link})
        assert told.json["website"] == link
