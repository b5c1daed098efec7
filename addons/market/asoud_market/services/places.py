"""Where a market is, and how customers reach it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from asoud_region.services import get_city
from sqlalchemy import select

from addon_sdk import NotFound, ValidationFailed, session, transaction
from asoud_market.models import Contact, Market
from asoud_market.services.editing import assign, editable, touched


@transaction
def set_location(market_id: UUID, values: dict[str, Any]) -> Market:
    """Say where a market is; its province comes with the city.

    Raises ValidationFailed for a city that isn't there, and what `editing.editable` raises.
    """
    market = editable(market_id)
    try:
        city = get_city(values["city_id"])
    except NotFound:
        raise ValidationFailed.unknown("city_id") from None
    changed = assign(market, {**values, "province_id": city.province_id})
    return touched(market) if changed else market


def contact_of(market_id: UUID) -> Contact:
    """A market's contact; an empty one, not stored, when none was written."""
    found = session().scalar(select(Contact).where(Contact.market_id == market_id))
    return found or Contact(market_id=market_id, telephone="", fax="", messengers=[])


@transaction
def set_contact(market_id: UUID, values: dict[str, Any]) -> Contact:
    """Say how a market is reached. Raises as `editing.editable` does."""
    market = editable(market_id)
    contact = contact_of(market_id)
    session().add(contact)
    if assign(contact, values):
        touched(market)
    return contact
