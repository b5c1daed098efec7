"""The pending requests of a market: opened, found, closed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from addon_sdk import current_principal, now, publish, session, transaction
from asoud_market.events import ApprovalDecided, ApprovalRequested
from asoud_market.models import Approval, ApprovalKind, ApprovalState, Market
from asoud_market.problems import RequestPending


@transaction
def open_request(market: Market, kind: ApprovalKind, message: str) -> Approval:
    """Note a request of a locked market. Raises `RequestPending` when one of its kind is pending."""
    approval = Approval(
        market_id=market.id, kind=kind, requested_by=current_principal().user_id, message=message[:1000]
    )
    try:
        with transaction(nested=True):
            session().add(approval)
            session().flush()
    except IntegrityError:
        raise RequestPending from None
    publish(ApprovalRequested(market_id=market.id, request_id=approval.id, kind=kind.value))
    return approval


def pending_of(market_id: UUID, kind: ApprovalKind) -> Approval | None:
    """The market's pending request of a kind, or None."""
    query = select(Approval).where(Approval.market_id == market_id, Approval.kind == kind, Approval.is_open.is_(True))
    return session().scalar(query)


def close_request(market: Market, request: Approval, *, approved: bool | None, answer: str) -> None:
    """Note what became of a pending request of a locked market; None is its withdrawal."""
    request.is_open, request.answer = None, answer
    if approved is None:
        request.state = ApprovalState.WITHDRAWN
        return
    request.state = ApprovalState.APPROVED if approved else ApprovalState.REJECTED
    request.decided_by, request.decided_at = current_principal().user_id, now()
    publish(
        ApprovalDecided(
            market_id=market.id,
            owner_id=market.owner_id,
            request_id=request.id,
            kind=request.kind.value,
            approved=approved,
        )
    )
