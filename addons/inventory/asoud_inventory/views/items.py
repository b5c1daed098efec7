"""What a market has, and how it came to that."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, ListArgs, Page, contended, etag, raises
from asoud_inventory.problems import SoldBeyond
from asoud_inventory.schemas import (
    ItemChangeSchema,
    ItemDetailSchema,
    ItemQuery,
    ItemSchema,
    MovementQuery,
    MovementSchema,
)
from asoud_inventory.services import items
from asoud_inventory.views.rules import edits, found, views

blp = Blueprint("inventory", description="A market's stock, and its movements.")


@blp.get("/my/markets/<uuid:market_id>/items")
@views
@found
@blp.arguments(ItemQuery, location="query")
@blp.page(ItemSchema)
def list_items(query: ListArgs, market_id: UUID) -> Page:
    """List what a market counts; with `is_low=true` what runs low."""
    return items.list_items(market_id, query)


@blp.get("/my/markets/<uuid:market_id>/items/<uuid:variant_id>")
@views
@found
@etag(items.stamp_of)
@blp.response(200, ItemDetailSchema)
def get_item(market_id: UUID, variant_id: UUID) -> dict[str, Any]:
    """Show what a market has of a variant, and where."""
    return items.get_item(market_id, variant_id)


@blp.patch("/my/markets/<uuid:market_id>/items/<uuid:variant_id>")
@edits
@found
@raises(SoldBeyond)
@contended(items.locked_stamp_of)
@blp.arguments(ItemChangeSchema)
@blp.response(200, ItemDetailSchema)
def change_item(data: dict[str, Any], market_id: UUID, variant_id: UUID) -> dict[str, Any]:
    """Say how many may be sold beyond the stock, and from when on it is low; begins to count what wasn't counted."""
    return items.change_item(market_id, variant_id, data)


@blp.get("/my/markets/<uuid:market_id>/movements")
@views
@found
@blp.arguments(MovementQuery, location="query")
@blp.page(MovementSchema)
def list_movements(query: ListArgs, market_id: UUID) -> Page:
    """List every movement of a market's stock, the latest first, each with what was there after it."""
    return items.list_movements(market_id, query)
