"""Columns that other addons have added to products: brought up to date so that everybody hears of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from addon_sdk import publish, session, transaction
from asoud_product.events import ProductChanged
from asoud_product.models import Product, Variant

Restate = Callable[[Product, Sequence[Variant]], None]


@transaction
def restate(product_ids: Iterable[UUID], columns: Restate) -> int:
    """Have ``columns`` set an addon's own columns of these products and their variants; how many have changed.

    It is called with each product and its variants, once all of them are locked. Those that it changes get a new
    version, and are read anew by everybody. Products that are gone are left out.
    """
    wanted = select(Product).where(Product.id.in_(list(product_ids))).order_by(Product.id).with_for_update()
    products = session().scalars(wanted).all()
    order = (Variant.product_id, Variant.position, Variant.id)
    parts = select(Variant).where(Variant.product_id.in_([each.id for each in products])).order_by(*order)
    variants: dict[UUID, list[Variant]] = {product.id: [] for product in products}
    for variant in session().scalars(parts.with_for_update()):
        variants[variant.product_id].append(variant)
    changed = []
    for product in products:
        columns(product, variants[product.id])
        if any(session().is_modified(each) for each in (product, *variants[product.id])):
            product.version += 1
            changed.append(product)
    session().flush()
    for product in changed:
        publish(ProductChanged(product_id=product.id, market_id=product.market_id))
    return len(changed)
