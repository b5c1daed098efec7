"""Giving a market its business id and subdomain: unique, whoever asks for the same one at the same moment."""

from __future__ import annotations

from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from addon_sdk import NotFound, ServiceUnavailable, ValidationFailed, session, transaction
from asoud_market.business_ids import is_reserved, is_well_formed, key_of, label_of, subdomains
from asoud_market.models import Market
from asoud_market.problems import BusinessIdFixed, BusinessIdTaken
from asoud_market.services.access import may_in

_TRIES = 50
_SUGGESTIONS = 3


def check(business_id: str, *, of: UUID | None = None) -> dict[str, Any]:
    """Whether a business id can be had: ``available``, the ``reason`` why not, and ``suggestions``.

    The reason is ``format``, ``reserved`` or ``taken``. ``of`` is a market of the caller's that may have it already;
    ValidationFailed for another's.
    """
    if of is not None and not _may_change(of):
        raise ValidationFailed.unknown("query/market_id")
    reason = _reason(business_id, of)
    suggestions = _suggestions(business_id) if reason == "taken" else []
    return {"business_id": business_id, "available": reason is None, "reason": reason, "suggestions": suggestions}


@transaction
def assign(market: Market, business_id: str) -> None:
    """Give a market its business id, and a subdomain like it.

    Raises ValidationFailed for a form or word that nobody may have, `BusinessIdTaken`, and `BusinessIdFixed` for a
    market that was published.
    """
    if market.business_id == business_id:
        return
    same = market.business_key == key_of(business_id)
    if market.first_published_at is not None and not same:
        raise BusinessIdFixed
    reason = _reason(business_id, market.id)
    if reason in ("format", "reserved"):
        raise ValidationFailed.of("/business_id", reason, _MESSAGES[reason])
    if reason == "taken":
        raise BusinessIdTaken
    if same:
        market.business_id = business_id
    else:
        _store(market, business_id)
    session().flush()


_MESSAGES = {
    "format": "A business id has 4 to 20 Latin letters, digits, _ and -, and begins with a letter.",
    "reserved": "The site keeps this word for itself; choose another one.",
}


def _store(market: Market, business_id: str) -> None:
    """A subdomain that somebody else takes at this moment makes us try the next; so does nothing for the id."""
    for subdomain in islice(subdomains(business_id), _TRIES):
        if session().scalar(select(Market.id).where(Market.subdomain == subdomain, Market.id != market.id)):
            continue
        try:
            with transaction(nested=True):
                market.business_id, market.business_key = business_id, key_of(business_id)
                market.subdomain = subdomain
                session().add(market)
                session().flush()
        except IntegrityError:
            session().refresh(market)
            if _reason(business_id, market.id) == "taken":
                raise BusinessIdTaken from None
            continue
        return
    raise ServiceUnavailable  # fifty subdomains of one name, taken while we looked


def _may_change(market_id: UUID) -> bool:
    try:
        return may_in(market_id, "market.edit")
    except NotFound:
        return False


def _reason(business_id: str, of: UUID | None) -> str | None:
    if not is_well_formed(business_id):
        return "format"
    if is_reserved(business_id) or not label_of(business_id):
        return "reserved"
    owner = session().scalar(select(Market.id).where(Market.business_key == key_of(business_id)))
    return "taken" if owner is not None and owner != of else None


def _suggestions(business_id: str) -> list[str]:
    """A few numbered ones that are free at this moment."""
    stem = business_id[:17].rstrip("-_")
    wanted = [f"{stem}{number}" for number in range(2, 30)]
    taken = set(session().scalars(select(Market.business_key).where(Market.business_key.in_(map(key_of, wanted)))))
    return [name for name in wanted if key_of(name) not in taken and is_well_formed(name)][:_SUGGESTIONS]
