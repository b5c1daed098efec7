"""What everybody sees of stock: the columns that products and variants have for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from asoud_product.models import Product, Variant
from asoud_product.services import restate
from sqlalchemy import and_, exists, or_, select

from addon_sdk import session
from asoud_inventory.models import Item
from asoud_inventory.services.holdings import UNCOUNTED, shown

_BATCH = 200


def show(product_ids: Collection[UUID]) -> int:
    """Bring what is shown of these products' stock up to date; how many products are different now."""

    @cache
    def items() -> dict[UUID, Item]:
        """Read once all products are locked, so that nobody who has read before writes after."""
        of_products = select(Item).where(Item.product_id.in_(product_ids))
        found = session().scalars(of_products.execution_options(populate_existing=True))
        return {item.variant_id: item for item in found}

    def columns(product: Any, variants: Sequence[Any]) -> None:
        for variant in variants:
            item = items().get(variant.id)
            variant.inventory_in_stock, variant.inventory_left = UNCOUNTED if item is None else shown(item)
        offered = [variant for variant in variants if variant.is_available]
        product.inventory_in_stock = not offered or any(variant.inventory_in_stock for variant in offered)

    return restate(product_ids, columns)


def show_market(market_id: UUID) -> None:
    """The same for those of a market's counted products that say something else than they should."""
    of_product = Variant.product_id == Product.id
    offered = and_(of_product, Variant.is_available)
    ought = or_(~exists().where(offered), exists().where(offered, Variant.inventory_in_stock))
    counted = exists().where(Item.product_id == Product.id)
    wrong = select(Product.id).where(Product.market_id == market_id, counted, Product.inventory_in_stock != ought)
    found = session().scalars(wrong.order_by(Product.id)).all()
    for start in range(0, len(found), _BATCH):
        show(found[start : start + _BATCH])
