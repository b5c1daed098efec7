"""Where a market is, and how customers reach it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint
from asoud_market.models import Contact, Market
from asoud_market.schemas.markets import LocationSchema, NewLocationSchema
from asoud_market.schemas.parts import ContactSchema
from asoud_market.services import places
from asoud_market.services.access import get_market
from asoud_market.views.rules import edits, found, matching, reviewed, versioned, views

blp = Blueprint("market_places", description="Location and contact of one's market.")


@blp.get("/my/markets/<uuid:market_id>/location")
@views
@found
@versioned
@blp.response(200, LocationSchema)
def get_location(market_id: UUID) -> Market:
    """Show where a market is."""
    return get_market(market_id)


@blp.put("/my/markets/<uuid:market_id>/location")
@edits
@reviewed
@matching
@blp.arguments(NewLocationSchema)
@blp.response(200, LocationSchema)
def set_location(data: dict[str, Any], market_id: UUID) -> Market:
    """Say where a market is."""
    return places.set_location(market_id, data)


@blp.get("/my/markets/<uuid:market_id>/contact")
@views
@found
@versioned
@blp.response(200, ContactSchema)
def get_contact(market_id: UUID) -> Contact:
    """Show how a market is reached."""
    return places.contact_of(market_id)


@blp.put("/my/markets/<uuid:market_id>/contact")
@edits
@reviewed
@matching
@blp.arguments(ContactSchema)
@blp.response(200, ContactSchema)
def set_contact(data: dict[str, Any], market_id: UUID) -> Contact:
    """Say how a market is reached; what is left out is taken away."""
    return places.set_contact(market_id, data)
