"""What a market sets for itself."""

from __future__ import annotations

from uuid import UUID

from asoud_market.models import Market

from addon_sdk import Principal, may, session, setting_scope

MARKET = "inventory.market"


def _exists(market_id: UUID) -> bool:
    return session().get(Market, market_id) is not None


def _may_edit(principal: Principal, market_id: UUID) -> bool:
    """Whoever may approve says what needs approval: staff who adjust don't lift it for themselves."""
    return may(principal, "inventory.approve", session().get_one(Market, market_id))


setting_scope(MARKET, exists=_exists, may_edit=_may_edit)
