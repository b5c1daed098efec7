"""For tests, here and in addons that depend on this one: stock, and what strangers can't reach."""

from __future__ import annotations

from uuid import UUID

from asoud_market.testing import make_market
from asoud_product.models import Variant
from asoud_product.testing import make_product, variant_of

from addon_sdk import Principal, acting_as, session
from addon_sdk.testing.ownership import owned
from asoud_inventory.models import Adjustment, Reason
from asoud_inventory.services.adjusting import adjust
from asoud_inventory.services.locations import add_location

API = "/api/v1/inventory"


def put_in_stock(variant_id: UUID, quantity: int, owner_id: UUID, location_id: UUID | None = None) -> Adjustment:
    """Have so many more of a variant of this user's market, in an app context."""
    market_id = session().get_one(Variant, variant_id).market_id
    values = {"variant_id": variant_id, "change": quantity, "reason": Reason.RECEIVED, "location_id": location_id}
    with acting_as(Principal(user_id=owner_id)):
        return adjust(market_id, values)


_OF_MARKET = "/my/markets/<uuid:market_id>"


@owned(f"{_OF_MARKET}/items")
@owned(f"{_OF_MARKET}/movements")
@owned(f"{_OF_MARKET}/adjustments")
@owned(f"{_OF_MARKET}/transfers")
@owned(f"{_OF_MARKET}/locations")
def _market(owner_id: UUID) -> dict[str, UUID]:
    return {"market_id": make_market(owner_id)}


@owned(f"{_OF_MARKET}/items/<uuid:variant_id>")
def _item(owner_id: UUID) -> dict[str, UUID]:
    market_id = make_market(owner_id)
    variant = variant_of(make_product(market_id, owner_id))
    put_in_stock(variant.id, 10, owner_id)
    return {"market_id": market_id, "variant_id": variant.id}


@owned(f"{_OF_MARKET}/locations/<uuid:location_id>", bodies={"PATCH": {"name": "انبار دوم"}})
def _location(owner_id: UUID) -> dict[str, UUID]:
    market_id = make_market(owner_id)
    with acting_as(Principal(user_id=owner_id)):
        locations = [add_location(market_id, {"name": name}).id for name in ("انبار", "ویترین")]
    return {"market_id": market_id, "location_id": locations[0]}


@owned(f"{_OF_MARKET}/adjustments/<uuid:adjustment_id>")
@owned(f"{_OF_MARKET}/adjustments/<uuid:adjustment_id>/decision", bodies={"PUT": {"approved": True}})
def _adjustment(owner_id: UUID) -> dict[str, UUID]:
    market_id = make_market(owner_id)
    variant = variant_of(make_product(market_id, owner_id))
    return {"market_id": market_id, "adjustment_id": put_in_stock(variant.id, 10, owner_id).id}
