"""A user's right to take his data along, and to be forgotten."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from asoud_users.models import User
from sqlalchemy import delete, or_, select, update

from addon_sdk import Conflict, publish, session
from asoud_market.events import StaffLeft
from asoud_market.models import (
    Bookmark,
    Colleague,
    Contact,
    Gateway,
    Invitation,
    InvitationState,
    Like,
    Market,
    Member,
    Report,
    Share,
    View,
)
from asoud_market.services import attention, life
from asoud_market.services.access import get_market


class OwnsMarkets(Conflict):
    """A user whose market is published cannot be erased; it must be deactivated first."""

    code, title = "market.owns_markets", "Deactivate your published markets first."


def export(user_id: UUID) -> dict[str, Any]:
    """What this addon knows of a user, as JSON values."""
    markets = session().scalars(select(Market).where(Market.owner_id == user_id).order_by(Market.id))
    members = session().scalars(select(Member).where(Member.user_id == user_id).order_by(Member.id))
    reports = session().scalars(select(Report).where(Report.user_id == user_id).order_by(Report.id))
    return {
        "markets": [_market(market) for market in markets],
        "staff_of": [{"market_id": str(each.market_id), "title": each.title} for each in members],
        "reports": [{"market_id": str(each.market_id), "text": each.text} for each in reports],
        "likes": [str(found) for found in _markets_of(Like, user_id)],
        "bookmarks": [str(found) for found in _markets_of(Bookmark, user_id)],
    }


def _market(market: Market) -> dict[str, Any]:
    names = ("name", "business_id", "slogan", "description", "national_code", "address", "postal_code")
    return {"id": str(market.id), "status": market.status.value, **{name: getattr(market, name) for name in names}}


def _markets_of(model: type[Like] | type[Bookmark], user_id: UUID) -> list[UUID]:
    return list(session().scalars(select(model.market_id).where(model.user_id == user_id).order_by(model.id)))


def _withdraw_invitations(user_id: UUID) -> None:
    """Nobody joins a staff by an invitation of somebody who is gone, or to a market of his."""
    owned = select(Market.id).where(Market.owner_id == user_id)
    his = or_(Invitation.invited_by == user_id, Invitation.market_id.in_(owned))
    gone = update(Invitation).where(his, Invitation.is_open.is_(True))
    session().execute(gone.values(state=InvitationState.WITHDRAWN, is_open=None))


def erase(user_id: UUID) -> None:
    """Forget a user, in the caller's transaction; his markets are deactivated.

    Raises `OwnsMarkets` while one of them is published.
    """
    owned = select(Market.id).where(Market.owner_id == user_id)
    if session().scalar(owned.where(Market.is_public).limit(1)) is not None:
        raise OwnsMarkets
    for market in session().scalars(select(Market).where(Market.owner_id == user_id).order_by(Market.id)).all():
        life.close_down(get_market(market.id, lock=True), "owner_erased")
    _withdraw_invitations(user_id)
    mobile = session().scalar(select(User.mobile).where(User.id == user_id))
    for (market_id,) in (
        session().execute(delete(Member).where(Member.user_id == user_id).returning(Member.market_id)).all()
    ):
        publish(StaffLeft(market_id=market_id, user_id=user_id))
    attention.forget(user_id)
    session().execute(delete(View).where(View.viewer == str(user_id)))
    session().execute(delete(Invitation).where(Invitation.answered_by == user_id))
    if mobile is not None:  # without this, invitations by link, which are for no number, would go too
        for known in (Colleague, Invitation):
            session().execute(delete(known).where(known.mobile == mobile))
    for part in (Contact, Gateway):
        session().execute(delete(part).where(part.market_id.in_(owned)))
    for model in (Report, Share):
        session().execute(update(model).where(model.user_id == user_id).values(user_id=None))
    gone = {"national_code": None, "address": "", "postal_code": None, "latitude": None, "longitude": None}
    session().execute(update(Market).where(Market.owner_id == user_id).values(gone))
