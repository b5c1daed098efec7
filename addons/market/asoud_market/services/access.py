"""Which market a caller means, and whether he may do there what he wants."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from addon_sdk import (
    NotAuthenticated,
    NotFound,
    Principal,
    current_principal,
    demand,
    may,
    session,
)
from asoud_market.models import Market


def caller_id() -> UUID:
    """Id of the logged-in caller. Raises NotAuthenticated for an anonymous one."""
    user_id = current_principal().user_id
    if user_id is None:
        raise NotAuthenticated
    return user_id


def get_market(market_id: UUID, *, lock: bool = False) -> Market:
    """The market, whoever asks; for code that knows that it may. Raises NotFound."""
    query = select(Market).where(Market.id == market_id)
    found = session().scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)
    if found is None:
        raise NotFound
    return found


def demand_market(
    market_id: UUID, permission: str, *, lock: bool = False, principal: Principal | None = None
) -> Market:
    """The market, if the caller holds ``permission`` there or everywhere.

    Raises NotFound for one that he may not even see, PermissionDenied for one that he only sees.
    """
    market = get_market(market_id, lock=lock)
    demand(permission, market, principal=principal)
    return market


def may_in(market_id: UUID, permission: str) -> bool:
    """Whether the caller holds ``permission`` in the market. Raises NotFound when there is none."""
    return may(current_principal(), permission, get_market(market_id))


def is_public(market: Market) -> bool:
    """Whether everybody may see the market and what belongs to it."""
    return market.is_public


def version_of(market_id: UUID, **part: UUID) -> int:
    """The version that ETags are made of. Raises NotFound for strangers."""
    return demand_market(market_id, "market.view").version


def locked_version_of(market_id: UUID, **part: UUID) -> int:
    """The same, with the market's row locked for the update that follows. Raises NotFound for strangers."""
    return demand_market(market_id, "market.view", lock=True).version
