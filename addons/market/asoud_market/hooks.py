"""What this addon does in the hooks of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from asoud_category.services import CategoryInUse
from sqlalchemy import select

from addon_sdk import hook, session
from asoud_market.models import Market
from asoud_market.services import gateways, privacy


@hook("category.in_use")
def in_use(category_id: UUID) -> None:
    """A category with markets in it stays."""
    if session().scalar(select(Market.id).where(Market.category_id == category_id).limit(1)) is not None:
        raise CategoryInUse


@hook("payment.market_account")
def market_account(market_id: UUID) -> Mapping[str, Any]:
    """Whose payment gateway takes a market's money, and with which credentials."""
    return gateways.account_of(market_id)


@hook("users.personal_data")
def personal_data(user_id: UUID) -> tuple[str, Any]:
    """A user's export has his markets, and what he did with those of others."""
    return "markets", privacy.export(user_id)


@hook("users.erase")
def erase(user_id: UUID) -> None:
    """An erased user belongs to no market any more; one whose market is published must deactivate it first."""
    privacy.erase(user_id)
