"""For tests, here and in addons that depend on this one: products, published or not."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from asoud_market.services import get_market
from asoud_market.testing import make_market
from sqlalchemy import select

from addon_sdk import Money, Principal, acting_as, new_id, platform, session, transaction
from addon_sdk.testing.ownership import owned
from addon_sdk.testing.pictures import small_picture
from asoud_product.files import PICTURE
from asoud_product.models import Actor, Product, ProductKind, Status, Variant
from asoud_product.services import life, pictures, products, shelves
from asoud_product.services.prices import PRICES

API = "/api/v1/product"
KEPT_PRICES = (
    *("lowest_price", "lowest_sale_price", "lowest_colleague_price", "current_price", "sale_turns_at"),
    "is_purchasable",
)
"""What `prices.refresh` keeps with a product; imports, the demo and a migration write it by themselves."""


def make_product(market_id: UUID, owner_id: UUID, *, published: bool = False, **values: Any) -> UUID:
    """Add a product to this user's market, in an app context; its id. Prices may be given as plain Rials."""
    given = {"kind": ProductKind.GOOD, "name": "نان سنگک", "main_price": 250_000, **values}
    in_money = {name: Money(given[name], "IRR") for name in PRICES if isinstance(given.get(name), int)}
    with acting_as(Principal(user_id=owner_id)):
        product_id = products.create_product(market_id, {**given, **in_money}).id
    if published:
        publish_product(product_id)
    return product_id


def publish_product(product_id: UUID) -> None:
    """Complete a product and bring it to the public, as its market and the site's staff would."""
    found = session().get_one(Product, product_id)
    if not found.pictures:
        add_picture(found.market_id, product_id, get_market(found.market_id).owner_id)
    with acting_as(Principal(user_id=new_id(), permissions=frozenset(("product.moderate",)))), transaction():
        product = session().get_one(Product, product_id)
        product.description = product.description or "هر روز تازه"
        product.category_id = product.category_id or get_market(product.market_id).category_id
        session().flush()
        life.into_queue(product, Actor.OWNER)
        if product.status is not Status.PUBLISHED:
            life.step(product, Status.PUBLISHED, Actor.ADMIN)


def variant_of(product_id: UUID) -> Variant:
    """The first variant of a product."""
    order = (Variant.position, Variant.id)
    return session().scalars(select(Variant).where(Variant.product_id == product_id).order_by(*order)).first()  # type: ignore[return-value]  # each product has one


def make_shelf(market_id: UUID, owner_id: UUID, name: str = "تازه‌ها") -> UUID:
    """Put up a shelf in this user's market, in an app context; its id."""
    with acting_as(Principal(user_id=owner_id)):
        return shelves.add_shelf(market_id, name).id


def add_picture(market_id: UUID, product_id: UUID, owner_id: UUID) -> UUID:
    """Show a red dot with a product of this user's market, in an app context; the picture's id."""
    stored = platform.files.store(BytesIO(small_picture()), "a.png", kind=PICTURE.name, owner_user_id=owner_id)
    with acting_as(Principal(user_id=owner_id)):
        pictures.add_picture(market_id, product_id, {"file_id": stored.id})
    return stored.id


_OF_MARKET = "/my/markets/<uuid:market_id>"
_OF_PRODUCT = f"{_OF_MARKET}/products/<uuid:product_id>"


@owned(f"{_OF_MARKET}/products")
@owned(f"{_OF_MARKET}/shelves")
def _market(owner_id: UUID) -> dict[str, UUID]:
    return {"market_id": make_market(owner_id)}


@owned(_OF_PRODUCT)
@owned(f"{_OF_PRODUCT}/preview")
@owned(f"{_OF_PRODUCT}/actions")
@owned(f"{_OF_PRODUCT}/moves", bodies={"POST": {"to": "queue"}})
@owned(f"{_OF_PRODUCT}/changes")
@owned(f"{_OF_PRODUCT}/prices")
@owned(f"{_OF_PRODUCT}/variants")
@owned(f"{_OF_PRODUCT}/options")
@owned(f"{_OF_PRODUCT}/pictures")
def _product(owner_id: UUID) -> dict[str, UUID]:
    market_id = make_market(owner_id)
    return {"market_id": market_id, "product_id": make_product(market_id, owner_id)}


@owned(f"{_OF_PRODUCT}/variants/<uuid:variant_id>")
def _variant(owner_id: UUID) -> dict[str, UUID]:
    ids = _product(owner_id)
    return {**ids, "variant_id": variant_of(ids["product_id"]).id}


@owned(f"{_OF_PRODUCT}/pictures/<uuid:picture_id>")
def _picture(owner_id: UUID) -> dict[str, UUID]:
    ids = _product(owner_id)
    return {**ids, "picture_id": add_picture(ids["market_id"], ids["product_id"], owner_id)}


@owned(f"{_OF_MARKET}/shelves/<uuid:shelf_id>")
@owned(f"{_OF_MARKET}/shelves/<uuid:shelf_id>/products", bodies={"PUT": {"product_ids": []}})
def _shelf(owner_id: UUID) -> dict[str, UUID]:
    market_id = make_market(owner_id)
    return {"market_id": market_id, "shelf_id": make_shelf(market_id, owner_id)}
