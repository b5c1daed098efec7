"""Adding products, changing what they are, and deleting them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from asoud_iran.services import holds_words
from asoud_market.services import demand_market
from sqlalchemy import ColumnElement, false, or_, select

from addon_sdk import ListArgs, Page, fields, new_id, paginate, platform, publish, session, transaction
from asoud_product.events import ProductCreated, ProductDeleted
from asoud_product.hookspecs import before_delete
from asoud_product.models import Actor, Product, Variant
from asoud_product.problems import NeededByOthers
from asoud_product.services import life, prices, values, variants
from asoud_product.services.access import lock_products
from asoud_product.services.editing import editable, record, touched
from asoud_product.services.filling import fill, place_of, snapshot

__all__ = ["change_product", "create_product", "delete_product", "fill", "list_mine", "place_of", "snapshot"]

_NAMED = 20
"""Products that keep one from being deleted, named at most."""
_VALUES = frozenset(("attributes", "category_id"))


@transaction
def create_product(market_id: UUID, given: Mapping[str, Any]) -> Product:
    """Add a product to a market, as a draft with one variant or those that are given.

    ``given`` has the fields of the model, prices as `Money`, and ``variants`` as `variants.create` takes them. Raises
    NotFound, PermissionDenied, `TooManyVariants`, and a ValidationFailed that names all that is wrong.
    """
    market = demand_market(market_id, "product.edit")
    lock_products(market_id)
    empty = {"attributes": {}, "shipping_options": [], "options": [], "keywords": [], "is_available": True}
    product = Product(id=new_id(), market_id=market_id, **empty, **place_of(market))
    fill(product, given)
    made = variants.make_all(product, given.get("options", []), given.get("variants") or [{}])
    session().add(product)
    session().flush()  # variants refer to it
    session().add_all(made)
    session().flush()
    prices.record(product)
    for variant in made:
        if variant.main_price is not None:
            prices.record(product, variant)
    values.index(product)
    life.note(product, None, Actor.OWNER)
    session().flush()
    publish(ProductCreated(product_id=product.id, market_id=market_id))
    return product


@transaction
def change_product(market_id: UUID, product_id: UUID, given: Mapping[str, Any]) -> Product:
    """Change fields of a product; what the site's staff reviews sends a published one back to the queue.

    Raises NotFound, PermissionDenied, `NotEditable`, `Incomplete`, and ValidationFailed.
    """
    product = editable(market_id, product_id)
    before = snapshot(product)
    fill(product, given)
    after = snapshot(product)
    changed = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if not changed:
        return product
    if changed.keys() & prices.OFFER_FIELDS:
        prices.settle(product, variants.of(product.id))
    if changed.keys() & set(prices.PRICE_FIELDS):
        prices.record(product)
    if changed.keys() & _VALUES:
        values.index(product)
    return touched(product, changed)


@transaction
def delete_product(market_id: UUID, product_id: UUID) -> None:
    """Delete a product for good, with its variants and pictures; its history stays, with who deleted it.

    Raises NotFound, PermissionDenied, `NotEditable`, `NeededByOthers`, and what other addons refuse by
    ``product.before_delete``.
    """
    product = editable(market_id, product_id)
    tied = or_(Product.required_id == product_id, Product.gift_id == product_id)
    others = session().scalars(select(Product.id).where(tied).order_by(Product.id).limit(_NAMED)).all()
    if others:
        raise NeededByOthers(product_ids=[str(each) for each in others])
    before_delete(product_id=product_id)
    shown = [UUID(picture["id"]) for picture in product.pictures]
    for file_id in (*shown, *([product.video_id] if product.video_id else ())):
        platform.files.release(file_id)
    record(product, {"deleted": (False, True)})
    session().delete(product)
    session().flush()
    publish(ProductDeleted(product_id=product_id, market_id=market_id))


def list_mine(market_id: UUID, args: ListArgs) -> Page:
    """A page of a market's products in any state, of those with some words or one variant's number. Raises NotFound."""
    demand_market(market_id, "product.view")
    mine = select(Product).where(Product.market_id == market_id)
    return paginate(mine.where(_asked(market_id, args["q"])) if "q" in args else mine, args)


def _asked(market_id: UUID, text: str) -> ColumnElement[bool]:
    words_in = holds_words(Product.search_key, text)
    numbered = select(Variant.product_id).where(Variant.market_id == market_id, Variant.sku == fields.fold_digits(text))
    return or_(Product.id.in_(numbered), false() if words_in is None else words_in)
