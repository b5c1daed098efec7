"""For tests, here and in addons that depend on this one: products, published or not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from asoud_market.testing import make_market
from sqlalchemy import select

from addon_sdk import Money, Principal, acting_as, new_id, session, transaction
from addon_sdk.testing.ownership import owned
from asoud_product.models import Actor, Product, ProductKind, Status, Variant
from asoud_product.services import life, products
from asoud_product.services.prices import PRICES

API = "/api/v1/product"


def make_product(market_id: UUID, owner_id: UUID, *, published: bool = False, **values: Any) -> UUID:
    """Add a product to this user's market, in an app context; its id. Prices may be given as plain Rials."""
    given = {"kind": ProductKind.GOOD, "name": "نان سنگک", "main_price": 250_000, **values}
    in_money = {name: Money(given[name], "IRR") for name in PRICES if isinstance(given.get(name), int)}
    with acting_as(Principal(user_id=owner_id)):
        product = products.create_product(market_id, {**given, **in_money})
        if published:
            publish_product(product.id)
        return product.id


def publish_product(product_id: UUID) -> None:
    """Complete a product and bring it to the public, as its market and the site's staff would."""
    with acting_as(Principal(user_id=new_id(), permissions=frozenset(("product.moderate",)))), transaction():
        product = session().get_one(Product, product_id)
        product.description = product.description or "هر روز تازه"
        product.pictures = product.pictures or [
            {"id": str(new_id()), "title": "", "width": 8, "height": 8, "sizes": {"card": [8, 8]}}
        ]
        product.category_id = product.category_id or _category_of(product)
        session().flush()
        life.into_queue(product, Actor.OWNER)
        if product.status is not Status.PUBLISHED:
            life.step(product, Status.PUBLISHED, Actor.ADMIN)


def variant_of(product_id: UUID) -> Variant:
    """The first variant of a product."""
    order = (Variant.position, Variant.id)
    return session().scalars(select(Variant).where(Variant.product_id == product_id).order_by(*order)).first()  # type: ignore[return-value]  # each product has one


def _category_of(product: Product) -> UUID | None:
    from asoud_market.models import Market

    return session().get_one(Market, product.market_id).category_id


@owned("/my/markets/<uuid:market_id>/products/<uuid:product_id>")
def _product(owner_id: UUID) -> dict[str, UUID]:
    market_id = make_market(owner_id)
    return {"market_id": market_id, "product_id": make_product(market_id, owner_id)}
