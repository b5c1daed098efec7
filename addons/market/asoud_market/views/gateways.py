"""How a market is paid: the choice alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, ListArgs, Page, raises, requires
from asoud_market.models import Gateway
from asoud_market.problems import NothingToDecide
from asoud_market.schemas.parts import GatewayDecisionSchema, GatewayQuery, GatewaySchema, NewGatewaySchema
from asoud_market.services import gateways
from asoud_market.views.rules import found, keeps_gateway, matching, versioned

blp = Blueprint("market_gateways", description="Whose payment gateway takes a market's money.")


@blp.get("/my/markets/<uuid:market_id>/gateway")
@keeps_gateway
@found
@versioned
@blp.response(200, GatewaySchema)
def get_gateway(market_id: UUID) -> Gateway:
    """Show a market's choice; its key is never shown."""
    return gateways.gateway_of(market_id)


@blp.put("/my/markets/<uuid:market_id>/gateway")
@keeps_gateway
@found
@matching
@blp.arguments(NewGatewaySchema)
@blp.response(200, GatewaySchema)
def choose_gateway(data: dict[str, Any], market_id: UUID) -> Gateway:
    """Choose a gateway; the site's waits for its staff."""
    return gateways.choose(market_id, data)


@blp.get("/gateways")
@requires("market.moderate")
@blp.arguments(GatewayQuery, location="query")
@blp.page(GatewaySchema)
def list_gateways(query: ListArgs) -> Page:
    """List the choices of all markets."""
    return gateways.list_gateways(query)


@blp.put("/gateways/<uuid:market_id>/decision")
@requires("market.moderate")
@found
@raises(NothingToDecide)
@blp.arguments(GatewayDecisionSchema)
@blp.response(200, GatewaySchema)
def decide_gateway(data: dict[str, Any], market_id: UUID) -> Gateway:
    """Let a market use the site's gateway, or not."""
    return gateways.decide(market_id, **data)
