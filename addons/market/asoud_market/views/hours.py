"""When a market is open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, contended, etag
from asoud_market.schemas.parts import ClosureSchema, HoursSchema, HoursShownSchema
from asoud_market.services import hours
from asoud_market.services.access import get_market
from asoud_market.views.rules import changes, edits, found, operates, views

blp = Blueprint("market_hours", description="Hours, days off and temporary closure of one's market.")


@blp.get("/my/markets/<uuid:market_id>/hours")
@views
@found
@etag(hours.version_of)
@blp.response(200, HoursShownSchema)
def get_hours(market_id: UUID) -> dict[str, Any]:
    """Show when a market is open, and whether it is now."""
    return hours.hours_of(get_market(market_id))


@blp.put("/my/markets/<uuid:market_id>/hours")
@edits
@changes
@contended(hours.locked_version_of)
@blp.arguments(HoursSchema)
@blp.response(200, HoursShownSchema)
def set_hours(data: dict[str, Any], market_id: UUID) -> dict[str, Any]:
    """Say when a market is open; a published one stays public."""
    return hours.hours_of(hours.set_hours(market_id, data))


@blp.put("/my/markets/<uuid:market_id>/closure")
@operates
@changes
@blp.arguments(ClosureSchema)
@blp.response(200, HoursShownSchema)
def close_market(data: dict[str, Any], market_id: UUID) -> dict[str, Any]:
    """Close a market for a while."""
    return hours.hours_of(hours.close_for_a_while(market_id, data))


@blp.delete("/my/markets/<uuid:market_id>/closure")
@operates
@changes
@blp.response(204)
def reopen_market(market_id: UUID) -> None:
    """End a temporary closure."""
    hours.open_again(market_id)
