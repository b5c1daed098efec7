"""Demo markets: fifty, believable, in real cities; most published, a few in every other state."""

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
from asoud_market.demo.area_codes import AREA_CODES
from asoud_market.files import BACKGROUND, LOGO, PICTURE
from asoud_market.models import ApprovalKind, Market, MarketKind, Picture, PicturePurpose, Status
from asoud_market.services import hours, invitations, life, markets, places, requests

_WORK = [{"opens": 9 * 60, "closes": 13 * 60}, {"opens": 16 * 60 + 30, "closes": 21 * 60}]
_SHORT = [{"opens": 9 * 60, "closes": 14 * 60}]
_WEEK = [_WORK, _WORK, _WORK, _WORK, _WORK, _SHORT, []]
_WAITING: dict[Status, tuple[int, ...]] = {
    Status.UNPAID_UNDER_CREATION: (23,),
    Status.PAYMENT_PENDING: (43,),
    Status.PAID_UNDER_CREATION: (33,),
    Status.PAID_IN_PUBLICATION_QUEUE: (7, 27),
    Status.PAID_NEEDS_EDITING: (37,),
    Status.PAID_NON_PUBLICATION: (22,),
    Status.INACTIVE: (42,),
}
"""Which markets, by their place in the file, stand where; all others are published."""
_STATUS_OF = {place: status for status, places in _WAITING.items() for place in places}
_STEP = 0.004
"""Degrees by which markets of one city lie apart."""
_LOGOS, _BACKGROUNDS, _SLIDES = 15, 5, 6
"""So many pictures are drawn; markets share them, so that the demo is there quickly."""
_DRESSED_EACH, _STAFFED_EACH = 3, 5
"""Of so many markets one has slides, a gallery and a theme, and one has staff."""
_THEMES = (
    {"colour": "#0f6e84", "second_colour": "#e0a526", "background_colour": "#f6efe2", "font": "Vazirmatn"},
    {"colour": "#8c2f39", "second_colour": "#e5b25d", "background_colour": "#fbeee6", "font": "Estedad"},
    {"colour": "#3a5a40", "second_colour": "#bc6c25", "background_colour": "#f1f0ea", "font": "Vazirmatn"},
)


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
            owner, helper = (_one_of(customers or owners, number) for number in (place, place + 1))
            looks = [stored(*look) for look in _looks(place)]
            with transaction():
                market = _open(row, place, owner)
                _dress(market, place, looks)
                if place % _STAFFED_EACH == 0 and helper != owner:
                    _hire(market.id, owner, helper)
                _lead(market, _STATUS_OF.get(place, Status.PUBLISHED), owner, admin)
        advance(1)


def _one_of(users: Sequence[UUID], number: int) -> UUID:
    return users[number % len(users)]


def _looks(place: int) -> list[tuple[str, int]]:
    """The pictures of a market, by kind and number: logo, background, and for some two slides and two of a gallery."""
    more = [(PICTURE.name, (place + each) % _SLIDES) for each in range(4)] if place % _DRESSED_EACH == 0 else []
    return [(LOGO.name, place % _LOGOS), (BACKGROUND.name, place % _BACKGROUNDS), *more]


def _stored(kind: str, number: int) -> UUID:
    """Draw and store a picture that several markets show, each with a claim on it; outside transactions."""
    picture = drawing.logo(number) if kind == LOGO.name else drawing.background(number)
    return platform.files.store(picture, f"demo-{number}.jpg", kind=kind, owner_user_id=None).id


def _dress(market: Market, place: int, looks: Sequence[UUID]) -> None:
    """Show the pictures, in the order of `_looks`; slides and gallery go with a theme."""
    for file_id, kind in zip(looks, _looks(place), strict=True):
        platform.files.claim(file_id, kinds={kind[0]})
    market.logo_id, market.background_id, *pictures = looks
    for number, file_id in enumerate(pictures):
        purpose = (PicturePurpose.SLIDER, PicturePurpose.GALLERY)[number % 2]
        session().add(
            Picture(market_id=market.id, file_id=file_id, purpose=purpose, position=number // 2, title=market.name)
        )
    if pictures:
        market.theme = _THEMES[place // _DRESSED_EACH % len(_THEMES)]


def _hire(market_id: UUID, owner: UUID, helper: UUID) -> None:
    """Let a user work for the market, as he would be invited by a link."""
    with acting_as(Principal(user_id=owner)):
        offer = {"mobile": None, "title": "فروشنده", "permissions": ["market.edit"]}
        token = invitations.invite(market_id, offer)["token"]
    with acting_as(Principal(user_id=helper)):
        invitations.answer_by_token(token, accept=True)


def _open(row: _Row, place: int, owner: UUID) -> Market:
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
    return market


def _lead(market: Market, to: Status, owner: UUID, admin: UUID) -> None:
    """Lead a market from its opening to where it stands, as its owner and the site's staff would."""
    if to in (Status.UNPAID_UNDER_CREATION, Status.PAYMENT_PENDING):
        life.mark_unpaid(market.id)
        if to is Status.PAYMENT_PENDING:
            life.mark_payment_pending(market.id)
        return
    if to is Status.PAID_UNDER_CREATION or market.category_id is None:
        return
    with acting_as(Principal(user_id=owner)):
        request = requests.ask(market.id, ApprovalKind.PUBLICATION, "لطفاً فروشگاه ما را بررسی کنید.")
    if to is Status.PAID_IN_PUBLICATION_QUEUE:
        return
    with acting_as(Principal(user_id=admin, permissions=frozenset(("market.moderate",)))):
        if to is Status.PAID_NEEDS_EDITING:
            requests.decide(request.id, approved=False, needs_editing=True, answer="نشانی را کامل‌تر بنویسید.")
            return
        requests.decide(request.id, approved=True, answer="خوش آمدید!")
    if to is not Status.PUBLISHED:
        with acting_as(Principal(user_id=owner)):
            life.move(market.id, to, reason="تعطیلات")


def _fill(market_id: UUID, row: _Row, place: int) -> None:
    city = session().scalars(select(City).where(City.name_fa == row.city).order_by(City.position)).first()
    if city is not None:
        places.set_location(market_id, _location(city, row, place))
    area_code = AREA_CODES["تهران" if city is None else city.province_fa]
    account = {"app": "eitaa", "account": row.business_id.replace("-", "_")}
    places.set_contact(
        market_id,
        {
            "mobile": f"+9891211{place:05}",
            "telephone": f"{area_code}{33_000_000 + place}",
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
