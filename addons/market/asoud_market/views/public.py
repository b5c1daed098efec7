"""Published markets, for everybody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, ListArgs, NotFound, Page, public, raises
from asoud_market.schemas.public import (
    MarketCardSchema,
    MarketPageSchema,
    MarketQuery,
    NearMarketSchema,
    NearQuery,
)
from asoud_market.services import public as markets

blp = Blueprint("market", description="Published markets.")


@blp.get("/markets")
@public
@blp.arguments(MarketQuery, location="query")
@blp.page(MarketCardSchema)
def list_markets(query: ListArgs) -> Page:
    """List published markets."""
    return markets.list_markets(query)


@blp.get("/markets/near")
@public
@blp.arguments(NearQuery, location="query")
@blp.page(NearMarketSchema)
def list_near_markets(query: ListArgs) -> Page:
    """List published markets around a place, the nearest first."""
    return markets.near_markets(query)


@blp.get("/markets/<uuid:market_id>")
@public
@raises(NotFound)
@blp.response(200, MarketPageSchema)
def get_market(market_id: UUID) -> dict[str, Any]:
    """Show all of a published market in one call."""
    return markets.by_id(market_id)


@blp.get("/markets/by-business-id/<string:business_id>")
@public
@raises(NotFound)
@blp.response(200, MarketPageSchema)
def get_market_by_business_id(business_id: str) -> dict[str, Any]:
    """Show a published market by its business id, in any case of letters."""
    return markets.by_business_id(business_id)


@blp.get("/markets/by-subdomain/<string:subdomain>")
@public
@raises(NotFound)
@blp.response(200, MarketPageSchema)
def get_market_by_subdomain(subdomain: str) -> dict[str, Any]:
    """Show a published market by its subdomain."""
    return markets.by_subdomain(subdomain)
