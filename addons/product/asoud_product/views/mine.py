"""The products of a market that the caller belongs to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, ListArgs, Page, raises, throttled
from asoud_product.limits import PRODUCTS
from asoud_product.problems import Incomplete, InUse, MoveNotAllowed, NeededByOthers, TooManyVariants
from asoud_product.schemas.life import ActionsSchema, ChangeSchema, MoveSchema, PriceChangeSchema
from asoud_product.schemas.products import (
    MyProductQuery,
    NewProductSchema,
    ProductFieldsSchema,
    ProductSchema,
    as_owner,
)
from asoud_product.schemas.public import ProductPageSchema
from asoud_product.services import history, life, products, public
from asoud_product.services.access import product_of
from asoud_product.views.rules import changes, edits, found, matching, versioned, views

blp = Blueprint("product_mine", description="Products of one's own market.")


@blp.get("/my/markets/<uuid:market_id>/products")
@views
@found
@blp.arguments(MyProductQuery, location="query")
@blp.page(ProductSchema)
def list_my_products(query: ListArgs, market_id: UUID) -> Page:
    """List a market's products in any state, the newest first."""
    page = products.list_mine(market_id, query)
    return Page([as_owner(product) for product in page.items], page.next)


@blp.post("/my/markets/<uuid:market_id>/products")
@edits
@found
@throttled(PRODUCTS.key)
@raises(TooManyVariants)
@blp.arguments(NewProductSchema)
@blp.response(201, ProductSchema)
def add_product(data: dict[str, Any], market_id: UUID) -> dict[str, Any]:
    """Add a product, as a draft."""
    return as_owner(products.create_product(market_id, data))


@blp.get("/my/markets/<uuid:market_id>/products/<uuid:product_id>")
@views
@found
@versioned
@blp.response(200, ProductSchema)
def get_my_product(market_id: UUID, product_id: UUID) -> dict[str, Any]:
    """Show a product in any state."""
    return as_owner(product_of(market_id, product_id, "product.view"))


@blp.patch("/my/markets/<uuid:market_id>/products/<uuid:product_id>")
@edits
@changes
@raises(Incomplete)
@matching
@blp.arguments(ProductFieldsSchema.patch())
@blp.response(200, ProductSchema)
def change_product(data: dict[str, Any], market_id: UUID, product_id: UUID) -> dict[str, Any]:
    """Change a product. What the site's staff reviews sends a published one back to the queue; prices do not."""
    return as_owner(products.change_product(market_id, product_id, data))


@blp.delete("/my/markets/<uuid:market_id>/products/<uuid:product_id>")
@edits
@changes
@raises(NeededByOthers, InUse)
@blp.response(204)
def delete_product(market_id: UUID, product_id: UUID) -> None:
    """Delete a product for good, unless the site's staff has deactivated it; records of its changes stay."""
    products.delete_product(market_id, product_id)


@blp.get("/my/markets/<uuid:market_id>/products/<uuid:product_id>/preview")
@views
@found
@blp.response(200, ProductPageSchema)
def preview_product(market_id: UUID, product_id: UUID) -> dict[str, Any]:
    """Show a product as customers will see it, whatever its state."""
    return public.preview(market_id, product_id)


@blp.get("/my/markets/<uuid:market_id>/products/<uuid:product_id>/actions")
@views
@found
@blp.response(200, ActionsSchema)
def list_actions(market_id: UUID, product_id: UUID) -> dict[str, Any]:
    """Tell what I may do with a product now, and what its publication still needs."""
    return life.actions(market_id, product_id)


@blp.post("/my/markets/<uuid:market_id>/products/<uuid:product_id>/moves")
@views
@found
@raises(MoveNotAllowed, Incomplete)
@blp.arguments(MoveSchema)
@blp.response(200, ProductSchema)
def move_product(data: dict[str, Any], market_id: UUID, product_id: UUID) -> dict[str, Any]:
    """Lead a product to another state, such as `queue` to ask for its publication."""
    return as_owner(life.move(market_id, product_id, data["to"], reason=data["reason"]))


@blp.get("/my/markets/<uuid:market_id>/products/<uuid:product_id>/changes")
@views
@found
@blp.arguments(history.ChangeQuery, location="query")
@blp.page(ChangeSchema)
def list_changes(query: ListArgs, market_id: UUID, product_id: UUID) -> Page:
    """List what happened to a product, the latest first."""
    return history.changes_of(market_id, product_id, query)


@blp.get("/my/markets/<uuid:market_id>/products/<uuid:product_id>/prices")
@views
@found
@blp.arguments(history.PriceQuery, location="query")
@blp.page(PriceChangeSchema)
def list_prices(query: ListArgs, market_id: UUID, product_id: UUID) -> Page:
    """List what a product has cost, the latest first."""
    return history.prices_of(market_id, product_id, query)
