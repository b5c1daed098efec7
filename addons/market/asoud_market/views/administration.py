"""Decisions of the site's staff."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from addon_sdk import Blueprint, ListArgs, NotFound, Page, contended, etag, paginate, raises, requires
from asoud_market.models import Approval, Market, Report
from asoud_market.problems import AnotherReportOpen, Incomplete, MoveNotAllowed, RequestDecided
from asoud_market.schemas.life import DecisionSchema, RequestOfMarketSchema, RequestQuery, RequestSchema
from asoud_market.schemas.markets import MarketSchema, MyMarketQuery
from asoud_market.schemas.public import ReportChangeSchema, ReportQuery, ReportSchema
from asoud_market.services import attention, requests

blp = Blueprint("market_administration", description="Markets as the site's staff sees them.")


@blp.get("/all/markets")
@requires("market.moderate")
@blp.arguments(MyMarketQuery, location="query")
@blp.page(MarketSchema)
def list_all_markets(query: ListArgs) -> Page:
    """List markets in any state, the newest first."""
    return paginate(select(Market), query)


@blp.get("/requests")
@requires("market.moderate")
@blp.arguments(RequestQuery, location="query")
@blp.page(RequestOfMarketSchema)
def list_all_requests(query: ListArgs) -> Page:
    """List what owners ask for, the newest first."""
    return requests.list_all(query)


@blp.get("/requests/<uuid:request_id>/decision")
@requires("market.moderate")
@raises(NotFound)
@etag(requests.version_of_request)
@blp.response(200, RequestSchema)
def get_request(request_id: UUID) -> Approval:
    """Show a request; its ETag is that of the market, so that nobody decides on what he has not seen."""
    return requests.get_request(request_id)


@blp.put("/requests/<uuid:request_id>/decision")
@requires("market.moderate")
@raises(NotFound, RequestDecided, MoveNotAllowed, Incomplete)
@contended(requests.locked_version_of_request)
@blp.arguments(DecisionSchema)
@blp.response(200, RequestSchema)
def decide_request(data: dict[str, Any], request_id: UUID) -> Approval:
    """Approve or reject a request; the market moves with it."""
    return requests.decide(request_id, **data)


@blp.get("/reports")
@requires("market.moderate")
@blp.arguments(ReportQuery, location="query")
@blp.page(ReportSchema)
def list_reports(query: ListArgs) -> Page:
    """List reports about markets, the newest first."""
    return attention.list_reports(query)


@blp.patch("/reports/<uuid:report_id>")
@requires("market.moderate")
@raises(NotFound, AnotherReportOpen)
@blp.arguments(ReportChangeSchema)
@blp.response(200, ReportSchema)
def change_report(data: dict[str, Any], report_id: UUID) -> Report:
    """Note how far a report has come."""
    return attention.change_report(report_id, data["state"], data.get("note"))
