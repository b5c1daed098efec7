"""The markets that the caller owns or works for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, ListArgs, Page, authenticated, raises, throttled
from asoud_market.limits import BUSINESS_IDS, MARKETS
from asoud_market.models import Market
from asoud_market.problems import BusinessIdFixed, BusinessIdTaken
from asoud_market.schemas.markets import (
    BusinessIdQuery,
    BusinessIdSchema,
    MarketChangeSchema,
    MarketSchema,
    MyMarketQuery,
)
from asoud_market.schemas.public import MarketPageSchema
from asoud_market.services import business_ids, markets, public
from asoud_market.services.access import caller_id, get_market
from asoud_market.views.rules import edits, found, matching, reviewed, versioned, views

blp = Blueprint("market_mine", description="Markets that one owns or works for.")


@blp.get("/my/markets")
@authenticated
@blp.arguments(MyMarketQuery, location="query")
@blp.page(MarketSchema)
def list_my_markets(query: ListArgs) -> Page:
    """List the markets that I own or work for, the newest first."""
    return markets.list_mine(query)


@blp.post("/my/markets")
@authenticated
@throttled(MARKETS.key)
@raises(BusinessIdTaken)
@blp.arguments(MarketSchema)
@blp.response(201, MarketSchema)
def open_market(data: dict[str, Any]) -> Market:
    """Open a market; there is no limit to how many one has."""
    return markets.open_market(caller_id(), data)


@blp.get("/my/markets/<uuid:market_id>")
@views
@found
@versioned
@blp.response(200, MarketSchema)
def get_my_market(market_id: UUID) -> Market:
    """Show a market in any state."""
    return get_market(market_id)


@blp.patch("/my/markets/<uuid:market_id>")
@edits
@reviewed
@raises(BusinessIdTaken, BusinessIdFixed)
@matching
@blp.arguments(MarketChangeSchema.patch())
@blp.response(200, MarketSchema)
def change_market(data: dict[str, Any], market_id: UUID) -> Market:
    """Change what a market is; a published one goes back to the queue."""
    return markets.change_market(market_id, data)


@blp.get("/my/markets/<uuid:market_id>/preview")
@views
@found
@blp.response(200, MarketPageSchema)
def preview_market(market_id: UUID) -> dict[str, Any]:
    """Show a market as customers will see it, whatever its state."""
    return public.preview(market_id)


@blp.get("/business-ids")
@authenticated
@throttled(BUSINESS_IDS.key)
@blp.arguments(BusinessIdQuery, location="query")
@blp.response(200, BusinessIdSchema)
def check_business_id(query: dict[str, Any]) -> dict[str, Any]:
    """Tell whether a business id can be had, as somebody types it."""
    return business_ids.check(query["business_id"], of=query.get("market_id"))
