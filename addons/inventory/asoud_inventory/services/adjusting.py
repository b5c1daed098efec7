"""Adjustments: what people say has happened to stock, some of it approved by a second person; and transfers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from asoud_market.services import demand_market
from sqlalchemy import select

from addon_sdk import (
    ListArgs,
    NotFound,
    Page,
    ValidationFailed,
    current_principal,
    new_id,
    now,
    paginate,
    publish,
    session,
    setting,
    transaction,
)
from asoud_inventory.events import AdjustmentAsked
from asoud_inventory.events import AdjustmentDecided as DecidedEvent
from asoud_inventory.models import Adjustment, Decision, Kind
from asoud_inventory.problems import AdjustmentDecided, NotThere, SecondPersonNeeded
from asoud_inventory.scope import MARKET
from asoud_inventory.services.access import named
from asoud_inventory.services.holdings import Holdings
from asoud_inventory.services.items import counted
from asoud_inventory.services.locations import first_location


def list_adjustments(market_id: UUID, args: ListArgs) -> Page:
    """A page of a market's adjustments, the latest first. Raises NotFound, PermissionDenied."""
    demand_market(market_id, "inventory.view")
    return paginate(select(Adjustment).where(Adjustment.market_id == market_id), args)


def get_adjustment(market_id: UUID, adjustment_id: UUID) -> Adjustment:
    """One of a market's adjustments. Raises NotFound, PermissionDenied."""
    demand_market(market_id, "inventory.view")
    return _of_market(market_id, adjustment_id)


@transaction
def adjust(market_id: UUID, values: Mapping[str, Any]) -> Adjustment:
    """Say that stock has become more or less: at once, or once a second person agrees, as the setting wants it.

    ``values`` has ``variant_id``, ``change``, ``reason`` and perhaps ``note`` and ``location_id``, by default the
    market's first. What wasn't counted is from now on. Raises NotFound, PermissionDenied, `NotThere`, ValidationFailed.
    """
    demand_market(market_id, "inventory.edit")
    location_id = values.get("location_id")
    variant = named(market_id, values["variant_id"], location_id=location_id)
    by_id = current_principal().user_id
    adjustment = Adjustment(
        id=new_id(),
        market_id=market_id,
        variant_id=variant.id,
        location_id=first_location(market_id).id if location_id is None else location_id,
        change=values["change"],
        reason=values["reason"],
        note=values.get("note", ""),
        state=Decision.PENDING,
        by_id=by_id,
    )
    session().add(adjustment)
    session().flush()
    from_here = setting("approval_from", (MARKET, market_id))
    if from_here and abs(adjustment.change) >= from_here:
        publish(AdjustmentAsked(adjustment_id=adjustment.id, market_id=market_id, by_id=by_id))
    else:
        _apply(adjustment)
    return adjustment


@transaction
def decide(market_id: UUID, adjustment_id: UUID, *, approved: bool) -> Adjustment:
    """Approve or reject what somebody else has asked for.

    Raises NotFound, PermissionDenied, `AdjustmentDecided`, `SecondPersonNeeded`, `NotThere`.
    """
    demand_market(market_id, "inventory.approve")
    adjustment = _of_market(market_id, adjustment_id, lock=True)
    by_id = current_principal().user_id
    if adjustment.state is not Decision.PENDING:
        raise AdjustmentDecided
    if by_id is None or by_id == adjustment.by_id:
        raise SecondPersonNeeded
    adjustment.decided_by, adjustment.decided_at = by_id, now()
    if approved:
        _apply(adjustment)
    else:
        adjustment.state = Decision.REJECTED
    session().flush()
    publish(DecidedEvent(adjustment_id=adjustment_id, market_id=market_id, by_id=by_id, applied=approved))
    return adjustment


@transaction
def transfer(market_id: UUID, values: Mapping[str, Any]) -> dict[str, Any]:
    """Carry so many of a variant from one location to another.

    Raises NotFound, PermissionDenied, `NotThere`, ValidationFailed.
    """
    demand_market(market_id, "inventory.edit")
    source, target, quantity = values["from_id"], values["to_id"], values["quantity"]
    variant_id = named(market_id, values["variant_id"], from_id=source, to_id=target).id
    if source == target:
        raise ValidationFailed.of("/to_id", "same", "Choose another location than the one they come from.")
    transfer_id = new_id()
    holdings = Holdings([variant_id])
    have = max(holdings.stock(variant_id, source).available, 0) if variant_id in holdings.items else 0
    if quantity > have:
        raise NotThere(available=have)
    for location_id, change in ((source, -quantity), (target, quantity)):
        holdings.move(Kind.TRANSFERRED, variant_id, location_id, reference=str(transfer_id), on_hand=change)
    holdings.settle()
    return {"id": transfer_id, **values}


def _apply(adjustment: Adjustment) -> None:
    """Raises `NotThere` when more would go than is there and promised to nobody."""
    holdings = counted([named(adjustment.market_id, adjustment.variant_id)])
    item = holdings.items[adjustment.variant_id]
    stock = holdings.stock(adjustment.variant_id, adjustment.location_id)
    have = max(min(stock.available, item.salable), 0)
    if -adjustment.change > have:
        raise NotThere(available=have)
    holdings.move(
        Kind.ADJUSTED,
        adjustment.variant_id,
        adjustment.location_id,
        reference=str(adjustment.id),
        on_hand=adjustment.change,
        reason=adjustment.reason,
    )
    adjustment.state = Decision.APPLIED
    holdings.settle()


def _of_market(market_id: UUID, adjustment_id: UUID, *, lock: bool = False) -> Adjustment:
    query = select(Adjustment).where(Adjustment.id == adjustment_id, Adjustment.market_id == market_id)
    found = session().scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found
