"""A user's right to take his data along, and to be forgotten."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from addon_sdk import fields, session
from asoud_product.models import Change, PriceChange, Transfer

_BY = {"changes": Change.by_id, "price_changes": PriceChange.by_id}


def export(user_id: UUID) -> dict[str, Any]:
    """What this addon knows of a user, as JSON values: what he imported and exported, and how much he has changed.

    The products themselves are their market's.
    """
    transfers = session().scalars(select(Transfer).where(Transfer.user_id == user_id).order_by(Transfer.id))
    return {
        "transfers": [_transfer(each) for each in transfers],
        **{name: session().scalar(select(func.count()).where(column == user_id)) for name, column in _BY.items()},
    }


def _transfer(transfer: Transfer) -> dict[str, Any]:
    return {
        "id": str(transfer.id),
        "market_id": str(transfer.market_id),
        "direction": transfer.direction.value,
        "rows": transfer.rows,
        "created_at": fields.rfc3339(transfer.created_at),
    }


def erase(user_id: UUID) -> None:
    """Forget who did it, in the caller's transaction; what was done stays in the history of products."""
    for column in (*_BY.values(), Transfer.user_id):
        session().execute(update(column.class_).where(column == user_id).values({column.key: None}))
