"""A market's life: each move in one place, with its history, its requests and its events."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from addon_sdk import Money, Principal, current_principal, may, now, publish, session, transaction
from addon_sdk.identity import grant_role
from asoud_market.events import Published, StatusChanged, Unpublished
from asoud_market.hookspecs import publication_fee
from asoud_market.models import Approval, ApprovalKind, Market, Move, Status
from asoud_market.moves import (
    CREATING,
    EDITABLE,
    INACTIVE,
    PAID,
    PENDING,
    PUBLIC,
    QUEUE,
    UNPAID,
    Actor,
    may_move,
    moves_of,
    requests_of,
)
from asoud_market.problems import MoveNotAllowed
from asoud_market.services.access import demand_market, get_market
from asoud_market.services.approvals import close_request, open_request, pending_of
from asoud_market.services.completeness import demand_complete, missing_of

_SYSTEM: frozenset[Actor] = frozenset(("system",))


def actors_of(market: Market, principal: Principal | None = None) -> frozenset[Actor]:
    """As whom the caller may move the market. One who is both is both."""
    caller = principal or current_principal()
    found: set[Actor] = set()
    if caller.can("market.moderate"):
        found.add("admin")
    if market.owner_id == caller.user_id or may(caller, "market.operate", market):
        found.add("owner")
    return frozenset(found)


@transaction
def move(market_id: UUID, to: Status, *, reason: str = "", notes: str = "") -> Market:
    """Lead a market on as the caller. Raises NotFound, PermissionDenied, `MoveNotAllowed`, `Incomplete`."""
    market = demand_market(market_id, "market.view", lock=True)
    settle_fee(market)
    actors = actors_of(market)
    if not actors:
        demand_market(market_id, "market.operate")
    if to not in _offered(market.status, actors, is_paid=market.is_paid):
        raise MoveNotAllowed(**allowed_of(market, actors))
    if to is QUEUE:
        into_queue(market, reason, notes, message=notes or reason)
        return market
    return settle_fee(step(market, to, _acting(market.status, to, actors), reason=reason, notes=notes))


@transaction
def step(
    market: Market, to: Status, actor: Actor, *, reason: str = "", notes: str = "", answer: str | None = None
) -> Market:
    """Make one move of a locked market, with all that follows from it. Raises `MoveNotAllowed`."""
    before = market.status
    if not may_move(before, to, frozenset((actor,))):
        raise MoveNotAllowed(**allowed_of(market, frozenset((actor,))))
    market.status, market.is_public = to, to is PUBLIC
    market.version += 1
    _record(market, before, to, actor, reason, notes)
    _close_requests(market, before, to, actor, answer if answer is not None else (reason if actor == "admin" else ""))
    if to is PUBLIC:
        market.listed_at = now()
        market.first_published_at = market.first_published_at or market.listed_at
        grant_role(market.owner_id, "vendor")
    session().flush()
    _tell(market, before)
    return market


class Fee(NamedTuple):
    """What the publication of a market costs."""

    whole: Money | None
    """What an addon asks for a market in this category; None for nothing."""
    settled: Money | None
    """The fee that was paid before."""
    due: Money | None
    """What is still to be paid; None for nothing."""


def fee_of(market: Market) -> Fee:
    """What a market costs, has paid and is still to pay. What was paid in another currency counts for nothing."""
    whole = publication_fee(market_id=market.id, category_id=market.category_id) or None
    settled = market.settled
    if whole is None or settled is None or settled.currency != whole.currency:
        return Fee(whole, settled, whole)
    return Fee(whole, settled, whole - settled if settled < whole else None)


def begin(market: Market) -> None:
    """Write the first line of a new market's history, and have it paid when that costs nothing."""
    _record(market, None, market.status, "owner", "", "")
    settle_fee(market)


@transaction
def settle_fee(market: Market) -> Market:
    """Count an unpaid market as paid when nothing is due: no addon names a fee, or it is settled."""
    if _is_settled(market):
        market.is_paid = True
        step(market, CREATING, "system", reason="no_fee")
    return market


def _is_settled(market: Market) -> bool:
    """Whether a market stands as unpaid for which nothing is to be paid any more; each act begins by noting that."""
    return market.status is UNPAID and fee_of(market).due is None


@transaction
def charge_again(market: Market) -> None:
    """Ask the fee of a locked market anew, whose category has changed: nothing is published for a lower one."""
    if market.status in PAID and fee_of(market).due is not None:
        market.is_paid = False
        step(market, UNPAID, "system", reason="fee_due")
    settle_fee(market)


@transaction
def mark_payment_pending(market_id: UUID) -> Market:
    """A payment for an unpaid market has begun. Raises NotFound, `MoveNotAllowed`."""
    return step(get_market(market_id, lock=True), PENDING, "system", reason="payment_begun")


@transaction
def mark_paid(market_id: UUID, *, fee: Money | None = None, reason: str = "paid") -> Market:
    """A market is paid: one that waited for it may be finished now. Paid again, nothing changes. Raises NotFound.

    ``fee`` is the whole one as it was when the payment began; without it that of now counts as paid. One that has
    become dearer since is unpaid until the rest is paid.
    """
    market = get_market(market_id, lock=True)
    _settle(market, fee or fee_of(market).whole)
    if fee_of(market).due is not None:
        return step(market, UNPAID, "system", reason="fee_due") if market.status is PENDING else market
    market.is_paid = True
    if market.status in (UNPAID, PENDING):
        step(market, CREATING, "system", reason=reason)
    return market


def _settle(market: Market, fee: Money | None) -> None:
    """Note which fee is paid; a lower one that was paid before takes nothing back."""
    before = market.settled
    if fee is not None and (before is None or before.currency != fee.currency or before < fee):
        market.settled = fee


@transaction
def mark_unpaid(market_id: UUID, *, reason: str = "subscription_ended") -> Market:
    """A payment has failed, or what was paid for is over: the market is not public. Raises NotFound."""
    market = get_market(market_id, lock=True)
    market.is_paid = False
    if market.status is not PENDING:  # a payment that fails takes nothing back of what was paid before
        market.settled = None
    if market.status in PAID or market.status is PENDING:
        step(market, UNPAID, "system", reason=reason)
    return market


@transaction
def requeue(market: Market) -> None:
    """Send a published market that was edited back to the queue; others stay where they are.

    What waits for publication, or is published, stays complete. Raises `Incomplete`.
    """
    if market.status in (QUEUE, PUBLIC):
        demand_complete(market)
    if market.status is PUBLIC:
        step(market, QUEUE, "system", reason="edited")
        open_request(market, ApprovalKind.EDITING, "")


def close_down(market: Market, reason: str) -> None:
    """Deactivate a locked market as its owner, and let nobody decide any more on what he asked for."""
    if market.status is not INACTIVE:
        step(market, INACTIVE, "owner", reason=reason)
    _close_requests(market, INACTIVE, INACTIVE, "owner", "")


def into_queue(market: Market, reason: str, notes: str = "", *, message: str) -> Approval:
    """Queue a locked market as its owner, with a request that the site's staff finds and ``message`` in it.

    Raises `Incomplete`.
    """
    demand_complete(market)
    kind = (requests_of(market.status) or [ApprovalKind.PUBLICATION])[0]
    step(market, QUEUE, "owner", reason=reason, notes=notes)
    return open_request(market, kind, message)


def actions(market_id: UUID) -> dict[str, Any]:
    """What the caller may do with a market now: the very rules by which it is then done. Raises NotFound."""
    market = demand_market(market_id, "market.view")
    actors = actors_of(market)
    caller = current_principal()
    owning = "owner" in actors
    status = CREATING if _is_settled(market) else market.status
    return {
        "status": market.status,
        "moves": _offered(status, actors, is_paid=market.is_paid),
        "requests": [kind for kind in requests_of(status) if owning and not pending_of(market.id, kind)],
        "may_edit": market.status in EDITABLE and may(caller, "market.edit", market),
        "may_preview": True,
        "may_share": market.is_public,
        "may_pay": owning and status in (UNPAID, PENDING),
        "missing": missing_of(market),
    }


def _acting(status: Status, to: Status, actors: frozenset[Actor]) -> Actor:
    """As whom the caller makes a move that he may make as both: as staff, so that the owner sees who it was."""
    return next(
        actor for actor in ("admin", "owner", "system") if actor in actors and may_move(status, to, frozenset((actor,)))
    )


def _record(market: Market, before: Status | None, to: Status, actor: Actor, reason: str, notes: str) -> None:
    by = None if actor == "system" else current_principal().user_id
    session().add(
        Move(market_id=market.id, from_status=before, to_status=to, actor=actor, by_id=by, reason=reason, notes=notes)
    )


def _close_requests(market: Market, before: Status, to: Status, actor: Actor, answer: str) -> None:
    """Every pending request is answered by the move that makes it moot; by its owner's own move it is withdrawn."""
    pending = select(Approval).where(Approval.market_id == market.id, Approval.is_open.is_(True)).with_for_update()
    for request in session().scalars(pending):
        granted = to is PUBLIC or (before is INACTIVE and request.kind is ApprovalKind.REACTIVATION)
        close_request(market, request, approved=granted if actor == "admin" else None, answer=answer)


def _tell(market: Market, before: Status) -> None:
    publish(
        StatusChanged(
            market_id=market.id,
            from_status=before.value,
            to_status=market.status.value,
            is_public=market.is_public,
        )
    )
    if market.is_public:
        publish(Published(market_id=market.id, owner_id=market.owner_id))
    elif before is PUBLIC:
        publish(Unpublished(market_id=market.id, owner_id=market.owner_id))


def allowed_of(market: Market, actors: frozenset[Actor]) -> dict[str, Any]:
    """What a refusal tells of a market: where it stands, and where these may lead it."""
    allowed = _offered(market.status, actors, is_paid=market.is_paid)
    return {"market_status": market.status.value, "allowed": [to.value for to in allowed]}


def _offered(status: Status, actors: frozenset[Actor], *, is_paid: bool) -> list[Status]:
    """Where the caller may lead a market. To the public only a decision leads, which names the version it saw."""
    return [to for to in moves_of(status, actors, is_paid=is_paid) if to is not PUBLIC]
