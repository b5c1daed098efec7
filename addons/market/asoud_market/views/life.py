"""A market's life, as its owner leads it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, ListArgs, Page, raises
from asoud_market.models import Approval, Market
from asoud_market.problems import Incomplete, MoveNotAllowed, RequestDecided, RequestPending
from asoud_market.schemas.life import (
    MoveQuery,
    MoveSchema,
    NewMoveSchema,
    NewRequestSchema,
    RequestQuery,
    RequestSchema,
)
from asoud_market.schemas.markets import ActionsSchema, MarketSchema, StepsSchema
from asoud_market.services import completeness, life, requests
from asoud_market.views.rules import found, operates, views

blp = Blueprint("market_life", description="States of a market, and requests for approval.")


@blp.get("/my/markets/<uuid:market_id>/actions")
@views
@found
@blp.response(200, ActionsSchema)
def list_actions(market_id: UUID) -> dict[str, Any]:
    """Tell what I may do with a market now."""
    return life.actions(market_id)


@blp.get("/my/markets/<uuid:market_id>/steps")
@views
@found
@blp.response(200, StepsSchema)
def list_steps(market_id: UUID) -> dict[str, Any]:
    """Tell which steps of opening a market are complete, and which is next."""
    return completeness.progress(market_id)


@blp.post("/my/markets/<uuid:market_id>/moves")
@views
@found
@raises(MoveNotAllowed, Incomplete, RequestPending)
@blp.arguments(NewMoveSchema)
@blp.response(200, MarketSchema)
def move_market(data: dict[str, Any], market_id: UUID) -> Market:
    """Lead a market to another state, as far as its life allows it to me."""
    return life.move(market_id, data["to"], reason=data["reason"], notes=data["notes"])


@blp.get("/my/markets/<uuid:market_id>/moves")
@views
@found
@blp.arguments(MoveQuery, location="query")
@blp.page(MoveSchema)
def list_moves(query: ListArgs, market_id: UUID) -> Page:
    """List a market's history, the newest first."""
    return requests.history(market_id, query)


@blp.get("/my/markets/<uuid:market_id>/requests")
@views
@found
@blp.arguments(RequestQuery, location="query")
@blp.page(RequestSchema)
def list_requests(query: ListArgs, market_id: UUID) -> Page:
    """List what was asked for, the newest first."""
    return requests.list_of_market(market_id, query)


@blp.post("/my/markets/<uuid:market_id>/requests")
@operates
@found
@raises(MoveNotAllowed, Incomplete, RequestPending)
@blp.arguments(NewRequestSchema)
@blp.response(201, RequestSchema)
def ask_for_approval(data: dict[str, Any], market_id: UUID) -> Approval:
    """Ask for publication, for another look at edits, or for reactivation."""
    return requests.ask(market_id, data["kind"], data["message"])


@blp.delete("/my/markets/<uuid:market_id>/requests/<uuid:request_id>")
@operates
@found
@raises(RequestDecided)
@blp.response(204)
def withdraw_request(market_id: UUID, request_id: UUID) -> None:
    """Take a pending request back."""
    requests.withdraw(market_id, request_id)
