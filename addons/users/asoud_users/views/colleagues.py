"""Colleagues."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from addon_sdk import Blueprint, ListArgs, ListQuery, Page, authenticated, paginate, raises, scoped
from asoud_users.models import Colleague
from asoud_users.problems import ColleagueExists
from asoud_users.schemas import ColleagueSchema
from asoud_users.services import colleagues
from asoud_users.views.caller import caller_id

blp = Blueprint("users_colleagues", description="Colleagues whom a user names.")


class ColleagueQuery(ListQuery):
    """How to list colleagues."""

    class Meta:
        """Newest first."""

        model = Colleague


@blp.get("/colleagues")
@authenticated
@blp.arguments(ColleagueQuery, location="query")
@blp.page(ColleagueSchema)
def list_colleagues(query: ListArgs) -> Page:
    """List my colleagues."""
    return paginate(scoped(select(Colleague), Colleague), query)


@blp.post("/colleagues")
@authenticated
@raises(ColleagueExists)
@blp.arguments(ColleagueSchema)
@blp.response(201, ColleagueSchema)
def add_colleague(data: dict[str, Any]) -> Colleague:
    """Name a colleague."""
    return colleagues.add_colleague(caller_id(), **data)


@blp.patch("/colleagues/<uuid:colleague_id>")
@authenticated
@blp.arguments(ColleagueSchema(only=("name",)))
@blp.response(200, ColleagueSchema)
def rename_colleague(data: dict[str, Any], colleague_id: UUID) -> Colleague:
    """Change how I call a colleague."""
    return colleagues.rename_colleague(colleague_id, data["name"])


@blp.delete("/colleagues/<uuid:colleague_id>")
@authenticated
@blp.response(204)
def delete_colleague(colleague_id: UUID) -> None:
    """Forget a colleague."""
    colleagues.delete_colleague(colleague_id)
