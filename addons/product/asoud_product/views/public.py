"""Published products, for everybody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, ListArgs, NotFound, Page, authenticated, cached, drop_on, public, raises, throttled
from asoud_product.limits import SEARCHES
from asoud_product.schemas.facets import FacetsSchema
from asoud_product.schemas.public import (
    ColleagueCardSchema,
    FrontSchema,
    ProductCardSchema,
    ProductPageSchema,
    ProductQuery,
)
from asoud_product.schemas.shelves import ShelfSchema
from asoud_product.services import facets
from asoud_product.services import public as products

TAG = "product.public"
ON_FRONT = 12
"""Products of each shelf that a shop front shows."""
_EVENTS = (
    "product.product_created",
    "product.product_changed",
    "product.price_changed",
    "product.status_changed",
    "product.product_deleted",
    "product.products_changed",
    "category.category_changed",
    "category.category_moved",
    "market.published",
    "market.unpublished",
    "market.market_changed",
    "market.colleagues_changed",
)
for _event in _EVENTS:
    drop_on(_event, tags=TAG)

blp = Blueprint("product", description="Published products.")


@blp.get("/products")
@public
@cached(seconds=60, tags=[TAG])
@blp.arguments(ProductQuery, location="query")
@blp.page(ProductCardSchema)
def list_products(query: ListArgs) -> Page:
    """List published products of published markets."""
    return products.list_products(query)


@blp.get("/products/facets")
@public
@throttled(SEARCHES.key)
@cached(seconds=60, tags=[TAG])
@blp.arguments(ProductQuery, location="query")
@blp.response(200, FacetsSchema)
def get_facets(query: ListArgs) -> dict[str, Any]:
    """Count what a list of products could be narrowed by; it takes the filters of that list."""
    return facets.facets(query)


@blp.get("/products/<uuid:product_id>")
@public
@raises(NotFound)
@cached(seconds=60, tags=[TAG], shared=False)
@blp.response(200, ProductPageSchema)
def get_product(product_id: UUID) -> dict[str, Any]:
    """Show all of a published product in one call."""
    return products.by_id(product_id)


@blp.get("/markets/<uuid:market_id>/shelves")
@public
@raises(NotFound)
@cached(seconds=60, tags=[TAG])
@blp.page(ShelfSchema)
def list_shelves(market_id: UUID) -> Page:
    """List the shelves of a published market, in their order."""
    return Page(products.shelves_of_public(market_id))


@blp.get("/markets/<uuid:market_id>/front")
@public
@raises(NotFound)
@cached(seconds=60, tags=[TAG])
@blp.page(FrontSchema)
def list_front(market_id: UUID) -> Page:
    """Show the shop front of a published market in one call: its shelves, each with its first twelve products."""
    return Page(products.front_of(market_id, ON_FRONT))


@blp.get("/my/colleague-products")
@authenticated
@blp.arguments(ProductQuery, location="query")
@blp.page(ColleagueCardSchema)
def list_colleague_products(query: ListArgs) -> Page:
    """List products of the markets whose colleague I am, with what I pay."""
    return products.list_as_colleague(query)
