"""Rules that two people, or one who clicks twice, could break at the same moment; by real threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from asoud_category.models import Category
from asoud_category.problems import CategoryInUse
from asoud_category.services import delete_category
from asoud_market.models import Approval, ApprovalKind, ApprovalState, Bookmark, Like, Market, Member, Move, Status
from asoud_market.services import attention, invitations, life, requests, tallies
from asoud_market.testing import API, category, make_market
from sqlalchemy import func, select

from addon_sdk import Principal, ValidationFailed, acting_as

Act = Callable[[], object]
MODERATING = frozenset(("market.moderate",))


@pytest.fixture
def done(at_once: Any) -> Callable[[Sequence[tuple[UUID, Act]]], list[str]]:
    """Lets users do something at the same moment; ``done``, or the status and code of the problem, of each, sorted."""

    def run(acts: Sequence[tuple[UUID, Act]]) -> list[str]:
        def one(user_id: UUID, act: Act) -> None:
            with acting_as(Principal(user_id=user_id, permissions=MODERATING)):
                act()

        answers = at_once(*(partial(one, *each) for each in acts))
        return sorted("done" if answer is None else f"{answer.status} {answer.code}" for answer in answers)

    return run


@pytest.mark.parametrize("model", [Like, Bookmark])
def test_many_clicks_of_one_user_are_one_like(
    done: Any, owner: Any, sara: Any, reza: Any, published: Any, db: Any, model: Any
) -> None:
    market_id = UUID(published(owner))
    column = {Like: Market.like_count, Bookmark: Market.bookmark_count}[model]
    keep, drop = (lambda act=act: act(model, market_id) for act in (attention.keep, attention.drop))
    add_up = (owner.user_id, tallies.add_up)
    clicks = [(sara.user_id, keep)] * 4 + [(reza.user_id, keep)] * 2
    assert done([*clicks, add_up, add_up]) == ["done"] * 8
    db.run(tallies.add_up)
    assert (db.count(model), db.all(select(column).where(Market.id == market_id))) == (2, [2])
    assert done([(sara.user_id, drop), (sara.user_id, drop), (reza.user_id, keep), add_up]) == ["done"] * 4
    assert done([(sara.user_id, keep), (sara.user_id, drop)] * 2) == ["done"] * 4
    db.run(tallies.add_up)
    assert db.all(select(column).where(Market.id == market_id)) == [db.count(model)]


@pytest.fixture
def asked(app: Any, owner: Any, complete_market: Any) -> Callable[[ApprovalKind], UUID]:
    """Asks for something as the market's owner; the request's id."""

    def run(kind: ApprovalKind) -> UUID:
        market_id = UUID(complete_market["id"])
        with app.app_context(), acting_as(Principal(user_id=owner.user_id)):
            if kind is ApprovalKind.REACTIVATION:
                life.move(market_id, Status.INACTIVE)
            return requests.ask(market_id, kind).id

    return run


@pytest.mark.parametrize("kind", [ApprovalKind.PUBLICATION, ApprovalKind.REACTIVATION])
@pytest.mark.parametrize("approvals", [(True, True), (True, False), (False, False)])
def test_of_two_who_decide_one_does(
    done: Any, asked: Any, sara: Any, reza: Any, db: Any, outbox: Any, kind: Any, approvals: Any
) -> None:
    request_id = asked(kind)
    moves = db.count(Move)
    acts = [lambda yes=yes: requests.decide(request_id, approved=yes) for yes in approvals]
    answers = done(list(zip((sara.user_id, reza.user_id), acts, strict=True)))
    assert answers == ["409 market.request_decided", "done"]
    (request,) = db.all(select(Approval))
    assert request.state in {ApprovalState.APPROVED if yes else ApprovalState.REJECTED for yes in approvals}
    (told,) = outbox.payloads("market.approval_decided")
    assert told["approved"] is (request.state is ApprovalState.APPROVED)
    stays = kind is ApprovalKind.REACTIVATION and not told["approved"]
    assert [move.by_id for move in db.all(select(Move).order_by(Move.id))[moves:]] == (
        [] if stays else [request.decided_by]
    )


def test_of_two_who_have_seen_the_same_one_decides(
    done: Any, asked: Any, as_user: Any, sara: Any, reza: Any, db: Any
) -> None:
    path = f"{API}/requests/{asked(ApprovalKind.PUBLICATION)}/decision"
    staff = [as_user(each.user_id, roles=["admin"]) for each in (sara, reza)]
    etags = [each.get(path).headers["ETag"] for each in staff]
    answers: list[tuple[int, str]] = []

    def decide(caller: Any, etag: str) -> None:
        answer = caller.put(path, json={"approved": True}, headers={"If-Match": etag})
        answers.append((answer.status_code, answer.json.get("code", "")))

    acts = [lambda who=who, etag=etag: decide(who, etag) for who, etag in zip(staff, etags, strict=True)]
    assert done([(sara.user_id, act) for act in acts]) == ["done"] * 2
    assert sorted(answers) == [(200, ""), (412, "precondition_failed")]
    assert db.all(select(func.count()).where(Move.to_status == Status.PUBLISHED)) == [1]


@pytest.fixture
def token(owner: Any, market: Any) -> str:
    """What the link of an invitation to the market's staff carries."""
    made = owner.post(f"{API}/my/markets/{market['id']}/invitations", json={"permissions": ["market.edit"]})
    return str(made.json["token"])


@pytest.mark.parametrize("alone", [True, False])
def test_a_link_makes_one_member(
    done: Any, sara: Any, reza: Any, token: str, db: Any, outbox: Any, alone: bool
) -> None:
    accept = lambda: invitations.answer_by_token(token, accept=True)  # noqa: E731
    callers = [sara, sara if alone else reza] * 2
    answers = done([(each.user_id, accept) for each in callers])
    assert answers == [*["409 market.invitation_over"] * 3, "done"]
    (member,) = db.all(select(Member))
    assert [each["user_id"] for each in outbox.payloads("market.staff_joined")] == [str(member.user_id)]


def test_two_links_make_one_member_of_one_user(
    done: Any, owner: Any, sara: Any, market: Any, token: str, db: Any
) -> None:
    other = owner.post(f"{API}/my/markets/{market['id']}/invitations", json={}).json["token"]
    acts = [lambda each=each: invitations.answer_by_token(each, accept=True) for each in (token, other)]
    assert done([(sara.user_id, act) for act in acts]) == ["409 market.already_staff", "done"]
    assert db.count(Member) == 1


def test_a_category_is_not_deleted_under_a_new_market(app: Any, db: Any, at_once: Any, owner: Any) -> None:
    for turn in range(6):
        chosen = category(app, f"دستهٔ {turn}", f"turn-{turn}")
        deleted, made = at_once(
            lambda each=chosen: delete_category(each), lambda each=chosen: make_market(owner.user_id, category_id=each)
        )
        if isinstance(made, ValidationFailed):
            assert [error.pointer for error in made.errors] == ["/category_id"]
            assert deleted is None
        else:
            assert isinstance(deleted, CategoryInUse)
    there = select(Market.id).where(Market.category_id.in_(select(Category.id)))
    assert len(db.all(there)) == len(db.all(select(Market.id)))
