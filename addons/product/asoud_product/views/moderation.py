"""Products as the site's staff decides on them."""

from __future__ import annotations

from typing import Any

from addon_sdk import Blueprint, ListArgs, Page, raises, requires
from asoud_product.problems import Incomplete, MoveNotAllowed
from asoud_product.schemas.life import DecisionSchema, ReviewedSchema, ReviewQuery
from asoud_product.schemas.products import as_owner
from asoud_product.services import life, moderation

blp = Blueprint("product_moderation", description="Decisions on products by the site's staff.")


@blp.get("/all/products")
@requires("product.moderate")
@blp.arguments(ReviewQuery, location="query")
@blp.page(ReviewedSchema)
def list_all_products(query: ListArgs) -> Page:
    """List products in any state, of all markets."""
    page = moderation.list_all(query)
    return Page([{**as_owner(product), "market_name": name} for product, name in page.items], page.next)


@blp.post("/all/decisions")
@requires("product.moderate")
@raises(MoveNotAllowed, Incomplete)
@blp.arguments(DecisionSchema)
@blp.response(204)
def decide(data: dict[str, Any]) -> None:
    """Publish, send back, deactivate or reactivate up to 200 products, all or none; each names the version seen."""
    life.decide([(each["id"], each["version"]) for each in data["products"]], data["to"], reason=data["reason"])
