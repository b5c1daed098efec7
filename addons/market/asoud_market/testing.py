"""For tests, here and in addons that depend on this one: markets, published or not, and what strangers can't reach."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from asoud_category.models import Category
from asoud_category.services import create_category
from asoud_region.models import City
from flask import Flask
from sqlalchemy import select

from addon_sdk import Principal, acting_as, new_id, platform, session, transaction
from addon_sdk.testing.ownership import owned
from addon_sdk.testing.pictures import small_picture
from asoud_market.files import PICTURE
from asoud_market.models import ApprovalKind, Market, MarketKind, Member, PicturePurpose, Status
from asoud_market.services.colleagues import add_colleague
from asoud_market.services.invitations import invite
from asoud_market.services.life import actors_of, step
from asoud_market.services.looks import add_picture
from asoud_market.services.markets import open_market
from asoud_market.services.places import set_contact, set_location
from asoud_market.services.requests import ask

API = "/api/v1/market"


def make_market(owner_id: UUID, *, published: bool = False, **values: Any) -> UUID:
    """Open a market of this user's, in an app context; its id."""
    with acting_as(Principal(user_id=owner_id)):
        given = {"kind": MarketKind.SHOP, "name": "فروشگاه آزمایشی", **values}
        market = open_market(owner_id, given)
        if published:
            publish_market(market.id, owner_id)
        return market.id


def publish_market(market_id: UUID, owner_id: UUID) -> None:
    """Complete a market and bring it to the public, as its owner and the site's staff would."""
    with acting_as(Principal(user_id=owner_id)), transaction():
        complete(market_id)
        ask(market_id, ApprovalKind.PUBLICATION)
    with acting_as(Principal(user_id=new_id(), permissions=frozenset(("market.moderate",)))), transaction():
        market = session().get_one(Market, market_id)
        assert "admin" in actors_of(market)
        step(market, Status.PUBLISHED, "admin")


def complete(market_id: UUID) -> None:
    """Give a market what it lacks for its publication."""
    market = session().get_one(Market, market_id)
    market.business_id = market.business_id or f"m{market_id.hex[-12:]}"
    market.business_key = market.business_id.lower()
    market.description = market.description or "هر روز تازه"
    market.category_id = market.category_id or some_category()
    session().flush()
    if market.city_id is None:
        place = {"postal_code": None, "latitude": None, "longitude": None}
        set_location(market_id, {"city_id": some_city(), "address": "خیابان نمونه، پلاک ۱", **place})
    set_contact(market_id, {"mobile": "+989121234567"})


def some_category() -> UUID:
    """A category; made when there is none."""
    found = session().scalar(select(Category.id).order_by(Category.id).limit(1))
    return found or create_category("نان", "bread").id


def some_city(name_en: str = "Tehran") -> UUID:
    """A city of Iran."""
    return session().scalars(select(City.id).where(City.name_en == name_en)).one()


def category(app: Flask, title: str, slug: str, parent_id: UUID | None = None) -> UUID:
    """Make a category; its id."""
    with app.app_context():
        return create_category(title, slug, parent_id=parent_id).id


@owned("/markets/<uuid:market_id>/like")
@owned("/markets/<uuid:market_id>/bookmark")
@owned("/markets/<uuid:market_id>/reports", bodies={"POST": {"reason": "fraud"}})
def _market(owner_id: UUID) -> dict[str, UUID]:
    return {"market_id": make_market(owner_id)}


@owned("/my/invitations/<uuid:invitation_id>/answer", bodies={"POST": {"accept": True}})
def _invitation(owner_id: UUID) -> dict[str, UUID]:
    market_id = make_market(owner_id)
    with acting_as(Principal(user_id=owner_id)):
        made = invite(market_id, {"mobile": "+989139999999", "title": "", "permissions": []})
    return {"invitation_id": made["invitation"].id}


_OF_MARKET = "/my/markets/<uuid:market_id>"


@owned(f"{_OF_MARKET}/pictures/<uuid:picture_id>")
def _picture(owner_id: UUID) -> dict[str, UUID]:
    market_id = make_market(owner_id)
    file = platform.files.store(BytesIO(small_picture()), "a.png", kind=PICTURE.name, owner_user_id=owner_id)
    with acting_as(Principal(user_id=owner_id)):
        picture = add_picture(market_id, {"file_id": file.id, "purpose": PicturePurpose.SLIDER})
    return {"market_id": market_id, "picture_id": picture.id}


@owned(f"{_OF_MARKET}/staff/<uuid:user_id>")
def _staff(owner_id: UUID) -> dict[str, UUID]:
    """The owner himself stands in for one of his staff, who needs an account."""
    market_id = make_market(owner_id)
    with transaction():
        session().add(Member(market_id=market_id, user_id=owner_id))
    return {"market_id": market_id, "user_id": owner_id}


@owned(f"{_OF_MARKET}/invitations/<uuid:invitation_id>")
def _invitation_of_market(owner_id: UUID) -> dict[str, UUID]:
    market_id = make_market(owner_id)
    with acting_as(Principal(user_id=owner_id)):
        made = invite(market_id, {"mobile": None, "title": "", "permissions": []})
    return {"market_id": market_id, "invitation_id": made["invitation"].id}


@owned(f"{_OF_MARKET}/colleagues/<uuid:colleague_id>", bodies={"PATCH": {"name": "همکار"}})
def _colleague(owner_id: UUID) -> dict[str, UUID]:
    market_id = make_market(owner_id)
    with acting_as(Principal(user_id=owner_id)):
        return {"market_id": market_id, "colleague_id": add_colleague(market_id, "+989139999999").id}


@owned(f"{_OF_MARKET}/requests/<uuid:request_id>")
def _request(owner_id: UUID) -> dict[str, UUID]:
    market_id = make_market(owner_id)
    with acting_as(Principal(user_id=owner_id)), transaction():
        complete(market_id)
        return {"market_id": market_id, "request_id": ask(market_id, ApprovalKind.PUBLICATION).id}
