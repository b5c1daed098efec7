"""Shelves of one's own market."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, Page, contended, etag, raises
from asoud_product.models import Shelf
from asoud_product.problems import TooManyShelves
from asoud_product.schemas.shelves import ShelfOrderSchema, ShelfProductsSchema, ShelfSchema
from asoud_product.services import shelves
from asoud_product.views.rules import edits, found, views

blp = Blueprint("product_shelves", description="Shelves of one's own market, and what stands on them.")


@blp.get("/my/markets/<uuid:market_id>/shelves")
@views
@found
@etag(shelves.version_of)
@blp.page(ShelfSchema)
def list_my_shelves(market_id: UUID) -> Page:
    """List a market's shelves, in their order."""
    return Page(shelves.shelves_of(market_id))


@blp.post("/my/markets/<uuid:market_id>/shelves")
@edits
@found
@raises(TooManyShelves)
@blp.arguments(ShelfSchema)
@blp.response(201, ShelfSchema)
def add_shelf(data: dict[str, Any], market_id: UUID) -> Shelf:
    """Put up a shelf below the others."""
    return shelves.add_shelf(market_id, data["name"])


@blp.put("/my/markets/<uuid:market_id>/shelves")
@edits
@found
@contended(shelves.locked_version_of)
@blp.arguments(ShelfOrderSchema)
@blp.page(ShelfSchema)
def order_shelves(data: dict[str, Any], market_id: UUID) -> Page:
    """Put all shelves of the market in another order."""
    return Page(shelves.order_shelves(market_id, data["shelf_ids"]))


@blp.put("/my/markets/<uuid:market_id>/shelves/<uuid:shelf_id>")
@edits
@found
@contended(shelves.locked_version_of)
@blp.arguments(ShelfSchema)
@blp.response(200, ShelfSchema)
def rename_shelf(data: dict[str, Any], market_id: UUID, shelf_id: UUID) -> Shelf:
    """Call a shelf something else."""
    return shelves.rename_shelf(market_id, shelf_id, data["name"])


@blp.get("/my/markets/<uuid:market_id>/shelves/<uuid:shelf_id>/products")
@views
@found
@etag(shelves.contents_version_of)
@blp.response(200, ShelfProductsSchema)
def get_shelf_products(market_id: UUID, shelf_id: UUID) -> dict[str, Any]:
    """Tell which products are on the shelf, in their order and whatever their state."""
    return {"product_ids": shelves.contents_of(market_id, shelf_id)}


@blp.put("/my/markets/<uuid:market_id>/shelves/<uuid:shelf_id>/products")
@edits
@found
@contended(shelves.locked_contents_version_of)
@blp.arguments(ShelfProductsSchema)
@blp.response(204)
def fill_shelf(data: dict[str, Any], market_id: UUID, shelf_id: UUID) -> None:
    """Put these products on the shelf, in this order, and no others."""
    shelves.fill_shelf(market_id, shelf_id, data["product_ids"])


@blp.delete("/my/markets/<uuid:market_id>/shelves/<uuid:shelf_id>")
@edits
@found
@blp.response(204)
def delete_shelf(market_id: UUID, shelf_id: UUID) -> None:
    """Take a shelf away; its products stay, on none."""
    shelves.delete_shelf(market_id, shelf_id)
