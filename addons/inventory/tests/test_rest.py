"""What a market's owner and staff do with stock over REST."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from asoud_inventory.models import Movement
from asoud_inventory.services import Line, reserve
from asoud_inventory.testing import API
from asoud_market.models import Member
from asoud_market.testing import make_market

from addon_sdk import new_id, session, transaction


@pytest.fixture
def bread(stocked: Any) -> str:
    """A variant of which there are ten."""
    return str(stocked(10))


@pytest.fixture
def staff(app: Any, sara: Any, market: UUID) -> Any:
    """Lets Sara work for the market with these permissions."""

    def allow(*permissions: str) -> Any:
        with app.app_context(), transaction():
            session().add(Member(market_id=market, user_id=sara.user_id, permissions=list(permissions)))
        return sara

    return allow


def test_the_first_adjustment_begins_to_count(post: Any, owner: Any, mine: str, stocked: Any) -> None:
    variant = str(stocked())
    before = owner.get(f"{mine}/items/{variant}").json
    assert (before["is_counted"], before["on_hand"], before["stocks"]) == (False, None, [])
    made = post("adjustments", {"variant_id": variant, "change": 24, "reason": "received", "note": "از انبار"})
    assert (made.status_code, made.json["state"]) == (201, "applied")
    shown = owner.get(f"{mine}/items/{variant}").json
    assert (shown["is_counted"], shown["on_hand"], shown["salable"], shown["is_low"]) == (True, 24, 24, False)
    (place,) = shown["stocks"]
    assert (place["name"], place["on_hand"], place["reserved"]) == ("محل اصلی", 24, 0)
    (moved,) = owner.get(f"{mine}/movements").json["items"]
    assert (moved["kind"], moved["on_hand_change"], moved["on_hand"], moved["reason"]) == (
        "adjusted",
        24,
        24,
        "received",
    )
    assert (moved["reference"], moved["by_id"]) == (made.json["id"], str(owner.user_id))


def test_an_adjustment_that_comes_twice_counts_once(post: Any, owner: Any, mine: str, bread: str) -> None:
    body = {"variant_id": bread, "change": -2, "reason": "damage"}
    answers = [post("adjustments", body, key="same") for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert owner.get(f"{mine}/items/{bread}").json["on_hand"] == 8
    assert owner.post(f"{mine}/adjustments", json=body).status_code == 400, "without a key it might come twice"


def test_nothing_is_taken_that_is_promised(app: Any, post: Any, bread: str) -> None:
    with app.app_context():
        reserve("order:1", [Line(UUID(bread), 7)])
    refused = post("adjustments", {"variant_id": bread, "change": -4, "reason": "theft"})
    assert (refused.status_code, refused.json["code"], refused.json["available"]) == (409, "inventory.not_there", 3)
    assert post("adjustments", {"variant_id": bread, "change": -3, "reason": "theft"}).status_code == 201


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"change": 0}, "/change"),
        ({"change": 1.5}, "/change"),
        ({"change": 10**12}, "/change"),
        ({"change": ...}, "/change"),
        ({"reason": "moths"}, "/reason"),
        ({"state": "applied"}, "/state"),
        ({"market_id": str(new_id())}, "/market_id"),
        ({"location_id": str(new_id())}, "/location_id"),
        ({"variant_id": str(new_id())}, "/variant_id"),
    ],
)
def test_bad_adjustments_are_refused_by_name(post: Any, bread: str, db: Any, change: Any, pointer: str) -> None:
    body = {"variant_id": bread, "change": 5, "reason": "received", **change}
    refused = post("adjustments", {name: value for name, value in body.items() if value is not ...})
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]
    assert db.count(Movement) == 1


def test_persian_digits_are_read(post: Any, bread: str) -> None:
    assert post("adjustments", {"variant_id": bread, "change": "۱۲", "reason": "received"}).json["change"] == 12


def test_goods_of_another_market_are_not_ours(
    app: Any, sara: Any, post: Any, owner: Any, mine: str, bread: str
) -> None:
    with app.app_context():
        hers = make_market(sara.user_id, published=True)
    body = {"variant_id": bread, "change": 5, "reason": "received"}
    path = f"{API}/my/markets/{hers}"
    refused = sara.post(f"{path}/adjustments", json=body, headers={"Idempotency-Key": "a"})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/variant_id")
    assert sara.get(f"{path}/items/{bread}").status_code == 404
    assert sara.get(f"{mine}/items").status_code == 403


def test_a_second_person_approves_what_the_setting_says(
    post: Any, owner: Any, mine: str, bread: str, market: UUID, staff: Any, outbox: Any
) -> None:
    path = f"/api/v1/kernel/settings/inventory/inventory.market/{market}"
    assert owner.patch(path, json={"values": {"approval_from": 5}}).status_code == 200
    assert post("adjustments", {"variant_id": bread, "change": 4, "reason": "received"}).json["state"] == "applied"
    asked = post("adjustments", {"variant_id": bread, "change": -5, "reason": "loss"}).json
    assert asked["state"] == "pending"
    assert owner.get(f"{mine}/items/{bread}").json["on_hand"] == 14
    decision = f"{mine}/adjustments/{asked['id']}/decision"
    own = owner.put(decision, json={"approved": True})
    assert (own.status_code, own.json["code"]) == (409, "inventory.second_person_needed")
    other = staff("inventory.view", "inventory.edit", "inventory.approve")
    decided = other.put(decision, json={"approved": True})
    assert (decided.status_code, decided.json["state"]) == (200, "applied")
    assert decided.json["decided_by"] == str(other.user_id)
    assert owner.get(f"{mine}/items/{bread}").json["on_hand"] == 9
    again = other.put(decision, json={"approved": False})
    assert (again.status_code, again.json["code"]) == (409, "inventory.adjustment_decided")
    assert [each["applied"] for each in outbox.payloads("inventory.adjustment_decided")] == [True]


def test_what_is_rejected_changes_nothing(
    settings: Any, post: Any, owner: Any, mine: str, bread: str, staff: Any
) -> None:
    settings["inventory.approval_from"] = 1
    asked = post("adjustments", {"variant_id": bread, "change": -5, "reason": "loss"}).json
    rejected = staff("inventory.approve").put(f"{mine}/adjustments/{asked['id']}/decision", json={"approved": False})
    assert rejected.json["state"] == "rejected"
    assert owner.get(f"{mine}/items/{bread}").json["on_hand"] == 10
    assert [each["id"] for each in owner.get(f"{mine}/adjustments?state=rejected").json["items"]] == [asked["id"]]
    assert owner.get(f"{mine}/adjustments/{asked['id']}").json["state"] == "rejected"


def test_staff_do_what_they_were_given(post: Any, mine: str, bread: str, staff: Any) -> None:
    sara = staff("inventory.view")
    assert sara.get(f"{mine}/items").status_code == 200
    body = {"variant_id": bread, "change": 1, "reason": "received"}
    assert post("adjustments", body, caller=sara).status_code == 403


def test_who_may_only_adjust_does_not_lift_the_approval(market: UUID, staff: Any) -> None:
    path = f"/api/v1/kernel/settings/inventory/inventory.market/{market}"
    assert (
        staff("inventory.view", "inventory.edit").patch(path, json={"values": {"approval_from": 0}}).status_code == 403
    )


def test_some_may_be_sold_beyond_the_stock(app: Any, owner: Any, mine: str, bread: str) -> None:
    path = f"{mine}/items/{bread}"
    assert owner.patch(path, json={"backorder_limit": 3}).status_code == 428
    known = {"If-Match": owner.get(path).headers["ETag"]}
    changed = owner.patch(path, json={"backorder_limit": 3, "low_at": 2}, headers=known)
    assert (changed.status_code, changed.json["salable"], changed.json["low_at"]) == (200, 13, 2)
    assert owner.patch(path, json={"low_at": 3}, headers=known).status_code == 412
    with app.app_context():
        reserve("order:1", [Line(UUID(bread), 12)])
    etag = {"If-Match": owner.get(path).headers["ETag"]}
    refused = owner.patch(path, json={"backorder_limit": 1}, headers=etag)
    assert (refused.status_code, refused.json["code"], refused.json["beyond"]) == (409, "inventory.sold_beyond", 2)
    assert owner.patch(path, json={"backorder_limit": 2}, headers=etag).json["salable"] == 0


def test_what_runs_low_is_told_once_and_listed(
    app: Any, owner: Any, mine: str, bread: str, stocked: Any, outbox: Any
) -> None:
    stocked(100)
    with app.app_context():
        for number in range(3):
            reserve(f"order:{number}", [Line(UUID(bread), 3)])
    (told,) = outbox.payloads("inventory.stock_low")
    assert (told["variant_id"], told["available"], told["low_at"]) == (bread, 4, 5)
    (listed,) = owner.get(f"{mine}/items?is_low=true").json["items"]
    assert (listed["id"], listed["salable"], listed["is_low"]) == (bread, 1, True)
    assert len(owner.get(f"{mine}/items").json["items"]) == 2


def test_goods_are_taken_from_the_first_location_that_has_them(
    app: Any, post: Any, owner: Any, mine: str, bread: str
) -> None:
    shop = post("locations", {"name": "ویترین"}).json
    (main, _) = owner.get(f"{mine}/locations").json["items"]
    moved = {"variant_id": bread, "from_id": main["id"], "to_id": shop["id"], "quantity": 4}
    assert post("transfers", moved).status_code == 201
    etag = {"If-Match": owner.get(f"{mine}/locations").headers["ETag"]}
    assert owner.patch(f"{mine}/locations/{main['id']}", json={"position": 9}, headers=etag).status_code == 200
    with app.app_context():
        reserve("order:1", [Line(UUID(bread), 5)])
    places = owner.get(f"{mine}/items/{bread}").json["stocks"]
    assert [(each["name"], each["on_hand"], each["reserved"]) for each in places] == [
        ("ویترین", 4, 4),
        ("Main location", 6, 1),
    ]
    kinds = [each["kind"] for each in owner.get(f"{mine}/movements?location_id={shop['id']}").json["items"]]
    assert kinds == ["reserved", "transferred"]


def test_transfers_that_cannot_be_are_refused(post: Any, owner: Any, mine: str, bread: str) -> None:
    shop = post("locations", {"name": "ویترین"}).json["id"]
    main = owner.get(f"{mine}/locations").json["items"][0]["id"]
    body = {"variant_id": bread, "from_id": main, "to_id": shop, "quantity": 11}
    refused = post("transfers", body)
    assert (refused.json["code"], refused.json["available"]) == ("inventory.not_there", 10)
    for name, value, pointer in (
        ("to_id", main, "/to_id"),
        ("from_id", str(new_id()), "/from_id"),
        ("quantity", 0, "/quantity"),
    ):
        assert post("transfers", {**body, name: value}).json["errors"][0]["pointer"] == pointer


def test_only_empty_locations_are_deleted_and_never_the_last(post: Any, owner: Any, mine: str, bread: str) -> None:
    main = owner.get(f"{mine}/locations").json["items"][0]["id"]
    assert owner.delete(f"{mine}/locations/{main}").json["code"] == "inventory.location_in_use"
    shop = post("locations", {"name": "ویترین"}).json["id"]
    assert owner.delete(f"{mine}/locations/{main}").json["code"] == "inventory.location_in_use"
    move = {"variant_id": bread, "quantity": 10}
    assert post("transfers", {**move, "from_id": main, "to_id": shop}).status_code == 201
    assert owner.delete(f"{mine}/locations/{main}").status_code == 204
    assert owner.delete(f"{mine}/locations/{main}").status_code == 404
    assert owner.get(f"{mine}/items/{bread}").json["on_hand"] == 10
    assert len(owner.get(f"{mine}/movements").json["items"]) == 3


def test_names_of_locations_are_one_each_and_not_too_many(post: Any, owner: Any, mine: str, settings: Any) -> None:
    settings["inventory.max_locations"] = 2
    made = [post("locations", {"name": name}) for name in ("یک", "یک", "دو", "سه")]
    assert [each.status_code for each in made] == [201, 422, 201, 409]
    assert made[1].json["errors"][0] == {"pointer": "/name", "code": "taken", **_message(made[1])}
    assert made[3].json["code"] == "inventory.too_many_locations"


def _message(answer: Any) -> dict[str, str]:
    return {"message": answer.json["errors"][0]["message"]}
