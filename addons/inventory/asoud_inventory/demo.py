"""Demo stock: the demo's goods in one location of each market; most in plenty, some few, some none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID
from zlib import crc32

from asoud_product.models import Product, ProductKind, Variant
from sqlalchemy import Row, insert, select

from addon_sdk import DemoSize, demo, session, setting, transaction
from asoud_inventory.models import Item, Kind, Movement, Reason, Stock
from asoud_inventory.services.locations import first_location
from asoud_inventory.services.showing import show

_BATCH = 500
_NONE, _FEW = 20, 8
"""Of so many variants one has none, or few."""
_REFERENCE, _LOCATION = "demo", "انبار"
_GOODS = (
    select(Variant.id, Variant.product_id, Variant.market_id, Variant.sku)
    .join(Product, Product.id == Variant.product_id)
    .where(Product.kind == ProductKind.GOOD, Variant.sku.startswith("DEMO-"))
)


@demo(count=lambda size: 1)
def load(size: DemoSize, advance: Callable[[int], None]) -> None:
    """Count what nobody counts yet; what is counted stays as it is."""
    after = None
    while rows := _page(after):
        _put(rows)
        after = rows[-1].id
    advance(1)


def _page(after: UUID | None) -> Sequence[Row[Any]]:
    query = _GOODS.order_by(Variant.id).limit(_BATCH)
    return session().execute(query if after is None else query.where(Variant.id > after)).all()


@transaction
def _put(rows: Sequence[Row[Any]]) -> None:
    there = set(session().scalars(select(Item.variant_id).where(Item.variant_id.in_([row.id for row in rows]))))
    places = {
        market_id: first_location(market_id, _LOCATION).id for market_id in sorted({row.market_id for row in rows})
    }
    missing = [(row, _quantity(row.sku)) for row in rows if row.id not in there]
    if not missing:
        return
    low_at = setting("low_at")
    items = [
        {"variant_id": row.id, "product_id": row.product_id, "market_id": row.market_id, "on_hand": quantity}
        | {"low_at": low_at, "is_low": quantity <= low_at}
        for row, quantity in missing
    ]
    session().execute(insert(Item), items)
    stocks = [
        {"variant_id": row.id, "location_id": places[row.market_id], "on_hand": quantity, "sequence": int(quantity > 0)}
        for row, quantity in missing
    ]
    session().execute(insert(Stock), stocks)
    moved = [_movement(row, places[row.market_id], quantity) for row, quantity in missing if quantity]
    session().execute(insert(Movement), moved)
    show(sorted({row.product_id for row, quantity in missing if quantity <= low_at}))


def _quantity(sku: str) -> int:
    """How many there are of a variant: the same each time."""
    number = crc32(sku.encode())
    if number % _NONE == 0:
        return 0
    return 1 + number % 4 if number % _FEW == 0 else 10 + number % 190


def _movement(row: Row[Any], location_id: UUID, quantity: int) -> dict[str, Any]:
    ids = {"market_id": row.market_id, "variant_id": row.id, "location_id": location_id, "sequence": 1}
    moved = {"on_hand_change": quantity, "reserved_change": 0, "on_hand": quantity, "reserved": 0}
    return {**ids, **moved, "kind": Kind.ADJUSTED, "reason": Reason.RECEIVED, "reference": _REFERENCE}
