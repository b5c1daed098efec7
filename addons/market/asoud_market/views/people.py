"""A market's staff and colleagues."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Blueprint, ListArgs, Page, raises
from asoud_market.models import Colleague
from asoud_market.problems import ColleagueExists, TooManyColleagues
from asoud_market.schemas.people import (
    ColleagueQuery,
    ColleagueSchema,
    PermissionSchema,
    StaffChangeSchema,
    StaffQuery,
    StaffSchema,
)
from asoud_market.scope import grantable
from asoud_market.services import colleagues, staff
from asoud_market.views.rules import found, keeps_staff, views

blp = Blueprint("market_people", description="Staff and colleagues of one's market.")


@blp.get("/my/markets/<uuid:market_id>/staff-permissions")
@views
@found
@blp.page(PermissionSchema)
def list_staff_permissions(market_id: UUID) -> Page:
    """List what a market's staff may be allowed to do."""
    return Page([{"name": name} for name in grantable()])


@blp.get("/my/markets/<uuid:market_id>/staff")
@views
@found
@blp.arguments(StaffQuery, location="query")
@blp.page(StaffSchema)
def list_staff(query: ListArgs, market_id: UUID) -> Page:
    """List a market's staff."""
    return staff.list_staff(market_id, query)


@blp.patch("/my/markets/<uuid:market_id>/staff/<uuid:user_id>")
@keeps_staff
@found
@blp.arguments(StaffChangeSchema)
@blp.response(200, StaffSchema)
def change_staff(data: dict[str, Any], market_id: UUID, user_id: UUID) -> dict[str, Any]:
    """Change what somebody is called and may do."""
    return staff.change_staff(market_id, user_id, data)


@blp.delete("/my/markets/<uuid:market_id>/staff/<uuid:user_id>")
@views
@found
@blp.response(204)
def remove_staff(market_id: UUID, user_id: UUID) -> None:
    """Take somebody out of the staff, or leave it oneself."""
    staff.remove_staff(market_id, user_id)


@blp.get("/my/markets/<uuid:market_id>/colleagues")
@keeps_staff
@found
@blp.arguments(ColleagueQuery, location="query")
@blp.page(ColleagueSchema)
def list_colleagues(query: ListArgs, market_id: UUID) -> Page:
    """List a market's colleagues."""
    return colleagues.list_colleagues(market_id, query)


@blp.post("/my/markets/<uuid:market_id>/colleagues")
@keeps_staff
@found
@raises(ColleagueExists, TooManyColleagues)
@blp.arguments(ColleagueSchema)
@blp.response(201, ColleagueSchema)
def add_colleague(data: dict[str, Any], market_id: UUID) -> Colleague:
    """List a colleague by his mobile number."""
    return colleagues.add_colleague(market_id, **data)


@blp.patch("/my/markets/<uuid:market_id>/colleagues/<uuid:colleague_id>")
@keeps_staff
@found
@blp.arguments(ColleagueSchema(only=("name",)))
@blp.response(200, ColleagueSchema)
def rename_colleague(data: dict[str, Any], market_id: UUID, colleague_id: UUID) -> Colleague:
    """Change how a colleague is called."""
    return colleagues.rename_colleague(market_id, colleague_id, data.get("name"))


@blp.delete("/my/markets/<uuid:market_id>/colleagues/<uuid:colleague_id>")
@keeps_staff
@found
@blp.response(204)
def delete_colleague(market_id: UUID, colleague_id: UUID) -> None:
    """Take a colleague from the list."""
    colleagues.delete_colleague(market_id, colleague_id)
