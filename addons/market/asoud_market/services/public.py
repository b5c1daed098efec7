"""What everybody sees: published markets, in lists, near a place, and one by one."""

from __future__ import annotations

import math
from typing import Any
from uuid import UUID

from asoud_category.services import subtree_ids
from asoud_iran.services import holds_words
from asoud_region.models import City, Province
from asoud_region.services import distance_m
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import aliased

from addon_sdk import ListArgs, NotFound, Page, ValidationFailed, paginate, session
from addon_sdk.files import StoredFile, describe_file
from asoud_market.business_ids import key_of
from asoud_market.models import Contact, Market, Picture, PicturePurpose
from asoud_market.services import attention
from asoud_market.services.access import demand_market
from asoud_market.services.hours import badge, hours_of

_KM_PER_DEGREE = 111.2
_POLE = 0.01

logo, background, badge_file = (aliased(StoredFile, name=name) for name in ("logo", "background", "badge"))
_CARD = (
    select(Market, City.name_fa, City.name_en, Province.name_fa, Province.name_en, logo)
    .outerjoin(City, City.id == Market.city_id)
    .outerjoin(Province, Province.id == Market.province_id)
    .outerjoin(logo, logo.id == Market.logo_id)
)
LIST = _CARD.where(Market.is_public)
"""One statement for a whole page: market, city, province and logo."""

_DETAIL = (
    _CARD.add_columns(background, badge_file, Contact)
    .outerjoin(background, background.id == Market.background_id)
    .outerjoin(badge_file, badge_file.id == Market.badge_id)
    .outerjoin(Contact, Contact.market_id == Market.id)
)

_east = (Market.longitude - bindparam("longitude")) * bindparam("shrink")
_north = Market.latitude - bindparam("latitude")
distance_square = _east * _east + _north * _north
"""Square of the distance in degrees, as on a flat map; good enough for the order within a hundred kilometres."""
NEAR = LIST.where(
    Market.latitude.between(bindparam("south"), bindparam("north")),
    Market.longitude.between(bindparam("west"), bindparam("east")),
    distance_square <= bindparam("reach_square"),
)
"""Markets in a circle: the box is found by the index ix_market_market_place, the rest is arithmetic."""


def is_shown(market_id: UUID) -> bool:
    """Whether there is such a market and everybody may see it."""
    return bool(session().scalar(select(Market.is_public).where(Market.id == market_id)))


def get_public_market(market_id: UUID) -> Market:
    """A published market. Raises NotFound for every other."""
    market = session().scalar(select(Market).where(Market.id == market_id, Market.is_public))
    if market is None:
        raise NotFound
    return market


def category_of(market_id: UUID) -> UUID | None:
    """The category of a market. Raises NotFound."""
    row = session().execute(select(Market.category_id).where(Market.id == market_id)).one_or_none()
    if row is None:
        raise NotFound
    found: UUID | None = row[0]
    return found


def list_markets(args: ListArgs) -> Page:
    """A page of published markets, with what is asked of them."""
    return _page(LIST, args, {})


def near_markets(args: ListArgs) -> Page:
    """A page of published markets around a place, the nearest first, none farther than ``within_km``."""
    latitude, longitude = args["latitude"], args["longitude"]
    shrink = max(math.cos(math.radians(latitude)), _POLE)  # a degree of longitude is shorter away from the equator
    reach = args["within_km"] / _KM_PER_DEGREE
    page = _page(
        NEAR,
        args,
        {
            "latitude": latitude,
            "longitude": longitude,
            "shrink": shrink,
            "reach_square": reach * reach,
            "south": latitude - reach,
            "north": latitude + reach,
            "west": longitude - reach / shrink,
            "east": longitude + reach / shrink,
        },
    )
    for card in page.items:
        market = card["market"]
        card["distance_m"] = distance_m(latitude, longitude, market.latitude, market.longitude)
    return page


def _page(statement: Select[Any], args: ListArgs, params: dict[str, Any]) -> Page:
    """A category means all below it too; of words that are none nothing is found."""
    if "category_id" in args:
        args["category_id"] = _below(args["category_id"])
    if "q" in args:
        condition = holds_words(Market.search_key, args["q"])
        if condition is None:
            return Page([])
        statement = statement.where(condition)
    page = paginate(statement, args, params)
    return Page([card(*row[:6]) for row in page.items], page.next)


def _below(category_ids: list[UUID]) -> list[UUID]:
    """The categories and all below them, hidden ones too. Raises ValidationFailed for one that isn't there."""
    try:
        return sorted({below for wanted in category_ids for below in subtree_ids(wanted)})
    except NotFound:
        raise ValidationFailed.unknown("query/category_id") from None


def by_business_id(business_id: str) -> dict[str, Any]:
    """A published market by its business id, in any case of letters. Raises NotFound."""
    return _public(_DETAIL.where(Market.business_key == key_of(business_id), Market.is_public))


def by_subdomain(subdomain: str) -> dict[str, Any]:
    """A published market by its subdomain. Raises NotFound."""
    return _public(_DETAIL.where(Market.subdomain == subdomain.lower(), Market.is_public))


def by_id(market_id: UUID) -> dict[str, Any]:
    """A published market. Raises NotFound."""
    return _public(_DETAIL.where(Market.id == market_id, Market.is_public))


def preview(market_id: UUID) -> dict[str, Any]:
    """A market as customers will see it, for those who belong to it. Raises NotFound."""
    demand_market(market_id, "market.view")
    return _public(_DETAIL.where(Market.id == market_id))


def _public(statement: Select[Any]) -> dict[str, Any]:
    """Two statements, and for somebody who is logged in a third."""
    row = session().execute(statement).one_or_none()
    if row is None:
        raise NotFound
    market = row[0]
    pictures = pictures_with_files(market.id)
    return {
        **card(*row[:6]),
        "background": _file(row[6]),
        "badge": _file(row[7]),
        "contact": row[8],
        "hours": hours_of(market),
        "slides": [each for each in pictures if each["picture"].purpose is PicturePurpose.SLIDER],
        "gallery": [each for each in pictures if each["picture"].purpose is PicturePurpose.GALLERY],
        **attention.mine(market.id),
    }


def pictures_with_files(market_id: UUID) -> list[dict[str, Any]]:
    """A market's slides and gallery in their order, with their files, by one statement."""
    rows = session().execute(
        select(Picture, StoredFile)
        .join(StoredFile, StoredFile.id == Picture.file_id)
        .where(Picture.market_id == market_id)
        .order_by(Picture.purpose, Picture.position, Picture.id)
    )
    return [{"picture": picture, "file": describe_file(file)} for picture, file in rows]


def card(
    market: Market,
    city_fa: str | None,
    city_en: str | None,
    province_fa: str | None,
    province_en: str | None,
    logo_file: StoredFile | None,
) -> dict[str, Any]:
    """A market as lists show it."""
    return {
        "market": market,
        "city_fa": city_fa,
        "city_en": city_en,
        "province_fa": province_fa,
        "province_en": province_en,
        "logo": _file(logo_file),
        "opening": badge(market),
    }


def _file(file: StoredFile | None) -> dict[str, Any] | None:
    return None if file is None else describe_file(file)
