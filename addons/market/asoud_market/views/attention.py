"""Like, bookmark, look, report, share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, ListArgs, NotFound, Page, authenticated, public, raises, throttled
from asoud_market.limits import REPORTS, SHARES, VIEWS
from asoud_market.models import Bookmark, Like, Report
from asoud_market.problems import NotPublished, ReportOpen
from asoud_market.schemas.public import (
    BookmarkQuery,
    LookSchema,
    MarketCardSchema,
    NewReportSchema,
    NewShareSchema,
    ReportSentSchema,
    ShareSchema,
    ShareStatisticsSchema,
)
from asoud_market.services import attention, bookmarks, sharing
from asoud_market.views.rules import found, views

blp = Blueprint("market_attention", description="What people do with published markets.")


@blp.put("/markets/<uuid:market_id>/like")
@authenticated
@raises(NotFound)
@blp.response(204)
def like_market(market_id: UUID) -> None:
    """Like a market."""
    attention.keep(Like, market_id)


@blp.delete("/markets/<uuid:market_id>/like")
@authenticated
@raises(NotFound)
@blp.response(204)
def unlike_market(market_id: UUID) -> None:
    """Take a like back."""
    attention.drop(Like, market_id)


@blp.put("/markets/<uuid:market_id>/bookmark")
@authenticated
@raises(NotFound)
@blp.response(204)
def bookmark_market(market_id: UUID) -> None:
    """Keep a market at hand."""
    attention.keep(Bookmark, market_id)


@blp.delete("/markets/<uuid:market_id>/bookmark")
@authenticated
@raises(NotFound)
@blp.response(204)
def forget_bookmark(market_id: UUID) -> None:
    """Take a bookmark back."""
    attention.drop(Bookmark, market_id)


@blp.get("/my/bookmarks")
@authenticated
@blp.arguments(BookmarkQuery, location="query")
@blp.page(MarketCardSchema)
def list_bookmarks(query: ListArgs) -> Page:
    """List the published markets that I have bookmarked."""
    return bookmarks.list_bookmarked(query)


@blp.post("/markets/<uuid:market_id>/views")
@public
@throttled(VIEWS.key)
@raises(NotFound)
@blp.response(200, LookSchema)
def look_at_market(market_id: UUID) -> dict[str, bool]:
    """Count that I look at a market: once for a user, for a guest an hour after the last time."""
    return {"counted": attention.look(market_id)}


@blp.post("/markets/<uuid:market_id>/reports")
@authenticated
@throttled(REPORTS.key)
@raises(NotFound, ReportOpen)
@blp.arguments(NewReportSchema)
@blp.response(201, ReportSentSchema)
def report_market(data: dict[str, Any], market_id: UUID) -> Report:
    """Tell the site's staff that something is wrong."""
    return attention.report(market_id, data["reason"], data["text"])


@blp.get("/markets/<uuid:market_id>/share")
@public
@raises(NotFound)
@blp.response(200, ShareSchema)
def get_share_links(market_id: UUID) -> dict[str, Any]:
    """Show the links for sharing a published market."""
    return sharing.share_links(market_id)


@blp.post("/markets/<uuid:market_id>/shares")
@public
@throttled(SHARES.key)
@raises(NotFound)
@blp.arguments(NewShareSchema)
@blp.response(204)
def share_market(data: dict[str, Any], market_id: UUID) -> None:
    """Count that I have shared a market."""
    sharing.note_share(market_id, data["platform"])


@blp.get("/my/markets/<uuid:market_id>/share")
@views
@found
@raises(NotPublished)
@blp.response(200, ShareSchema)
def get_own_share_links(market_id: UUID) -> dict[str, Any]:
    """Show the links of my market, once it is published."""
    return sharing.own_share_links(market_id)


@blp.get("/my/markets/<uuid:market_id>/shares")
@views
@found
@blp.response(200, ShareStatisticsSchema)
def get_share_statistics(market_id: UUID) -> dict[str, Any]:
    """Tell how often a market was shared, by platform."""
    return sharing.statistics(market_id)
