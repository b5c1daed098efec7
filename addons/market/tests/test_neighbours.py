"""What other addons ask of markets, a user's rights to his data, and the demo."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from asoud_category.services import CategoryInUse, delete_category
from asoud_market.demo import load, read_rows
from asoud_market.models import Contact, Invitation, Market, Member, Status
from asoud_market.services import category_of, demand_market, get_public_market, is_public, is_shown, privacy, tallies
from asoud_market.testing import API, category, make_market
from asoud_region.models import City
from asoud_users.models import User
from asoud_users.services import erase, export
from asoud_users.testing import make_user
from sqlalchemy import func, select

from addon_sdk import NotFound, PermissionDenied, Principal, acting_as, may, members_of, scoped, session, transaction
from addon_sdk.files import StoredFile

MINE = f"{API}/my/markets"


def test_services_for_products(app: Any, owner: Any, sara: Any, published: Any, market: Any) -> None:
    public, hidden = UUID(published(owner)), UUID(market["id"])
    with app.app_context():
        assert is_public(get_public_market(public))
        assert [is_shown(public), is_shown(hidden)] == [True, False]
        with pytest.raises(NotFound):
            get_public_market(hidden)
        assert category_of(public) is not None
        with acting_as(Principal(user_id=owner.user_id)):
            assert demand_market(hidden, "market.edit").id == hidden
            assert may(Principal(user_id=owner.user_id), "market.gateway", demand_market(hidden, "market.view"))
        with acting_as(Principal(user_id=sara.user_id)):
            with pytest.raises(NotFound):
                demand_market(hidden, "market.edit")
            with pytest.raises(PermissionDenied):
                demand_market(public, "market.edit")
            assert session().scalars(scoped(select(Market.id), Market)).all() == [public]
        assert members_of("market", hidden) == {owner.user_id}


def test_a_category_with_markets_stays(app: Any, owner: Any) -> None:
    bread, empty = category(app, "نان", "bread"), category(app, "خالی", "empty")
    with app.app_context():
        make_market(owner.user_id, category_id=bread)
        with pytest.raises(CategoryInUse):
            delete_category(bread)
        delete_category(empty)


def test_a_user_takes_his_markets_along_and_is_forgotten(
    app: Any, owner: Any, sara: Any, market: Any, published: Any, db: Any
) -> None:
    public = published(owner, name="نان")
    sara.put(f"{API}/markets/{public}/like")
    invitation = owner.post(f"{MINE}/{market['id']}/invitations", json={"mobile": "09120000002"}).json
    sara.post(f"{API}/my/invitations/{invitation['id']}/answer", json={"accept": True})
    exported = db.run(export, owner.user_id)["markets"]
    assert {each["id"] for each in exported["markets"]} == {market["id"], public}
    assert db.run(export, sara.user_id)["markets"]["likes"] == [public]
    db.run(erase, sara.user_id)
    assert db.count(Member) == 0
    with pytest.raises(Exception, match="Deactivate"):
        db.run(erase, owner.user_id)
    owner.post(f"{MINE}/{public}/moves", json={"to": "inactive"})
    db.run(erase, owner.user_id)
    assert set(db.all(select(Market.address))) == {""}


def test_who_is_forgotten_counts_no_more_and_takes_nothing_of_others(
    app: Any, owner: Any, sara: Any, market: Any, published: Any, db: Any
) -> None:
    public = published(owner)
    sara.put(f"{API}/markets/{public}/like")
    sara.put(f"{API}/markets/{public}/bookmark")
    db.run(tallies.add_up)
    token = owner.post(f"{MINE}/{market['id']}/invitations", json={}).json["token"]
    for _ in range(2):  # the second time he has no number any more
        db.run(_forget, sara.user_id)
    db.run(tallies.add_up)
    counts = select(Market.like_count, Market.bookmark_count).where(Market.id == UUID(public))
    with app.app_context():
        assert session().execute(counts).one() == (0, 0)
    assert db.count(Invitation) == 1, token
    owner.post(f"{MINE}/{public}/moves", json={"to": "inactive"})
    db.run(_forget, owner.user_id)
    assert db.count(Contact) == 0


@pytest.mark.parametrize("waits_for", ["publication", "reactivation"])
def test_nobody_decides_on_markets_of_who_is_forgotten(
    owner: Any, reza: Any, complete_market: Any, staff: Any, db: Any, waits_for: str
) -> None:
    path = f"{MINE}/{complete_market['id']}"
    if waits_for == "reactivation":
        owner.post(f"{path}/moves", json={"to": "inactive"})
    asked = owner.post(f"{path}/requests", json={"kind": waits_for}).json
    token = owner.post(f"{path}/invitations", json={}).json["token"]
    db.run(_forget, owner.user_id)
    decision = f"{API}/requests/{asked['id']}/decision"
    etag = staff.get(decision).headers["ETag"]
    late = staff.put(decision, json={"approved": True}, headers={"If-Match": etag})
    assert (late.status_code, late.json["code"]) == (409, "market.request_decided")
    assert [market.status for market in db.all(select(Market))] == [Status.INACTIVE]
    joined = reza.post(f"{API}/my/invitations/answers", json={"token": token, "accept": True})
    assert joined.json["code"] == "market.invitation_over"


@transaction
def _forget(user_id: UUID) -> None:
    privacy.erase(user_id)
    session().get_one(User, user_id).mobile = None


def test_the_demo_opens_fifty_markets_once(app: Any, db: Any, client: Any) -> None:
    rows = read_rows()
    assert len(rows) == 50
    for number in range(6):
        make_user(app, f"+9891200000{number:02}")
    for slug in {row.category for row in rows}:
        category(app, slug, slug)
    with app.app_context():
        for _ in range(2):
            steps: list[int] = []
            load.load("small", steps.append)
            assert sum(steps) == load.count("small") == 50
        by_status = dict(session().execute(select(Market.status, func.count()).group_by(Market.status)).all())
    assert {status.value: count for status, count in by_status.items()} == {
        "published": 42,
        "paid_in_publication_queue": 2,
        "unpaid_under_creation": 1,
        "payment_pending": 1,
        "paid_under_creation": 1,
        "paid_needs_editing": 1,
        "paid_non_publication": 1,
        "inactive": 1,
    }
    assert db.count(Member) == 10
    telephones = db.all(select(Contact.telephone).join(Market).join(City).where(City.name_en == "Shiraz"))
    assert {number[:3] for number in telephones} == {"071"}
    without_city = db.all(select(Market.name).where(Market.city_id.is_(None)))
    assert without_city == []
    found = client.get(f"{API}/markets", query_string={"q": "گز کرمانی"}).json["items"]
    assert [(item["city_en"], item["business_id"]) for item in found] == [("Isfahan", "gaz-kermani")]
    shown = client.get(f"{API}/markets/{found[0]['id']}").json
    for place in ("logo", "background"):
        with client.get(shown[place]["url"]) as picture:
            assert picture.content_type == "image/jpeg"
    assert (len(shown["slides"]), len(shown["gallery"]), shown["theme"]["colour"]) == (2, 2, "#0f6e84")
    uses = sorted(db.all(select(StoredFile.uses)))
    assert (len(uses), uses[0], sum(uses)) == (26, 3, 2 * 50 + 4 * 17), "drawn once, and all shown"
