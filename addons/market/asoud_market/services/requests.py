"""What owners ask the site's staff for, and the answers."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from addon_sdk import ListArgs, NotFound, Page, paginate, session, transaction
from asoud_market.models import Approval, ApprovalKind, Market, Move
from asoud_market.moves import CREATING, HIDDEN, INACTIVE, MENDING, PUBLIC, QUEUE, REQUESTS, UNPAID
from asoud_market.problems import MoveNotAllowed, RequestDecided, RequestPending
from asoud_market.services import life
from asoud_market.services.access import demand_market, get_market
from asoud_market.services.approvals import close_request, open_request, pending_of
from asoud_market.services.completeness import demand_complete

_APPROVALS = select(Approval, Market.name, Market.status).join(Market, Market.id == Approval.market_id)


@transaction
def ask(market_id: UUID, kind: ApprovalKind, message: str = "") -> Approval:
    """Ask the site's staff, as the market's owner. To publish or look again at edits, the market enters the queue.

    Raises NotFound, PermissionDenied, `RequestPending`, `MoveNotAllowed` in a state where it makes no sense,
    `Incomplete`.
    """
    market = demand_market(market_id, "market.operate", lock=True)
    life.settle_fee(market)
    if pending_of(market_id, kind):
        raise RequestPending
    if market.status not in REQUESTS[kind]:
        raise MoveNotAllowed(**life.allowed_of(market, life.actors_of(market)))
    if kind is ApprovalKind.REACTIVATION:
        return open_request(market, kind, message)
    return life.into_queue(market, kind.value, message, message=message)


@transaction
def decide(request_id: UUID, *, approved: bool, answer: str = "", needs_editing: bool = False) -> Approval:
    """Approve or reject a pending request, as the site's staff; the market moves with it.

    A rejected publication goes to ``paid_non_publication``, or with ``needs_editing`` to ``paid_needs_editing``.
    Raises NotFound, `RequestDecided`, `Incomplete` for a market that has lost what it needs, such as its city.
    """
    request = _locked(request_id)
    market = get_market(request.market_id, lock=True)
    if not request.is_open:
        raise RequestDecided
    if request.kind is ApprovalKind.REACTIVATION:
        _decide_reactivation(market, request, approved, answer)
    else:
        if approved:
            demand_complete(market)
        rejected = MENDING if needs_editing else HIDDEN
        life.step(market, PUBLIC if approved else rejected, "admin", reason=request.kind.value, answer=answer)
    session().flush()
    return request


def _decide_reactivation(market: Market, request: Approval, approved: bool, answer: str) -> None:
    if approved and market.status is INACTIVE:
        life.step(market, CREATING if market.is_paid else UNPAID, "admin", reason="reactivation", answer=answer)
        life.settle_fee(market)
    else:
        close_request(market, request, approved=False, answer=answer)


@transaction
def withdraw(market_id: UUID, request_id: UUID) -> Approval:
    """Take a pending request back, as the owner; a queued market leaves the queue.

    Raises NotFound, PermissionDenied, `RequestDecided`.
    """
    market = demand_market(market_id, "market.operate", lock=True)
    request = _locked(request_id)
    if request.market_id != market.id:
        raise NotFound
    if not request.is_open:
        raise RequestDecided
    if market.status is QUEUE:
        life.step(market, HIDDEN, "owner", reason="withdrawn")
    else:
        close_request(market, request, approved=None, answer="")
    session().flush()
    return request


def version_of_request(request_id: UUID) -> int:
    """The version of the market that a request is about, so that nobody decides on what he has not seen."""
    return get_market(get_request(request_id).market_id).version


def locked_version_of_request(request_id: UUID) -> int:
    """The same, with the market's row locked for the decision that follows. Raises NotFound."""
    return get_market(get_request(request_id).market_id, lock=True).version


def get_request(request_id: UUID) -> Approval:
    """A request, for the site's staff. Raises NotFound."""
    found = session().get(Approval, request_id)
    if found is None:
        raise NotFound
    return found


def list_of_market(market_id: UUID, args: ListArgs) -> Page:
    """A page of a market's requests, the newest first."""
    return paginate(select(Approval).where(Approval.market_id == market_id), args)


def list_all(args: ListArgs) -> Page:
    """A page of all markets' requests."""
    page = paginate(_APPROVALS, args)
    return Page([{"request": row[0], "name": row[1], "status": row[2]} for row in page.items], page.next)


def history(market_id: UUID, args: ListArgs) -> Page:
    """A page of a market's moves, the newest first."""
    return paginate(select(Move).where(Move.market_id == market_id), args)


def _locked(request_id: UUID) -> Approval:
    """The market is always locked before its requests, by everybody, so that nobody waits in a circle."""
    market_id = session().scalar(select(Approval.market_id).where(Approval.id == request_id))
    if market_id is None:
        raise NotFound
    get_market(market_id, lock=True)
    query = select(Approval).where(Approval.id == request_id).with_for_update()
    return session().scalars(query.execution_options(populate_existing=True)).one()
