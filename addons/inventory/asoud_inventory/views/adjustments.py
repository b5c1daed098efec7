"""Adjustments and transfers of a market's stock."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, ListArgs, Page, idempotent, raises
from asoud_inventory.models import Adjustment
from asoud_inventory.problems import AdjustmentDecided, NotThere, SecondPersonNeeded
from asoud_inventory.schemas import AdjustmentQuery, AdjustmentSchema, DecisionSchema, TransferSchema
from asoud_inventory.services import adjusting
from asoud_inventory.views.rules import approves, edits, found, views

blp = Blueprint("inventory_adjustments", description="Adjustments and transfers of a market's stock.")


@blp.get("/my/markets/<uuid:market_id>/adjustments")
@views
@found
@blp.arguments(AdjustmentQuery, location="query")
@blp.page(AdjustmentSchema)
def list_adjustments(query: ListArgs, market_id: UUID) -> Page:
    """List adjustments, the latest first; with `state=pending` those that wait for a second person."""
    return adjusting.list_adjustments(market_id, query)


@blp.post("/my/markets/<uuid:market_id>/adjustments")
@edits
@found
@idempotent
@raises(NotThere)
@blp.arguments(AdjustmentSchema)
@blp.response(201, AdjustmentSchema)
def add_adjustment(data: dict[str, Any], market_id: UUID) -> Adjustment:
    """Say that stock has become more or less, and why; it is done at once unless a second person must approve."""
    return adjusting.adjust(market_id, data)


@blp.get("/my/markets/<uuid:market_id>/adjustments/<uuid:adjustment_id>")
@views
@found
@blp.response(200, AdjustmentSchema)
def get_adjustment(market_id: UUID, adjustment_id: UUID) -> Adjustment:
    """Show an adjustment."""
    return adjusting.get_adjustment(market_id, adjustment_id)


@blp.put("/my/markets/<uuid:market_id>/adjustments/<uuid:adjustment_id>/decision")
@approves
@found
@raises(AdjustmentDecided, SecondPersonNeeded, NotThere)
@blp.arguments(DecisionSchema)
@blp.response(200, AdjustmentSchema)
def decide_adjustment(data: dict[str, Any], market_id: UUID, adjustment_id: UUID) -> Adjustment:
    """Approve or reject what somebody else has asked for."""
    return adjusting.decide(market_id, adjustment_id, approved=data["approved"])


@blp.post("/my/markets/<uuid:market_id>/transfers")
@edits
@found
@idempotent
@raises(NotThere)
@blp.arguments(TransferSchema)
@blp.response(201, TransferSchema)
def add_transfer(data: dict[str, Any], market_id: UUID) -> dict[str, Any]:
    """Carry goods from one location to another."""
    return adjusting.transfer(market_id, data)
