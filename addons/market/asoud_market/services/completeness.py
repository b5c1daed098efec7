"""What a market must have before it can be published."""

from __future__ import annotations

from sqlalchemy import select

from addon_sdk import FieldError, session, translate
from asoud_market.models import Contact, Market
from asoud_market.problems import Incomplete


def missing_of(market: Market) -> list[str]:
    """JSON pointers, below the market, of what is missing for its publication."""
    has_mobile = session().scalar(select(Contact.id).where(Contact.market_id == market.id, Contact.mobile.is_not(None)))
    needed = {
        "/business_id": market.business_id,
        "/category_id": market.category_id,
        "/description": market.description,
        "/location/city_id": market.city_id,
        "/location/address": market.address,
        "/contact/mobile": has_mobile,
    }
    return [pointer for pointer, value in needed.items() if not value]


def demand_complete(market: Market) -> None:
    """Raise `Incomplete`, naming each field that is missing."""
    message = translate("This is needed before the market can be published.")
    if missing := missing_of(market):
        raise Incomplete(errors=[FieldError(pointer, "required", message) for pointer in missing])
