"""Which of a market's things a caller means, and whether he may do there what he wants."""

from __future__ import annotations

from uuid import UUID

from asoud_market.models import Market
from asoud_market.services import demand_market
from asoud_product.models import Variant
from sqlalchemy import select

from addon_sdk import NotFound, ValidationFailed, session
from asoud_inventory.models import Location


def lock_locations(market_id: UUID) -> None:
    """Let nobody else add, rename and delete locations of a market until the transaction ends."""
    query = select(Market.id).where(Market.id == market_id)
    session().execute(query.with_for_update(key_share=True))


def variant_of(market_id: UUID, variant_id: UUID, permission: str) -> Variant:
    """A market's variant, if the caller holds ``permission`` there. Raises NotFound, PermissionDenied."""
    demand_market(market_id, permission)
    variant = session().get(Variant, variant_id)
    if variant is None or variant.market_id != market_id:
        raise NotFound
    return variant


def named_variant(market_id: UUID, variant_id: UUID) -> Variant:
    """A market's variant that a body names. Raises ValidationFailed."""
    variant = session().get(Variant, variant_id)
    if variant is None or variant.market_id != market_id:
        raise ValidationFailed.unknown("variant_id")
    return variant


def named_location(market_id: UUID, location_id: UUID, field: str = "location_id") -> Location:
    """A market's location that a body names, kept from being deleted meanwhile. Raises ValidationFailed."""
    query = select(Location).where(Location.id == location_id).with_for_update(read=True, key_share=True)
    location = session().scalar(query)
    if location is None or location.market_id != market_id:
        raise ValidationFailed.unknown(field)
    return location
