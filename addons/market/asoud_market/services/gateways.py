"""How a market is paid: its choice, and the site's approval. Payment itself is not here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from addon_sdk import (
    ListArgs,
    Page,
    ValidationFailed,
    current_principal,
    decrypt,
    encrypt,
    now,
    paginate,
    session,
    transaction,
)
from asoud_market.models import Gateway, GatewayChoice, GatewayState
from asoud_market.problems import NothingToDecide
from asoud_market.services.access import demand_market


def gateway_of(market_id: UUID) -> Gateway:
    """A market's choice; ``later``, not stored, when it has chosen none."""
    found = session().scalar(select(Gateway).where(Gateway.market_id == market_id))
    return found or Gateway(market_id=market_id, choice=GatewayChoice.LATER, state=GatewayState.SETTLED, note="")


def account_of(market_id: UUID) -> dict[str, Any]:
    """A market's choice as payments need it, its key readable: for code, never for an answer."""
    gateway = gateway_of(market_id)
    credentials = {"merchant_id": gateway.merchant_id, "api_key": gateway.api_key and decrypt(gateway.api_key)}
    return {
        "choice": gateway.choice.value,
        "approved": gateway.state is GatewayState.APPROVED,
        "provider": gateway.provider,
        "credentials": {name: value for name, value in credentials.items() if value},
    }


@transaction
def choose(market_id: UUID, values: dict[str, Any]) -> Gateway:
    """Choose a gateway. The site's waits for its staff; a personal one needs provider, merchant id and key.

    An api key that isn't sent stays. Raises NotFound, PermissionDenied, ValidationFailed without a key.
    """
    market = demand_market(market_id, "market.gateway", lock=True)
    gateway = gateway_of(market_id)
    session().add(gateway)
    waits = values["choice"] is GatewayChoice.ASOUD and gateway.choice is not GatewayChoice.ASOUD
    if waits or gateway.choice is not values["choice"]:
        gateway.state = GatewayState.PENDING if waits else GatewayState.SETTLED
        gateway.decided_by, gateway.decided_at, gateway.note = None, None, ""
    gateway.choice = values["choice"]
    personal = gateway.choice is GatewayChoice.PERSONAL
    gateway.provider = values.get("provider") if personal else None
    gateway.merchant_id = values.get("merchant_id") if personal else None
    if not personal:
        gateway.api_key = None
    elif values.get("api_key"):
        gateway.api_key = encrypt(values["api_key"])
    elif gateway.api_key is None:
        raise ValidationFailed.of("/api_key", "required", "A gateway of one's own needs its key.")
    market.version += 1
    session().flush()
    return gateway


@transaction
def decide(market_id: UUID, *, approved: bool, note: str = "") -> Gateway:
    """Let a market use the site's gateway, or not, as the site's staff. Raises NotFound, `NothingToDecide`."""
    market = demand_market(market_id, "market.moderate", lock=True)
    gateway = gateway_of(market_id)
    if gateway.state is not GatewayState.PENDING:
        raise NothingToDecide
    gateway.state = GatewayState.APPROVED if approved else GatewayState.REJECTED
    gateway.decided_by, gateway.decided_at, gateway.note = current_principal().user_id, now(), note
    market.version += 1
    session().flush()
    return gateway


def list_gateways(args: ListArgs) -> Page:
    """A page of all markets' choices."""
    return paginate(select(Gateway), args)
