"""The way into and out of every change of a market's data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from addon_sdk import publish, session, transaction
from asoud_market.events import MarketChanged
from asoud_market.models import Market
from asoud_market.moves import EDITABLE
from asoud_market.problems import NotEditable
from asoud_market.services.access import demand_market
from asoud_market.services.life import requeue


@transaction
def editable(market_id: UUID, permission: str = "market.edit") -> Market:
    """The market, locked for a change of its data. Raises as `demand_market` does, and `NotEditable`."""
    market = demand_market(market_id, permission, lock=True)
    if market.status not in EDITABLE:
        raise NotEditable(market_status=market.status.value)
    return market


def assign(target: object, values: Mapping[str, Any]) -> bool:
    """Give a row these values; whether any was another before. What changes nothing must not unpublish a market."""
    differing = {name: value for name, value in values.items() if getattr(target, name) != value}
    for name, value in differing.items():
        setattr(target, name, value)
    return bool(differing)


@transaction
def touched(market: Market, *, reviewed: bool = True) -> Market:
    """Note that a locked market has changed. ``reviewed`` sends a published one back to the queue.

    What changes by the day, such as hours, isn't reviewed: a shop that closes for lunch stays public.
    """
    market.version += 1
    session().flush()
    publish(MarketChanged(market_id=market.id))
    if reviewed:
        requeue(market)
    return market
