"""Where a market keeps goods."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, Page, contended, etag, idempotent, raises
from asoud_inventory.models import Location
from asoud_inventory.problems import LocationInUse, TooManyLocations
from asoud_inventory.schemas import LocationSchema
from asoud_inventory.services import locations
from asoud_inventory.views.rules import edits, found, views

blp = Blueprint("inventory_locations", description="Where a market keeps goods.")

_matching = contended(locations.locked_version_of)


@blp.get("/my/markets/<uuid:market_id>/locations")
@views
@found
@etag(locations.version_of)
@blp.page(LocationSchema)
def list_locations(market_id: UUID) -> Page:
    """List a market's locations, in the order in which goods are taken from them."""
    return Page(locations.list_locations(market_id))


@blp.post("/my/markets/<uuid:market_id>/locations")
@edits
@found
@idempotent
@raises(TooManyLocations)
@blp.arguments(LocationSchema)
@blp.response(201, LocationSchema)
def add_location(data: dict[str, Any], market_id: UUID) -> Location:
    """Add a location."""
    return locations.add_location(market_id, data)


@blp.patch("/my/markets/<uuid:market_id>/locations/<uuid:location_id>")
@edits
@found
@_matching
@blp.arguments(LocationSchema.patch())
@blp.response(200, LocationSchema)
def change_location(data: dict[str, Any], market_id: UUID, location_id: UUID) -> Location:
    """Rename a location, or change its place in the order."""
    return locations.change_location(market_id, location_id, data)


@blp.delete("/my/markets/<uuid:market_id>/locations/<uuid:location_id>")
@edits
@found
@raises(LocationInUse)
@blp.response(204)
def delete_location(market_id: UUID, location_id: UUID) -> None:
    """Delete an empty location; its movements stay."""
    locations.delete_location(market_id, location_id)
