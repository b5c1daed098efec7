"""Invitations to a market's staff: for the owner of a mobile number, or for whoever has the link."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from asoud_users.services import get_user, user_by_mobile
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from addon_sdk import (
    ListArgs,
    NotFound,
    Page,
    now,
    paginate,
    publish,
    session,
    setting,
    transaction,
)
from addon_sdk.identity import keyed_hash
from asoud_market.events import StaffInvited, StaffJoined
from asoud_market.models import Invitation, InvitationState, Market, Member
from asoud_market.problems import AlreadyStaff, InvitationOver, NotInvited
from asoud_market.services.access import caller_id, demand_market, get_market
from asoud_market.services.staff import checked_permissions, demand_above, demand_room, may_invite

_WITH_MARKET = select(Invitation, Market.name).join(Market, Market.id == Invitation.market_id)


@transaction
def invite(market_id: UUID, values: dict[str, Any]) -> dict[str, Any]:
    """Offer a place in the staff; with the answer comes the link's token, this once.

    Raises NotFound, PermissionDenied, ValidationFailed, `TooManyStaff`, and `AlreadyStaff` for a number that belongs
    to the market or is invited.
    """
    market = demand_market(market_id, "market.staff", lock=True)
    permissions = checked_permissions(market, values["permissions"])
    _expire(market_id)
    demand_room(market_id)
    if values["mobile"] and _belongs(market, values["mobile"]):
        raise AlreadyStaff
    token = secrets.token_urlsafe(24)
    invitation = Invitation(
        market_id=market_id,
        mobile=values["mobile"],
        token_hash=keyed_hash("market.invitation", token),
        title=values["title"],
        permissions=permissions,
        expires_at=now() + timedelta(days=setting("invitation_days")),
        invited_by=caller_id(),
    )
    try:
        with transaction(nested=True):
            session().add(invitation)
            session().flush()
    except IntegrityError:
        raise AlreadyStaff from None
    publish(StaffInvited(market_id=market_id, invitation_id=invitation.id))
    return {"invitation": invitation, "market_name": market.name, "token": token}


def list_of_market(market_id: UUID, args: ListArgs) -> Page:
    """A page of a market's invitations. Raises NotFound, PermissionDenied."""
    demand_market(market_id, "market.staff")
    return _page(paginate(_WITH_MARKET.where(Invitation.market_id == market_id), args))


@transaction
def withdraw(market_id: UUID, invitation_id: UUID) -> None:
    """Take an invitation back. Raises NotFound, PermissionDenied, `InvitationOver`."""
    market = demand_market(market_id, "market.staff", lock=True)
    invitation = _locked(invitation_id)
    if invitation.market_id != market_id:
        raise NotFound
    demand_above(market, invitation.permissions)
    _answer(invitation, InvitationState.WITHDRAWN)


def list_mine(args: ListArgs) -> Page:
    """A page of the open invitations to the caller's number."""
    mobile = get_user(caller_id()).mobile
    mine = (Invitation.mobile == mobile, Invitation.is_open.is_(True), Invitation.expires_at > now())
    return _page(paginate(_WITH_MARKET.where(*mine), args))


@transaction
def answer_mine(invitation_id: UUID, *, accept: bool) -> dict[str, Any]:
    """Accept or decline an invitation to the caller's number. Raises NotFound for another's, `InvitationOver`."""
    found = session().get(Invitation, invitation_id)
    mobile = get_user(caller_id()).mobile
    if found is None or mobile is None or found.mobile != mobile:
        raise NotFound
    return _answered(invitation_id, accept)


@transaction
def answer_by_token(token: str, *, accept: bool) -> dict[str, Any]:
    """Accept or decline the invitation of a link.

    Raises NotFound for a token that isn't one, `NotInvited` when it is for another number, `InvitationOver`.
    """
    hashed = keyed_hash("market.invitation", token)
    found = session().scalar(select(Invitation).where(Invitation.token_hash == hashed))
    if found is None:
        raise NotFound
    if found.mobile is not None and found.mobile != get_user(caller_id()).mobile:
        raise NotInvited
    return _answered(found.id, accept)


def _answered(invitation_id: UUID, accept: bool) -> dict[str, Any]:
    market_id = session().scalars(select(Invitation.market_id).where(Invitation.id == invitation_id)).one()
    market = get_market(market_id, lock=True)
    invitation = _locked(invitation_id)
    _answer(invitation, InvitationState.ACCEPTED if accept else InvitationState.DECLINED)
    if accept:
        _join(market, invitation)
    return {"invitation": invitation, "market_name": market.name}


def _answer(invitation: Invitation, state: InvitationState) -> None:
    if not invitation.is_open or invitation.expires_at <= now():
        raise InvitationOver
    invitation.state, invitation.is_open = state, None
    if state is not InvitationState.WITHDRAWN:
        invitation.answered_by, invitation.answered_at = caller_id(), now()


def _join(market: Market, invitation: Invitation) -> None:
    """The market's row is locked, so two links accepted at once make one member.

    An invitation is worth what its maker may give when it is accepted. Raises `InvitationOver`, `AlreadyStaff`.
    """
    if not may_invite(market, invitation.invited_by, invitation.permissions):
        raise InvitationOver
    user_id = caller_id()
    known = select(Member.id).where(Member.market_id == market.id, Member.user_id == user_id)
    if market.owner_id == user_id or session().scalar(known) is not None:
        raise AlreadyStaff
    session().add(
        Member(
            market_id=market.id,
            user_id=user_id,
            title=invitation.title,
            permissions=list(invitation.permissions),
            invited_by=invitation.invited_by,
        )
    )
    session().flush()
    publish(StaffJoined(market_id=market.id, user_id=user_id))


def _belongs(market: Market, mobile: str) -> bool:
    user = user_by_mobile(mobile)
    if user is None:
        return False
    member = select(Member.id).where(Member.market_id == market.id, Member.user_id == user.id)
    return user.id == market.owner_id or session().scalar(member) is not None


def _expire(market_id: UUID) -> None:
    """Let invitations that ran out no longer count, so that the number can be invited again."""
    over = (Invitation.market_id == market_id, Invitation.is_open.is_(True), Invitation.expires_at <= now())
    session().execute(update(Invitation).where(*over).values(is_open=None))


def _locked(invitation_id: UUID) -> Invitation:
    query = select(Invitation).where(Invitation.id == invitation_id).with_for_update()
    invitation = session().scalar(query.execution_options(populate_existing=True))
    if invitation is None:
        raise NotFound
    return invitation


def _page(page: Page) -> Page:
    return Page([{"invitation": row[0], "market_name": row[1]} for row in page.items], page.next)
