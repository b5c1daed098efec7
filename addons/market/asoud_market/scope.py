"""Who belongs to a market and what he may do there: the permission scope ``market``."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true

from addon_sdk import Principal, own, permission_scope, platform, readable, session
from asoud_market.hookspecs import staff_permissions
from asoud_market.models import Market, Member

OF_STAFF = ("market.view", "market.edit", "market.operate", "market.staff")
"""What an owner may give to others; how he is paid stays his own."""


def grantable() -> tuple[str, ...]:
    """Every permission that may be given to a market's staff, those of other addons after ours."""
    return tuple(dict.fromkeys([*OF_STAFF, *(name for names in staff_permissions() for name in names)]))


def permissions_everywhere(user_id: UUID) -> frozenset[str]:
    """What a user may do with every market, by his roles."""
    return platform.identity.grants.of(user_id).permissions


def _permissions(user_id: UUID, market_id: UUID) -> Iterable[str]:
    """The owner holds everything; staff what was given, and always the right to look, as has whoever decides."""
    held = _belonging_permissions(user_id, market_id)
    return {"market.view", *held} if "market.moderate" in permissions_everywhere(user_id) else held


def _belonging_permissions(user_id: UUID, market_id: UUID) -> Iterable[str]:
    query = (
        select(Market.owner_id, Member.permissions)
        .outerjoin(Member, (Member.market_id == Market.id) & (Member.user_id == user_id))
        .where(Market.id == market_id)
    )
    row = session().execute(query).one_or_none()
    if row is None:
        return ()
    if row.owner_id == user_id:
        return (*grantable(), "market.gateway")
    if row.permissions is None:
        return ()
    return {"market.view", *row.permissions}.intersection(grantable())


def _members(market_id: UUID) -> Iterable[UUID]:
    owner = select(Market.owner_id).where(Market.id == market_id)
    return list(session().scalars(owner.union_all(select(Member.user_id).where(Member.market_id == market_id))))


def _visible(principal: Principal, market_id: UUID) -> bool:
    """Everybody sees a published market, so that he who may not change it is told so."""
    return bool(session().scalar(select(Market.is_public).where(Market.id == market_id)))


permission_scope("market", model=Market, permissions=_permissions, members=_members, visible=_visible)


@readable(Market)
def readable_markets(principal: Principal) -> ColumnElement[bool]:
    """Everybody reads published markets, and those that he belongs to; the site's staff reads all."""
    return or_(Market.is_public, belonging(principal))


def belonging(principal: Principal) -> ColumnElement[bool]:
    """The markets that the caller owns or works for; all for holders of ``market.view``, and for who decides."""
    if principal.can("market.moderate"):
        return true()
    mine = own(Market.owner_id, principal, unless="market.view")
    if principal.user_id is None or principal.can("market.view"):
        return mine
    return or_(mine, Market.id.in_(select(Member.market_id).where(Member.user_id == principal.user_id)))
