"""REST: parse, call a service, answer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from addon_sdk import (
    Blueprint,
    ListArgs,
    ListQuery,
    NotFound,
    Page,
    authenticated,
    current_principal,
    paginate,
    raises,
    requires,
)
from asoud_loyalty import services
from asoud_loyalty.models import Entry
from asoud_loyalty.schemas import AwardSchema, BalanceSchema, EntrySchema

blp = Blueprint("loyalty", description="Loyalty points.")


class EntryQuery(ListQuery):
    """How to list entries: page by page, the newest first."""

    class Meta:
        model = Entry


@blp.get("/balance")
@authenticated
@raises(NotFound)
@blp.response(200, BalanceSchema)
def get_balance() -> dict[str, int]:
    """Show how many points I have."""
    return {"balance": services.balance_of(current_principal().user_id)}


@blp.get("/entries")
@authenticated
@blp.arguments(EntryQuery, location="query")
@blp.page(EntrySchema)
def list_entries(query: ListArgs) -> Page:
    """List what I have earned and lost, the newest first."""
    return paginate(select(Entry).where(Entry.user_id == current_principal().user_id), query)


@blp.post("/awards")
@requires("loyalty.award")
@raises(NotFound)
@blp.arguments(AwardSchema)
@blp.response(201, EntrySchema)
def award_points(data: dict[str, Any]) -> Entry:
    """Award points to a user."""
    return services.award(data["user_id"], data["points"], data["reason"])
