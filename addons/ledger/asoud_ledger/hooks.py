"""What this addon does in the hooks of others."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from addon_sdk import hook, session
from asoud_ledger.models import LedgerAccount


@hook("users.personal_data")
def personal_data(user_id: UUID) -> tuple[str, Any]:
    """A user's export has his accounts in it. An erased user's stay: books are kept by law, and name only his id."""
    query = select(LedgerAccount).where(LedgerAccount.holder == str(user_id)).order_by(LedgerAccount.id)
    return "ledger", [
        {"kind": each.kind, "balance": each.held.amount, "currency": each.currency} for each in session().scalars(query)
    ]
