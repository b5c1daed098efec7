"""For tests, here and in addons that depend on this one: postings, and whether the books are right."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import Money, new_id
from addon_sdk.testing.ownership import owned
from asoud_ledger.chart import Account, account, credit, debit
from asoud_ledger.models import LedgerAccount
from asoud_ledger.services import post
from asoud_ledger.services.accounts import Place, existing

API = "/api/v1/ledger"
CLEARING = account("gateway_clearing", "test")


def fund(to: Account, amount: int, currency: str = "IRR") -> None:
    """Have a gateway collect money for an account that credits make larger, in an app context."""
    money = Money(amount, currency)
    post(f"test.funded:{new_id()}", "test.funded", [debit(CLEARING, money), credit(to, money)])


def account_of(of: Account, currency: str = "IRR") -> LedgerAccount:
    """An account that has postings."""
    place = Place(of, currency)
    return existing([place])[place]


@owned("/accounts/<uuid:account_id>")
@owned("/accounts/<uuid:account_id>/entries")
@owned("/accounts/<uuid:account_id>/statement.csv")
def _account(owner_id: UUID) -> dict[str, Any]:
    mine = account("buyer_wallet", owner_id)
    fund(mine, 1000)
    return {"account_id": account_of(mine).id}
