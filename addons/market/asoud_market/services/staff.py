"""A market's staff: who works there and what each may do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from asoud_users.models import User
from sqlalchemy import func, select

from addon_sdk import (
    FieldError,
    ListArgs,
    NotFound,
    Page,
    PermissionDenied,
    Principal,
    ValidationFailed,
    current_principal,
    may,
    paginate,
    publish,
    session,
    setting,
    transaction,
    translate,
)
from asoud_market.events import StaffLeft
from asoud_market.models import Invitation, InvitationState, Market, Member
from asoud_market.problems import TooManyStaff
from asoud_market.scope import grantable, permissions_everywhere
from asoud_market.services.access import caller_id, demand_market

_MEMBERS = select(Member, User.first_name, User.last_name).join(User, User.id == Member.user_id)


def checked_permissions(market: Market, names: Sequence[str]) -> list[str]:
    """What somebody is to be given, without repetition.

    Raises ValidationFailed for names that no addon offers, PermissionDenied for what the caller himself hasn't.
    """
    offered = grantable()
    unknown = [place for place, name in enumerate(names) if name not in offered]
    if unknown:
        message = translate("There is no such permission in a market.")
        raise ValidationFailed(errors=[FieldError(f"/permissions/{place}", "unknown", message) for place in unknown])
    for name in names:
        if not may(current_principal(), name, market):
            raise PermissionDenied(permission=name)
    return [name for name in offered if name in names]


def may_invite(market: Market, user_id: UUID | None, names: Sequence[str]) -> bool:
    """Whether a user may give somebody a place in the staff with these permissions, as things are now."""
    if user_id is None:
        return False
    user = Principal(user_id=user_id, permissions=permissions_everywhere(user_id))
    return all(may(user, name, market) for name in ("market.staff", *names) if name in grantable())


def demand_room(market_id: UUID) -> None:
    """Raise `TooManyStaff` when the market may have no more staff, its open invitations counted."""
    members = select(func.count()).select_from(Member).where(Member.market_id == market_id)
    open_ones = select(func.count()).where(Invitation.market_id == market_id, Invitation.is_open.is_(True))
    total = (session().scalar(members) or 0) + (session().scalar(open_ones) or 0)
    if total >= setting("max_staff"):
        raise TooManyStaff


def list_staff(market_id: UUID, args: ListArgs) -> Page:
    """A page of a market's staff with their names. Raises NotFound, PermissionDenied."""
    demand_market(market_id, "market.view")
    page = paginate(_MEMBERS.where(Member.market_id == market_id), args)
    return Page([_described(*row[:3]) for row in page.items], page.next)


def get_staff(market_id: UUID, user_id: UUID) -> dict[str, Any]:
    """One of a market's staff. Raises NotFound."""
    row = session().execute(_MEMBERS.where(Member.market_id == market_id, Member.user_id == user_id)).one_or_none()
    if row is None:
        raise NotFound
    return _described(*row)


@transaction
def change_staff(market_id: UUID, user_id: UUID, values: dict[str, Any]) -> dict[str, Any]:
    """Change what one of the staff is called and may do; nobody gives what he hasn't, nor changes his own rights.

    His open invitations go that he could no longer make. Raises NotFound, PermissionDenied, ValidationFailed.
    """
    market = demand_market(market_id, "market.staff", lock=True)
    member = _member(market_id, user_id)
    demand_above(market, member.permissions)
    if "permissions" in values:
        if user_id == caller_id():
            raise PermissionDenied(permission="market.staff")
        member.permissions = checked_permissions(market, values["permissions"])
    member.title = values.get("title", member.title)
    session().flush()
    _withdraw_invitations_of(market, user_id)
    return get_staff(market_id, user_id)


@transaction
def remove_staff(market_id: UUID, user_id: UUID) -> None:
    """Take somebody out of a market's staff, or leave it oneself; his open invitations go too.

    Raises NotFound, PermissionDenied.
    """
    leaving = user_id == caller_id()
    market = demand_market(market_id, "market.view" if leaving else "market.staff", lock=True)
    member = _member(market_id, user_id)
    if not leaving:
        demand_above(market, member.permissions)
    session().delete(member)
    session().flush()
    _withdraw_invitations_of(market, user_id)
    publish(StaffLeft(market_id=market_id, user_id=user_id))


def demand_above(market: Market, held: Sequence[str]) -> None:
    """Only who holds everything that somebody holds, or is offered, may touch him. Raises PermissionDenied."""
    for name in held:
        if name in grantable() and not may(current_principal(), name, market):
            raise PermissionDenied(permission=name)


def _withdraw_invitations_of(market: Market, user_id: UUID) -> None:
    """Take back the open invitations of somebody that he may no longer make: he could come back by his own link."""
    mine = (Invitation.market_id == market.id, Invitation.invited_by == user_id, Invitation.is_open.is_(True))
    for invitation in session().scalars(select(Invitation).where(*mine).with_for_update()):
        if not may_invite(market, user_id, invitation.permissions):
            invitation.state, invitation.is_open = InvitationState.WITHDRAWN, None


def _member(market_id: UUID, user_id: UUID) -> Member:
    query = select(Member).where(Member.market_id == market_id, Member.user_id == user_id)
    member = session().scalar(query)
    if member is None:
        raise NotFound
    return member


def _described(member: Member, first_name: str, last_name: str) -> dict[str, Any]:
    return {"member": member, "name": f"{first_name} {last_name}".strip()}
