"""The steps of opening a market, and what of them must be done before it can be published."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from addon_sdk import FieldError, session, translate
from asoud_market.models import Contact, Gateway, Market
from asoud_market.problems import Incomplete
from asoud_market.services.access import demand_market

REQUIRED = ("profile", "location", "contact")
"""Steps without which nothing is published; the others may be left for later."""


class Step(NamedTuple):
    """One page of opening a market. What was sent for it is kept at once: the market itself is the draft."""

    name: str
    missing: list[str]
    """JSON pointers below the market."""

    @property
    def is_required(self) -> bool:
        """Whether the market's publication needs it."""
        return self.name in REQUIRED

    @property
    def is_complete(self) -> bool:
        """Whether nothing of it is missing."""
        return not self.missing


def steps_of(market: Market) -> list[Step]:
    """The steps in their order, each with what it lacks."""
    has_mobile, has_gateway = (
        session()
        .execute(
            select(
                select(Contact.id).where(Contact.market_id == market.id, Contact.mobile.is_not(None)).exists(),
                select(Gateway.id).where(Gateway.market_id == market.id).exists(),
            )
        )
        .one()
    )
    told = {
        "profile": {
            "/business_id": market.business_id,
            "/category_id": market.category_id,
            "/description": market.description,
        },
        "location": {"/location/city_id": market.city_id, "/location/address": market.address},
        "contact": {"/contact/mobile": has_mobile},
        "hours": {"/hours/week": market.week},
        "looks": {"/logo": market.logo_id},
        "gateway": {"/gateway/choice": has_gateway},
    }
    return [Step(name, [pointer for pointer, value in parts.items() if not value]) for name, parts in told.items()]


def progress(market_id: UUID) -> dict[str, Any]:
    """How far the opening of a market has come, and the required step that is next. Raises NotFound."""
    steps = steps_of(demand_market(market_id, "market.view"))
    following = next((step.name for step in steps if step.is_required and not step.is_complete), None)
    return {"items": steps, "next": following}


def missing_of(market: Market) -> list[str]:
    """JSON pointers, below the market, of what is missing for its publication."""
    return [pointer for step in steps_of(market) if step.is_required for pointer in step.missing]


def demand_complete(market: Market) -> None:
    """Raise `Incomplete`, naming each field that is missing."""
    message = translate("This is needed before the market can be published.")
    if missing := missing_of(market):
        raise Incomplete(errors=[FieldError(pointer, "required", message) for pointer in missing])
