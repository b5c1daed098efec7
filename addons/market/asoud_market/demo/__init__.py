"""Demo markets: fifty, believable, in real cities; most published, some on their way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from uuid import UUID

from asoud_category.models import Category
from asoud_region.models import City
from asoud_users.models import User
from sqlalchemy import select

from addon_sdk import DemoSize, Principal, acting_as, demo, platform, session, transaction
from asoud_market.demo import drawing
from asoud_market.files import BACKGROUND, LOGO
from asoud_market.models import ApprovalKind, Market, MarketKind
from asoud_market.services import hours, markets, places, requests

_WORK = [{"opens": 9 * 60, "closes": 13 * 60}, {"opens": 16 * 60 + 30, "closes": 21 * 60}]
_SHORT = [{"opens": 9 * 60, "closes": 14 * 60}]
_WEEK = [_WORK, _WORK, _WORK, _WORK, _WORK, _SHORT, []]
_UNFINISHED_EACH = 10
"""Of so many markets one is still being made, and one waits for the site's staff."""
_STEP = 0.004
"""Degrees by which markets of one city lie apart."""
_LOGOS, _BACKGROUNDS = 15, 5
"""So many pictures are drawn; markets share them, so that the demo is there quickly."""


class _Row(NamedTuple):
    name: str
    business_id: str
    kind: str
    category: str
    city: str
    address: str
    slogan: str
    description: str


def read_rows() -> list[_Row]:
    """The markets of the shipped file."""
    text = files("asoud_market").joinpath("data", "demo_markets.txt").read_text("utf-8")
    return [_Row(*(part.strip() for part in line.split("|"))) for line in text.splitlines() if line.strip()]


def _count(size: DemoSize) -> int:
    return len(read_rows())


@demo(count=_count)
def load(size: DemoSize, advance: Callable[[int], None]) -> None:
    """Open the markets for the demo's customers; those that are there already stay as they are."""
    owners = session().scalars(select(User.id).where(User.erased_at.is_(None)).order_by(User.mobile).limit(51)).all()
    if not owners:
        return
    admin, *customers = owners
    there = set(session().scalars(select(Market.business_key)))
    stored = cache(_stored)
    for place, row in enumerate(read_rows()):
        if row.business_id not in there:
            owner = (customers or owners)[place % len(customers or owners)]
            logo_id = stored(LOGO.name, place % _LOGOS)
            background_id = stored(BACKGROUND.name, place % _BACKGROUNDS)
            with transaction():
                market = _open(row, place, owner, admin)
                market.logo_id = platform.files.claim(logo_id, kinds={LOGO.name}).id
                market.background_id = platform.files.claim(background_id, kinds={BACKGROUND.name}).id
        advance(1)


def _stored(kind: str, number: int) -> UUID:
    """Draw and store a picture that several markets show, each with a claim on it; outside transactions."""
    picture = drawing.logo(number) if kind == LOGO.name else drawing.background(number)
    return platform.files.store(picture, f"demo-{number}.jpg", kind=kind, owner_user_id=None).id


def _open(row: _Row, place: int, owner: UUID, admin: UUID) -> Market:
    with acting_as(Principal(user_id=owner)):
        category = session().scalar(select(Category.id).where(Category.slug == row.category))
        market = markets.open_market(
            owner,
            {
                "kind": MarketKind(row.kind),
                "name": row.name,
                "business_id": row.business_id,
                "slogan": row.slogan,
                "description": row.description,
                "category_id": category,
            },
        )
        _fill(market.id, row, place)
        if category is None or place % _UNFINISHED_EACH == 3:
            return market
        request = requests.ask(market.id, ApprovalKind.PUBLICATION, "لطفاً فروشگاه ما را بررسی کنید.")
    if place % _UNFINISHED_EACH != 7:
        with acting_as(Principal(user_id=admin, permissions=frozenset(("market.moderate",)))):
            requests.decide(request.id, approved=True, answer="خوش آمدید!")
    return market


def _fill(market_id: UUID, row: _Row, place: int) -> None:
    city = session().scalars(select(City).where(City.name_fa == row.city).order_by(City.position)).first()
    if city is not None:
        places.set_location(market_id, _location(city, row, place))
    account = {"app": "eitaa", "account": row.business_id.replace("-", "_")}
    places.set_contact(
        market_id,
        {
            "mobile": f"+9891211{place:05}",
            "telephone": f"021{88_000_000 + place}",
            "instagram": row.business_id.replace("-", "_"),
            "messengers": [account],
        },
    )
    week: Sequence[object] = _WEEK
    hours.set_hours(market_id, {"shows_hours": True, "rests_on_holidays": True, "week": week, "days_off": []})


def _location(city: City, row: _Row, place: int) -> dict[str, object]:
    """A spot of its own around the middle of the city."""
    north, east = (place % 7 - 3) * _STEP, (place % 5 - 2) * _STEP
    return {
        "city_id": city.id,
        "address": f"{row.city}، {row.address}",
        "postal_code": None,
        "latitude": None if city.latitude is None else round(city.latitude + north, 6),
        "longitude": None if city.longitude is None else round(city.longitude + east, 6),
    }
