"""Publication, approval, edits and reactivation over REST."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from asoud_market.models import Approval, ApprovalKind, Market, Move
from asoud_market.services import fee_of, get_market, mark_paid, mark_payment_pending, mark_unpaid, requests
from asoud_market.testing import API, category, some_category, some_city
from asoud_users.testing import make_user
from sqlalchemy import select, update

from addon_sdk import Money, Principal, acting_as, scoped, session, transaction

MINE = f"{API}/my/markets"


def move(caller: Any, market: Any, to: str, **more: Any) -> Any:
    return caller.post(f"{MINE}/{market['id']}/moves", json={"to": to, **more})


def ask(caller: Any, market: Any, kind: str = "publication") -> Any:
    return caller.post(f"{MINE}/{market['id']}/requests", json={"kind": kind, "message": "لطفاً"})


def status(caller: Any, market: Any) -> str:
    return str(caller.get(f"{MINE}/{market['id']}").json["status"])


def history(caller: Any, market: Any) -> list[tuple[str, str]]:
    items = caller.get(f"{MINE}/{market['id']}/moves").json["items"]
    return [(item["to_status"], item["actor"]) for item in reversed(items)]


def test_a_market_without_a_fee_is_paid_at_once(owner: Any, market: Any, outbox: Any) -> None:
    assert (market["status"], market["is_paid"], market["is_public"]) == ("paid_under_creation", True, False)
    assert history(owner, market) == [("unpaid_under_creation", "owner"), ("paid_under_creation", "system")]
    assert outbox.names()[-2:] == ["market.market_created", "market.status_changed"]


def test_publication_needs_what_is_missing_named_by_field(owner: Any, market: Any) -> None:
    answer = ask(owner, market)
    assert (answer.status_code, answer.json["code"]) == (422, "market.incomplete")
    pointers = {error["pointer"] for error in answer.json["errors"]}
    assert pointers == {
        "/business_id",
        "/category_id",
        "/description",
        "/location/city_id",
        "/location/address",
        "/contact/mobile",
    }
    assert set(owner.get(f"{MINE}/{market['id']}/actions").json["missing"]) == pointers
    assert status(owner, market) == "paid_under_creation"


def test_steps_lead_from_an_empty_market_to_one_that_can_be_published(
    owner: Any, sara: Any, open_market: Any, change: Any, app: Any
) -> None:
    path = f"{MINE}/{open_market(owner)['id']}"

    def steps() -> tuple[str | None, list[str]]:
        found = owner.get(f"{path}/steps").json
        for step in found["items"]:
            assert step["is_complete"] is (not step["missing"])
        return found["next"], [step["name"] for step in found["items"] if step["is_complete"]]

    with app.app_context():
        category_id, city_id = str(some_category()), str(some_city())
    assert steps() == ("profile", [])
    change(owner, path, {"business_id": "nan-madar", "description": "هر روز تازه"}, "PATCH")
    assert owner.get(f"{path}/steps").json["items"][0]["missing"] == ["/category_id"]
    change(owner, path, {"category_id": category_id}, "PATCH")
    assert steps() == ("location", ["profile"])
    change(owner, f"{path}/contact", {"mobile": "09121234567"})
    assert steps() == ("location", ["profile", "contact"])
    change(owner, f"{path}/location", {"city_id": city_id, "address": "خیابان نمونه، پلاک ۱"})
    assert steps() == (None, ["profile", "location", "contact"])
    assert owner.get(f"{path}/actions").json["missing"] == []
    change(owner, f"{path}/hours", {"shows_hours": True, "week": [[] for _ in range(7)]})
    owner.put(f"{path}/logo", json={"file_id": owner.upload("market.logo")})
    change(owner, f"{path}/gateway", {"choice": "later"})
    assert steps() == (None, ["profile", "location", "contact", "hours", "looks", "gateway"])
    assert sara.get(f"{path}/steps").status_code == 404


def test_a_request_queues_an_approval_publishes_and_the_owner_becomes_vendor(
    owner: Any, complete_market: Any, decide: Any, outbox: Any, client: Any
) -> None:
    asked = ask(owner, complete_market)
    assert (asked.status_code, asked.json["state"]) == (201, "pending")
    assert status(owner, complete_market) == "paid_in_publication_queue"
    assert client.get(f"{API}/markets/{complete_market['id']}").status_code == 404
    decided = decide(complete_market["id"], approved=True, answer="خوش آمدید")
    assert (decided.status_code, decided.json["state"], decided.json["answer"]) == (200, "approved", "خوش آمدید")
    assert status(owner, complete_market) == "published"
    assert client.get(f"{API}/markets/{complete_market['id']}").status_code == 200
    assert "vendor" in owner.get("/api/v1/users/me/rights").json["roles"]
    assert [outbox.payloads("market.approval_decided")[0]["approved"], len(outbox.payloads("market.published"))] == [
        True,
        1,
    ]
    assert history(owner, complete_market)[-2:] == [("paid_in_publication_queue", "owner"), ("published", "admin")]


@pytest.mark.parametrize(
    ("needs_editing", "to", "kind"),
    [(False, "paid_non_publication", "publication"), (True, "paid_needs_editing", "editing")],
)
def test_a_rejected_market_is_mended_and_asked_for_again(
    owner: Any, complete_market: Any, decide: Any, needs_editing: bool, to: str, kind: str
) -> None:
    ask(owner, complete_market)
    rejected = decide(complete_market["id"], approved=False, answer="تصویر ندارد", needs_editing=needs_editing)
    assert rejected.json["state"] == "rejected"
    assert status(owner, complete_market) == to
    wrong = "publication" if needs_editing else "editing"
    assert ask(owner, complete_market, wrong).json["code"] == "market.move_not_allowed"
    assert ask(owner, complete_market, kind).status_code == 201
    assert decide(complete_market["id"], approved=True).status_code == 200


def test_nobody_decides_on_what_he_has_not_seen(owner: Any, complete_market: Any, staff: Any, change: Any) -> None:
    request_id = ask(owner, complete_market).json["id"]
    assert move(staff, complete_market, "published").json["code"] == "market.move_not_allowed"
    path = f"{API}/requests/{request_id}/decision"
    assert staff.put(path, json={"approved": True}).status_code == 428
    seen = staff.get(path).headers["ETag"]
    assert change(owner, f"{MINE}/{complete_market['id']}", {"name": "نام دیگر"}, "PATCH").status_code == 200
    assert staff.put(path, json={"approved": True}, headers={"If-Match": seen}).status_code == 412
    seen = staff.get(path).headers["ETag"]
    assert staff.put(path, json={"approved": True}, headers={"If-Match": seen}).status_code == 200
    again = staff.get(path).headers["ETag"]
    late = staff.put(path, json={"approved": False}, headers={"If-Match": again})
    assert (late.status_code, late.json["code"]) == (409, "market.request_decided")


def test_one_pending_request_of_a_kind(owner: Any, complete_market: Any) -> None:
    assert ask(owner, complete_market).status_code == 201
    assert ask(owner, complete_market).json["code"] == "market.request_pending"


def test_one_pending_request_even_when_asked_at_once(at_once: Any, owner: Any, complete_market: Any, db: Any) -> None:
    def ask_directly() -> None:
        with acting_as(Principal(user_id=owner.user_id)):
            requests.ask(UUID(complete_market["id"]), ApprovalKind.PUBLICATION)

    refused = [answer.code for answer in at_once(*[ask_directly] * 4) if answer is not None]
    assert refused == ["market.request_pending"] * 3
    assert db.count(Approval) == 1


def test_an_owner_takes_his_request_back(owner: Any, complete_market: Any, staff: Any) -> None:
    request_id = ask(owner, complete_market).json["id"]
    path = f"{MINE}/{complete_market['id']}/requests/{request_id}"
    assert owner.delete(path).status_code == 204
    assert status(owner, complete_market) == "paid_non_publication"
    assert owner.delete(path).json["code"] == "market.request_decided"
    assert staff.get(f"{API}/requests?state=withdrawn").json["items"][0]["request"]["id"] == request_id


def test_an_edit_of_a_published_market_sends_it_back_to_the_queue(
    owner: Any, published: Any, change: Any, client: Any, outbox: Any, decide: Any
) -> None:
    market_id = published(owner)
    path = f"{MINE}/{market_id}"
    assert change(owner, path, {"name": "نام تازه"}, "PATCH").json["status"] == "paid_in_publication_queue"
    assert client.get(f"{API}/markets/{market_id}").status_code == 404
    assert outbox.payloads("market.unpublished")[0]["market_id"] == market_id
    asked = owner.get(f"{path}/requests?state=pending").json["items"]
    assert [request["kind"] for request in asked] == ["editing"]
    assert change(owner, path, {"slogan": "شعار"}, "PATCH").status_code == 200
    assert decide(market_id, approved=True).json["state"] == "approved"
    assert client.get(f"{API}/markets/{market_id}").json["name"] == "نام تازه"


def test_an_edit_that_changes_nothing_changes_nothing(owner: Any, published: Any, change: Any) -> None:
    market_id = published(owner, name="همین")
    path = f"{MINE}/{market_id}"
    assert change(owner, path, {"name": "همین"}, "PATCH").json["status"] == "published"
    for part in ("/location", "/contact", "/theme"):
        same = owner.get(path + part).json
        sent = {name: value for name, value in same.items() if name not in ("country", "province_id")}
        assert change(owner, path + part, sent).status_code == 200, part
        assert owner.get(path).json["status"] == "published", part


@pytest.mark.parametrize(
    ("part", "body"),
    [
        ("/location", {"address": "خیابان تازه، پلاک ۲"}),
        ("/contact", {"telephone": "02188000000"}),
        ("/theme", {"colour": "#00aa11"}),
    ],
)
def test_an_edit_of_every_part_goes_back_to_the_queue(
    owner: Any, published: Any, change: Any, part: str, body: dict[str, Any]
) -> None:
    path = f"{MINE}/{published(owner)}"
    same = owner.get(path + part).json
    sent = {name: value for name, value in same.items() if name not in ("country", "province_id")}
    assert change(owner, path + part, {**sent, **body}).status_code == 200
    assert owner.get(path).json["status"] == "paid_in_publication_queue"


def test_an_edit_of_pictures_goes_back_to_the_queue(owner: Any, published: Any, decide: Any) -> None:
    market_id = published(owner)
    path = f"{MINE}/{market_id}"

    def approve() -> None:
        assert owner.get(path).json["status"] == "paid_in_publication_queue"
        assert decide(market_id, approved=True).status_code == 200

    owner.put(f"{path}/logo", json={"file_id": owner.upload("market.logo")})
    approve()
    picture = owner.post(f"{path}/pictures", json={"file_id": owner.upload("market.picture"), "title": "یک"}).json
    approve()
    assert (
        owner.patch(
            f"{path}/pictures/{picture['id']}", json={"title": "یک", "position": 0}, headers={"If-Match": "*"}
        ).status_code
        == 200
    )
    assert owner.get(path).json["status"] == "published"
    owner.patch(f"{path}/pictures/{picture['id']}", json={"title": "دو"}, headers={"If-Match": "*"})
    approve()
    owner.delete(f"{path}/pictures/{picture['id']}")
    approve()


@pytest.mark.parametrize("waits", [True, False])
def test_what_waits_or_is_published_stays_complete(owner: Any, published: Any, change: Any, waits: bool) -> None:
    path = f"{MINE}/{published(owner)}"
    if waits:
        assert change(owner, path, {"slogan": "تازه"}, "PATCH").json["status"] == "paid_in_publication_queue"
    before = owner.get(path).json
    for part, method, body, pointer in [
        ("", "PATCH", {"description": ""}, "/description"),
        ("", "PATCH", {"category_id": None}, "/category_id"),
        ("/contact", "PUT", {}, "/contact/mobile"),
    ]:
        refused = change(owner, path + part, body, method)
        assert (refused.status_code, refused.json["code"]) == (422, "market.incomplete"), part
        assert [error["pointer"] for error in refused.json["errors"]] == [pointer]
    assert owner.get(path).json == before
    assert owner.get(f"{path}/contact").json["mobile"] == "+989121234567"


def test_what_has_lost_something_is_not_published(owner: Any, complete_market: Any, decide: Any, db: Any) -> None:
    ask(owner, complete_market)
    db.run(transaction(lambda: session().execute(update(Market).values(city_id=None))))  # as when a city goes
    refused = decide(complete_market["id"], approved=True)
    assert (refused.status_code, refused.json["code"]) == (422, "market.incomplete")
    assert status(owner, complete_market) == "paid_in_publication_queue"
    assert decide(complete_market["id"], approved=False).status_code == 200


def test_hidden_markets_may_lack_what_they_like(owner: Any, published: Any, change: Any) -> None:
    market = {"id": published(owner)}
    move(owner, market, "paid_non_publication")
    assert change(owner, f"{MINE}/{market['id']}", {"description": ""}, "PATCH").status_code == 200


def test_hours_and_closures_leave_a_market_public(owner: Any, published: Any, change: Any) -> None:
    path = f"{MINE}/{published(owner)}"
    hours = {"shows_hours": True, "week": [[] for _ in range(7)]}
    assert change(owner, f"{path}/hours", hours).status_code == 200
    assert owner.put(f"{path}/closure", json={"note": "سفر"}).status_code == 200
    assert owner.delete(f"{path}/closure").status_code == 204
    assert owner.get(path).json["status"] == "published"


def test_an_owner_unpublishes_and_deactivates_and_only_an_admin_reactivates(
    owner: Any, staff: Any, published: Any, decide: Any, change: Any
) -> None:
    market = {"id": published(owner)}
    assert move(owner, market, "paid_non_publication").json["is_public"] is False
    assert move(owner, market, "inactive").json["status"] == "inactive"
    for to in ("paid_under_creation", "unpaid_under_creation", "published", "paid_in_publication_queue"):
        answer = move(owner, market, to)
        assert (answer.status_code, answer.json["code"]) == (409, "market.move_not_allowed")
        assert answer.json["allowed"] == []
    refused = change(owner, f"{MINE}/{market['id']}", {"name": "نه"}, "PATCH")
    assert (refused.status_code, refused.json["code"]) == (409, "market.not_editable")
    assert ask(owner, market, "reactivation").status_code == 201
    assert decide(market["id"], approved=True).json["state"] == "approved"
    assert status(owner, market) == "paid_under_creation"
    assert staff.get(f"{API}/requests?state=pending").json["items"] == []


def test_a_rejected_reactivation_leaves_it_inactive(owner: Any, market: Any, decide: Any) -> None:
    move(owner, market, "inactive")
    actions = f"{MINE}/{market['id']}/actions"
    assert owner.get(actions).json["requests"] == ["reactivation"]
    ask(owner, market, "reactivation")
    assert owner.get(actions).json["requests"] == []
    assert decide(market["id"], approved=False, answer="نه").json["state"] == "rejected"
    assert status(owner, market) == "inactive"


def test_staff_moves_markets_without_a_request(owner: Any, staff: Any, published: Any) -> None:
    market = {"id": published(owner)}
    hidden = move(staff, market, "paid_needs_editing", reason="تصویر نامناسب", notes="لوگو")
    assert hidden.json["status"] == "paid_needs_editing"
    (last, *_) = owner.get(f"{MINE}/{market['id']}/moves").json["items"]
    assert (last["actor"], last["reason"], last["notes"]) == ("admin", "تصویر نامناسب", "لوگو")
    assert move(staff, market, "published").status_code == 409


def test_who_decides_sees_what_he_decides_on(app: Any, as_user: Any, owner: Any, complete_market: Any) -> None:
    moderator = as_user(make_user(app, "+989120000077"), permissions=["market.moderate"])
    path = f"{MINE}/{complete_market['id']}"
    ask(owner, complete_market)
    for part in ("", "/preview", "/location", "/contact", "/pictures", "/moves", "/requests", "/actions"):
        assert moderator.get(path + part).status_code == 200, part
    for part in ("/colleagues", "/invitations", "/gateway"):
        assert moderator.get(path + part).status_code == 403, part
    assert moderator.patch(path, json={"name": "نه"}).status_code == 403
    with app.app_context():
        deciding = Principal(user_id=moderator.user_id, permissions=frozenset(("market.moderate",)))
        assert session().scalars(scoped(select(Market.name), Market, deciding)).all() == ["نان سنتی"]
    assert move(moderator, complete_market, "paid_needs_editing").json["status"] == "paid_needs_editing"


@pytest.mark.parametrize(
    ("state", "wrong"),
    [
        ("paid_in_publication_queue", ["published", "paid_under_creation", "unpaid_under_creation", "payment_pending"]),
        ("paid_needs_editing", ["published", "paid_in_publication_queue", "paid_non_publication"]),
        ("inactive", ["published", "paid_in_publication_queue", "paid_needs_editing", "unpaid_under_creation"]),
        ("unpaid_under_creation", ["published", "paid_under_creation", "payment_pending", "paid_in_publication_queue"]),
        ("published", ["paid_in_publication_queue", "paid_under_creation", "unpaid_under_creation"]),
    ],
)
def test_the_sites_staff_makes_no_move_past_the_table(
    app: Any, as_user: Any, owner: Any, published: Any, prices: Any, db: Any, state: str, wrong: list[str]
) -> None:
    moderator = as_user(make_user(app, "+989120000077"), permissions=["market.moderate"])
    market = {"id": published(owner)}
    if state == "paid_in_publication_queue":
        move(owner, market, "paid_non_publication")
        assert ask(owner, market).status_code == 201
    elif state == "unpaid_under_creation":
        prices.update(dict.fromkeys(db.all(select(Market.category_id)), 5))
        db.run(mark_unpaid, UUID(market["id"]))
    elif state != "published":
        move(moderator, market, state)
    assert status(owner, market) == state
    for to in wrong:
        refused = move(moderator, market, to)
        assert (refused.status_code, refused.json["code"]) == (409, "market.move_not_allowed"), to
    assert status(owner, market) == state


def test_actions_are_what_is_then_allowed(owner: Any, staff: Any, complete_market: Any) -> None:
    path = f"{MINE}/{complete_market['id']}/actions"
    mine = owner.get(path).json
    assert mine["moves"] == ["paid_in_publication_queue", "paid_non_publication", "inactive"]
    assert (mine["requests"], mine["may_edit"], mine["may_share"], mine["may_pay"]) == (
        ["publication"],
        True,
        False,
        False,
    )
    for to in mine["moves"][:1]:
        assert move(owner, complete_market, to).status_code == 200
    assert owner.get(path).json["moves"] == ["paid_non_publication", "inactive"]
    assert staff.get(path).json["moves"] == ["paid_needs_editing", "paid_non_publication", "inactive"]


@pytest.fixture
def fee(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if an addon named a fee."""
    price = Money(5_000_000, "IRR")
    monkeypatch.setattr("asoud_market.services.life.publication_fee", lambda **_: price)


@pytest.mark.usefixtures("fee")
def test_a_fee_is_paid_before_anything_else(app: Any, owner: Any, open_market: Any, db: Any, finish: Any) -> None:
    market = open_market(owner)
    assert (market["status"], market["is_paid"]) == ("unpaid_under_creation", False)
    finish(owner, market)
    assert owner.get(f"{MINE}/{market['id']}/actions").json["may_pay"] is True
    for to in ("paid_under_creation", "payment_pending", "paid_in_publication_queue", "published"):
        assert move(owner, market, to).json["code"] == "market.move_not_allowed"
    assert ask(owner, market).json["code"] == "market.move_not_allowed"
    market_id = UUID(market["id"])
    db.run(mark_payment_pending, market_id)
    assert status(owner, market) == "payment_pending"
    db.run(mark_paid, market_id)
    db.run(mark_paid, market_id)
    assert status(owner, market) == "paid_under_creation"
    assert ask(owner, market).status_code == 201


@pytest.fixture
def prices(monkeypatch: pytest.MonkeyPatch) -> dict[UUID | None, int]:
    """As if an addon named a fee in Rials by category."""
    found: dict[UUID | None, int] = {}

    def fee(*, market_id: UUID, category_id: UUID | None) -> Money | None:
        return Money(found[category_id], "IRR") if category_id in found else None

    monkeypatch.setattr("asoud_market.services.life.publication_fee", fee)
    return found


def test_a_dearer_category_is_paid_for_before_the_publication(
    app: Any, owner: Any, published: Any, change: Any, prices: Any, db: Any, client: Any
) -> None:
    free, dear, dearest = (category(app, name, name) for name in ("free", "dear", "dearest"))
    prices.update({dear: 5_000_000, dearest: 7_000_000})
    market_id = UUID(published(owner, category_id=free))
    market, path = {"id": str(market_id)}, f"{MINE}/{market_id}"

    def choose(category_id: UUID) -> tuple[str, bool]:
        changed = change(owner, path, {"category_id": str(category_id)}, "PATCH").json
        return changed["status"], changed["is_paid"]

    def fee() -> tuple[int | None, ...]:
        return tuple(db.run(lambda: [part and part.amount for part in fee_of(get_market(market_id))]))

    assert choose(dear) == ("unpaid_under_creation", False)
    assert client.get(f"{API}/markets/{market_id}").status_code == 404
    assert owner.get(f"{path}/actions").json["may_pay"] is True
    assert ask(owner, market).json["code"] == "market.move_not_allowed"
    assert (fee(), choose(free), choose(dear)) == (
        (5_000_000, None, 5_000_000),
        ("paid_under_creation", True),
        ("unpaid_under_creation", False),
    )
    db.run(mark_payment_pending, market_id)
    refused = change(owner, path, {"category_id": str(dearest)}, "PATCH")
    assert refused.json["code"] == "market.not_editable"
    db.run(mark_paid, market_id)
    assert (status(owner, market), fee()) == ("paid_under_creation", (5_000_000, 5_000_000, None))
    assert (choose(free), choose(dear)) == (("paid_under_creation", True),) * 2
    assert choose(dearest) == ("unpaid_under_creation", False)
    assert fee() == (7_000_000, 5_000_000, 2_000_000)
    db.run(mark_paid, market_id, fee=Money(5_000_000, "IRR"))  # told twice of the payment before
    assert status(owner, market) == "unpaid_under_creation"
    db.run(mark_paid, market_id, fee=Money(7_000_000, "IRR"))
    assert ask(owner, market).status_code == 201
    assert (choose(dear), fee()) == (("paid_in_publication_queue", True), (5_000_000, 7_000_000, None))


def test_a_market_opened_without_a_category_pays_for_the_one_that_it_chooses(
    app: Any, owner: Any, market: Any, change: Any, prices: Any
) -> None:
    assert market["is_paid"] is True
    dear = category(app, "گران", "dear")
    prices[dear] = 1
    changed = change(owner, f"{MINE}/{market['id']}", {"category_id": str(dear)}, "PATCH").json
    assert (changed["status"], changed["is_paid"]) == ("unpaid_under_creation", False)


def test_a_payment_that_fails_takes_back_nothing_and_an_end_takes_all(
    app: Any, owner: Any, open_market: Any, change: Any, prices: Any, db: Any
) -> None:
    dear, dearest = category(app, "گران", "dear"), category(app, "گران‌تر", "dearest")
    prices.update({dear: 5, dearest: 7})
    market = open_market(owner, category_id=str(dear))
    market_id = UUID(market["id"])
    due = lambda: db.run(lambda: fee_of(get_market(market_id)).due)  # noqa: E731
    db.run(mark_paid, market_id)
    change(owner, f"{MINE}/{market_id}", {"category_id": str(dearest)}, "PATCH")
    db.run(mark_payment_pending, market_id)
    db.run(mark_unpaid, market_id, reason="failed")
    assert (status(owner, market), due()) == ("unpaid_under_creation", Money(2, "IRR"))
    db.run(mark_payment_pending, market_id)
    prices[dearest] = 9
    db.run(mark_paid, market_id, fee=Money(7, "IRR"))
    assert (status(owner, market), due()) == ("unpaid_under_creation", Money(2, "IRR"))
    db.run(mark_paid, market_id)
    assert (status(owner, market), due()) == ("paid_under_creation", None)
    db.run(mark_unpaid, market_id)
    assert (status(owner, market), due()) == ("unpaid_under_creation", Money(9, "IRR"))


def test_a_fee_that_is_gone_is_none_for_all_that_is_offered(
    owner: Any, open_market: Any, finish: Any, prices: Any
) -> None:
    prices[None] = 5
    first, second = open_market(owner), open_market(owner)
    for market in (first, second):
        finish(owner, market)
    prices.clear()
    told = owner.get(f"{MINE}/{first['id']}/actions").json
    assert (told["requests"], told["may_pay"]) == (["publication"], False)
    assert told["moves"] == ["paid_in_publication_queue", "paid_non_publication", "inactive"]
    assert ask(owner, first).status_code == 201
    assert move(owner, second, "paid_in_publication_queue").status_code == 200


def test_what_is_no_longer_paid_is_not_public(owner: Any, published: Any, db: Any, client: Any) -> None:
    market_id = published(owner)
    db.run(mark_unpaid, UUID(market_id))
    assert client.get(f"{API}/markets/{market_id}").status_code == 404
    (found,) = db.all(select(Market).where(Market.id == UUID(market_id)))
    assert (found.status.value, found.is_public, found.is_paid) == ("unpaid_under_creation", False, False)


def test_every_step_is_written_down(owner: Any, published: Any, db: Any) -> None:
    market_id = UUID(published(owner))
    steps = db.all(select(Move).where(Move.market_id == market_id).order_by(Move.id))
    assert [step.to_status.value for step in steps] == [
        "unpaid_under_creation",
        "paid_under_creation",
        "paid_in_publication_queue",
        "published",
    ]
    assert [before.to_status for before in steps[:-1]] == [after.from_status for after in steps[1:]]
