"""Staff, invitations and colleagues."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from asoud_market.models import Member
from asoud_market.services import colleague_markets, is_colleague
from asoud_market.testing import API
from sqlalchemy import select, update

from addon_sdk import session, transaction

MINE = f"{API}/my/markets"
SARA = "+989120000002"


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


@pytest.fixture
def path(market: Any) -> str:
    return f"{MINE}/{market['id']}"


@pytest.fixture
def hire(path: str) -> Any:
    """Invites somebody by number and lets him accept."""

    def run(owner: Any, caller: Any, mobile: str, *permissions: str) -> None:
        body = {"mobile": mobile, "permissions": list(permissions)}
        invitation = owner.post(f"{path}/invitations", json=body).json
        answer = caller.post(f"{API}/my/invitations/{invitation['id']}/answer", json={"accept": True})
        assert answer.status_code == 200, answer.text

    return run


def test_an_invitation_by_number_is_seen_and_accepted(
    owner: Any, sara: Any, reza: Any, market: Any, path: str, outbox: Any
) -> None:
    body = {"mobile": "09120000002", "title": "فروشنده", "permissions": ["market.edit"]}
    invitation = owner.post(f"{path}/invitations", json=body).json
    assert (invitation["state"], invitation["mobile"], invitation["market_name"]) == ("pending", SARA, market["name"])
    assert reza.get(f"{API}/my/invitations").json["items"] == []
    (seen,) = sara.get(f"{API}/my/invitations").json["items"]
    assert (seen["id"], "token" in seen) == (invitation["id"], False)
    answer = f"{API}/my/invitations/{invitation['id']}/answer"
    assert reza.post(answer, json={"accept": True}).status_code == 404
    assert sara.post(answer, json={"accept": True}).json["state"] == "accepted"
    assert code(sara.post(answer, json={"accept": True})) == (409, "market.invitation_over")
    (member,) = owner.get(f"{path}/staff").json["items"]
    assert (member["user_id"], member["title"], member["permissions"]) == (
        str(sara.user_id),
        "فروشنده",
        ["market.edit"],
    )
    assert [market["id"] for market in sara.get(MINE).json["items"]] == [market["id"]]
    assert outbox.payloads("market.staff_joined") == [{"market_id": market["id"], "user_id": str(sara.user_id)}]


def test_a_link_works_for_whoever_has_it_once(owner: Any, sara: Any, reza: Any, path: str) -> None:
    token = owner.post(f"{path}/invitations", json={"permissions": []}).json["token"]
    answers = f"{API}/my/invitations/answers"
    assert sara.post(answers, json={"token": "x" * 32, "accept": True}).status_code == 404
    assert sara.post(answers, json={"token": token, "accept": True}).json["state"] == "accepted"
    assert code(reza.post(answers, json={"token": token, "accept": True})) == (409, "market.invitation_over")
    for_reza = owner.post(f"{path}/invitations", json={"mobile": "09120000003"}).json["token"]
    assert code(sara.post(answers, json={"token": for_reza, "accept": True})) == (403, "market.not_invited")
    assert reza.post(answers, json={"token": for_reza, "accept": False}).json["state"] == "declined"
    listed = owner.get(f"{path}/invitations").json["items"]
    assert [item["state"] for item in listed] == ["declined", "accepted"]
    assert token not in owner.get(f"{path}/invitations").text


def test_invitations_expire_and_are_withdrawn(owner: Any, sara: Any, path: str, clock: Any, as_user: Any) -> None:
    first = owner.post(f"{path}/invitations", json={"mobile": SARA}).json
    assert code(owner.post(f"{path}/invitations", json={"mobile": SARA})) == (409, "market.already_staff")
    assert owner.delete(f"{path}/invitations/{first['id']}").status_code == 204
    assert code(owner.delete(f"{path}/invitations/{first['id']}")) == (409, "market.invitation_over")
    second = owner.post(f"{path}/invitations", json={"mobile": SARA}).json
    clock.tick(8 * 86_400)
    owner, sara = as_user(owner.user_id), as_user(sara.user_id)
    assert sara.get(f"{API}/my/invitations").json["items"] == []
    late = sara.post(f"{API}/my/invitations/{second['id']}/answer", json={"accept": True})
    assert code(late) == (409, "market.invitation_over")
    assert owner.post(f"{path}/invitations", json={"mobile": SARA}).status_code == 201


def test_staff_does_what_it_may_and_nothing_else(
    owner: Any, sara: Any, reza: Any, path: str, hire: Any, change: Any
) -> None:
    hire(owner, sara, SARA, "market.edit")
    assert change(sara, path, {"name": "به دست سارا"}, "PATCH").status_code == 200
    assert sara.get(f"{path}/moves").status_code == 200
    for method, place, body in [
        ("POST", "/requests", {"kind": "publication"}),
        ("POST", "/moves", {"to": "inactive"}),
        ("POST", "/invitations", {"mobile": "09120000003"}),
        ("GET", "/colleagues", None),
        ("GET", "/gateway", None),
        ("PUT", "/closure", {}),
    ]:
        assert code(sara.open(f"{path}{place}", method=method, json=body)) == (403, "permission_denied"), place
    assert reza.get(path).status_code == 404


def test_nobody_gives_what_he_hasnt_or_changes_his_own_rights(
    owner: Any, sara: Any, reza: Any, path: str, hire: Any
) -> None:
    hire(owner, sara, SARA, "market.staff")
    hire(owner, reza, "+989120000003", "market.edit")
    invitations = f"{path}/invitations"
    assert sara.post(invitations, json={"mobile": "09120000007", "permissions": ["market.edit"]}).status_code == 403
    assert sara.post(invitations, json={"mobile": "09120000007"}).status_code == 201
    mine, his = f"{path}/staff/{sara.user_id}", f"{path}/staff/{reza.user_id}"
    assert sara.patch(mine, json={"permissions": ["market.edit"]}).status_code == 403
    assert sara.patch(his, json={"permissions": []}).status_code == 403
    assert sara.delete(his).status_code == 403
    assert owner.patch(his, json={"permissions": [], "title": "کمک"}).json["permissions"] == []
    assert sara.delete(his).status_code == 204
    assert sara.delete(mine).status_code == 204
    assert sara.get(path).status_code == 404


def _lower(owner: Any, sara: Any, member: str) -> Any:
    return owner.patch(member, json={"permissions": []})


def _remove(owner: Any, sara: Any, member: str) -> Any:
    return owner.delete(member)


def _leave(owner: Any, sara: Any, member: str) -> Any:
    return sara.delete(member)


@pytest.mark.parametrize("goes", [_lower, _remove, _leave])
def test_nobody_comes_back_by_his_own_link(
    owner: Any, sara: Any, reza: Any, path: str, hire: Any, goes: Any, db: Any
) -> None:
    hire(owner, sara, SARA, "market.edit", "market.staff")
    token = sara.post(f"{path}/invitations", json={"permissions": ["market.edit", "market.staff"]}).json["token"]
    assert goes(owner, sara, f"{path}/staff/{sara.user_id}").status_code < 300
    (withdrawn, _) = owner.get(f"{path}/invitations").json["items"]
    assert withdrawn["state"] == "withdrawn"
    for caller in (sara, reza):
        answer = caller.post(f"{API}/my/invitations/answers", json={"token": token, "accept": True})
        assert code(answer) == (409, "market.invitation_over")
    assert all(member.permissions == [] for member in db.all(select(Member)))


def test_an_invitation_is_worth_what_its_maker_may_still_give(
    owner: Any, sara: Any, reza: Any, path: str, hire: Any, db: Any
) -> None:
    hire(owner, sara, SARA, "market.edit", "market.staff")
    token = sara.post(f"{path}/invitations", json={"permissions": ["market.edit"]}).json["token"]
    lowered = transaction(lambda: session().execute(update(Member).values(permissions=["market.staff"])))
    db.run(lowered)  # however it came about: nothing has withdrawn the invitation
    answer = reza.post(f"{API}/my/invitations/answers", json={"token": token, "accept": True})
    assert code(answer) == (409, "market.invitation_over")
    assert reza.get(path).status_code == 404


def test_who_keeps_his_rights_keeps_his_invitations(
    owner: Any, sara: Any, reza: Any, path: str, hire: Any, staff: Any
) -> None:
    hire(owner, sara, SARA, "market.edit", "market.staff")
    made = sara.post(f"{path}/invitations", json={"permissions": []}).json
    member = f"{path}/staff/{sara.user_id}"
    assert owner.patch(member, json={"permissions": ["market.staff"], "title": "سرپرست"}).status_code == 200
    answer = reza.post(f"{API}/my/invitations/answers", json={"token": made["token"], "accept": True})
    assert answer.json["state"] == "accepted"
    by_the_site = staff.post(f"{path}/invitations", json={"permissions": ["market.edit"]}).json
    assert owner.delete(f"{path}/staff/{reza.user_id}").status_code == 204
    again = reza.post(f"{API}/my/invitations/answers", json={"token": by_the_site["token"], "accept": True})
    assert again.json["permissions"] == ["market.edit"]


def test_nobody_touches_who_may_more_than_he(owner: Any, sara: Any, reza: Any, path: str, hire: Any) -> None:
    hire(owner, sara, SARA, "market.staff")
    hire(owner, reza, "+989120000003", "market.staff", "market.operate")
    invited = owner.post(f"{path}/invitations", json={"mobile": "09120000007", "permissions": ["market.operate"]}).json
    assert sara.patch(f"{path}/staff/{reza.user_id}", json={"title": "نه"}).status_code == 403
    assert sara.delete(f"{path}/invitations/{invited['id']}").status_code == 403
    assert sara.patch(f"{path}/staff/{sara.user_id}", json={"title": "سارا"}).json["title"] == "سارا"
    assert reza.delete(f"{path}/invitations/{invited['id']}").status_code == 204


def test_unknown_permissions_and_the_owners_own_are_refused(owner: Any, path: str) -> None:
    body = {"mobile": SARA, "permissions": ["market.edit", "market.gateway", "nothing.at_all"]}
    answer = owner.post(f"{path}/invitations", json=body)
    assert [error["pointer"] for error in answer.json["errors"]] == ["/permissions/1", "/permissions/2"]
    offered = owner.get(f"{path}/staff-permissions").json["items"]
    assert [item["name"] for item in offered] == ["market.view", "market.edit", "market.operate", "market.staff"]


def test_other_addons_offer_permissions(
    owner: Any, sara: Any, path: str, hire: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asoud_market.scope.staff_permissions", lambda: [["product.edit"]])
    hire(owner, sara, SARA, "product.edit")
    assert owner.get(f"{path}/staff").json["items"][0]["permissions"] == ["product.edit"]


def test_staff_has_an_upper_limit(owner: Any, path: str, settings: Any) -> None:
    settings["market.max_staff"] = 1
    assert owner.post(f"{path}/invitations", json={}).status_code == 201
    assert code(owner.post(f"{path}/invitations", json={})) == (409, "market.too_many_staff")


def test_colleagues_have_an_upper_limit(owner: Any, path: str, settings: Any) -> None:
    settings["market.max_colleagues"] = 2
    colleagues = f"{path}/colleagues"
    first, second = (owner.post(colleagues, json={"mobile": f"0913999999{number}"}) for number in (1, 2))
    assert (first.status_code, second.status_code) == (201, 201)
    refused = owner.post(colleagues, json={"mobile": "09139999993"}, headers={"Accept-Language": "en"})
    assert code(refused) == (409, "market.too_many_colleagues")
    assert refused.json["title"] == "The market lists too many colleagues."
    assert len(owner.get(colleagues).json["items"]) == 2
    assert owner.delete(f"{colleagues}/{first.json['id']}").status_code == 204
    assert owner.post(colleagues, json={"mobile": "09139999993"}).status_code == 201


def test_the_owner_is_not_invited(owner: Any, path: str) -> None:
    assert code(owner.post(f"{path}/invitations", json={"mobile": "09120000001"})) == (409, "market.already_staff")
    token = owner.post(f"{path}/invitations", json={}).json["token"]
    answer = owner.post(f"{API}/my/invitations/answers", json={"token": token, "accept": True})
    assert code(answer) == (409, "market.already_staff")


def test_colleagues_are_known_by_number_users_or_not(
    app: Any, owner: Any, sara: Any, reza: Any, market: Any, path: str, db: Any
) -> None:
    colleagues = f"{path}/colleagues"
    made = owner.post(colleagues, json={"mobile": "۰۹۱۲۰۰۰۰۰۰۲", "name": "سارا"})
    assert (made.status_code, made.json["mobile"]) == (201, SARA)
    assert code(owner.post(colleagues, json={"mobile": SARA})) == (409, "market.colleague_exists")
    assert owner.post(colleagues, json={"mobile": "09139999999"}).status_code == 201
    one = f"{colleagues}/{made.json['id']}"
    assert owner.patch(one, json={"name": "سارا احمدی"}).json["name"] == "سارا احمدی"
    assert owner.patch(one, json={}).json["name"] == "سارا احمدی"
    market_id = UUID(market["id"])
    assert db.run(is_colleague, market_id, sara.user_id)
    assert not db.run(is_colleague, market_id, reza.user_id)
    assert db.all(colleague_markets(sara.user_id)) == [market_id]
    assert sara.get(colleagues).status_code == 404
    assert owner.delete(one).status_code == 204
    assert [item["mobile"] for item in owner.get(colleagues).json["items"]] == ["+989139999999"]


def test_lists_of_people_take_one_query_each(owner: Any, sara: Any, reza: Any, path: str, hire: Any, db: Any) -> None:
    hire(owner, sara, SARA)
    owner.get(f"{path}/staff")
    with db.queries() as one:
        owner.get(f"{path}/staff")
    hire(owner, reza, "+989120000003")
    owner.get(f"{path}/staff")
    with db.queries() as two:
        assert len(owner.get(f"{path}/staff").json["items"]) == 2
    assert len(one) == len(two)
    assert len(db.all(select(Member))) == 2
