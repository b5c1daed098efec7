"""What this addon does in the hooks of others."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from addon_sdk import hook, session
from addon_sdk.fields import rfc3339
from asoud_payment.models import Payment


@hook("users.personal_data")
def personal_data(user_id: UUID) -> tuple[str, Any]:
    """A user's export has his payments in it. An erased user's stay: books are kept by law, and name only his id."""
    query = select(Payment).where(Payment.owner_id == user_id).order_by(Payment.id)
    return "payments", [
        {
            "title": each.title,
            "amount": each.amount.amount,
            "currency": each.amount.currency,
            "state": each.state.value,
            "created_at": rfc3339(each.created_at),
        }
        for each in session().scalars(query)
    ]
