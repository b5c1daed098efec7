"""Columns that other addons have added to products: brought up to date so that everybody hears of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from addon_sdk import publish, session, transaction
from asoud_product.events import ProductChanged
from asoud_product.models import Product, Variant
from asoud_product.services.prices import variants_by_product

Restate = Callable[[Product, Sequence[Variant]], None]


@transaction
def restate(product_ids: Iterable[UUID], columns: Restate) -> int:
    """Have ``columns`` set an addon's own columns of these products and their variants; how many have changed.

    It is called with each product and its variants, once all of them are locked. Those that it changes get a new
    version, and are read anew by everybody. Products that are gone are left out.
    """
    wanted = select(Product).where(Product.id.in_(list(product_ids))).order_by(Product.id).with_for_update()
    products = session().scalars(wanted).all()
    variants = variants_by_product(product.id for product in products)
    changed = []
    for product in products:
        columns(product, variants.get(product.id, []))
        if any(session().is_modified(each) for each in (product, *variants.get(product.id, []))):
            product.version += 1
            changed.append(product)
    session().flush()
    for product in changed:
        publish(ProductChanged(product_id=product.id, market_id=product.market_id))
    return len(changed)
