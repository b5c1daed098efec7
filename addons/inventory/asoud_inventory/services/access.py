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


def named(market_id: UUID, variant_id: UUID, **location_ids: UUID | None) -> Variant:
    """A market's variant that a body names, once it is known that the locations which it names are the market's too.

    Locations stand under the names of their fields, and are kept from being deleted meanwhile. Raises a
    ValidationFailed that names each field that is wrong.
    """
    variant = session().scalar(select(Variant).where(Variant.id == variant_id, Variant.market_id == market_id))
    wanted = {location_id for location_id in location_ids.values() if location_id is not None}
    query = select(Location.id).where(Location.market_id == market_id, Location.id.in_(wanted)).order_by(Location.id)
    there = set(session().scalars(query.with_for_update(read=True, key_share=True)))
    unknown = [] if variant is not None else ["variant_id"]
    unknown += [name for name, location_id in location_ids.items() if location_id in wanted - there]
    if variant is None or unknown:
        raise ValidationFailed(errors=[error for name in unknown for error in ValidationFailed.unknown(name).errors])
    return variant
