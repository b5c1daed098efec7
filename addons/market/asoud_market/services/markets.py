"""Opening markets, changing what they are, and finding one's own."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from asoud_category.services import choose_category
from asoud_iran.services import IdentifierError, alphabet_key, parse_legal_id, parse_national_code, word_key
from sqlalchemy import select

from addon_sdk import (
    ListArgs,
    Page,
    ValidationFailed,
    current_principal,
    paginate,
    publish,
    session,
    setting,
    transaction,
)
from asoud_market.events import MarketCreated
from asoud_market.models import Market, MarketKind, Member
from asoud_market.services import business_ids, life
from asoud_market.services.editing import editable, touched

_PLAIN = ("name", "slogan", "description")
_PERSIAN = re.compile("[\u0621-\u063a\u0641-\u064a\u067e\u0686\u0698\u06a9\u06af\u06cc]")


@transaction
def open_market(owner_id: UUID, values: dict[str, Any]) -> Market:
    """Open a market; an owner may have as many as he likes. When nothing is to be paid it counts as paid at once.

    Raises ValidationFailed for a name without Persian letters (where the site asks for them), a category that isn't
    there and a national code that isn't one, and what `business_ids.assign` raises.
    """
    market = Market(owner_id=owner_id, kind=values["kind"], name=values["name"], name_key="")
    _fill(market, values)
    session().add(market)
    session().flush()
    if values.get("business_id"):
        business_ids.assign(market, values["business_id"])
    publish(MarketCreated(market_id=market.id, owner_id=owner_id))
    life.begin(market)
    session().flush()
    return market


@transaction
def change_market(market_id: UUID, values: dict[str, Any]) -> Market:
    """Change what a market is; a published one goes back to the queue when anything did change.

    In a dearer category it is unpaid until the rest of the fee is paid.
    Raises NotFound, PermissionDenied, `NotEditable`, `Incomplete`, and what `open_market` raises.
    """
    market = editable(market_id)
    if all(getattr(market, name) == value for name, value in values.items()):
        return market
    before = market.category_id
    _fill(market, values)
    if values.get("business_id"):
        business_ids.assign(market, values["business_id"])
    if market.category_id != before:
        life.charge_again(market)
    else:
        life.settle_fee(market)
    return touched(market)


def _fill(market: Market, values: dict[str, Any]) -> None:
    if "name" in values and setting("persian_names") and not _PERSIAN.search(values["name"]):
        raise ValidationFailed.of("/name", "persian", "Write the market's name with Persian letters.")
    for name in _PLAIN:
        setattr(market, name, values.get(name, getattr(market, name) or ""))
    if "kind" in values:
        market.kind = values["kind"]
    if "category_id" in values:
        category_id = values["category_id"]
        market.category_id = None if category_id is None else choose_category(category_id).id
    if "national_code" in values or "kind" in values:
        market.national_code = _national_code(market.kind, values.get("national_code", market.national_code))
    market.name_key = alphabet_key(market.name)[:240]
    market.search_key = word_key(market.name, market.slogan, market.description)


def _national_code(kind: MarketKind, code: str | None) -> str | None:
    """A shop is a person's and has his national code; a company has its national id."""
    if not code:
        return None
    try:
        return parse_legal_id(code) if kind is MarketKind.COMPANY else parse_national_code(code)
    except IdentifierError as error:
        raise ValidationFailed.of("/national_code", error.code, error.message) from None


def list_mine(args: ListArgs) -> Page:
    """A page of the markets that the caller owns or works for."""
    user_id = current_principal().user_id
    owned = select(Market.id).where(Market.owner_id == user_id)
    works = select(Member.market_id).where(Member.user_id == user_id)
    return paginate(select(Market).where(Market.id.in_(owned.union_all(works))), args)  # OR would read every market
