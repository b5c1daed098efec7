"""Bank accounts and cards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from addon_sdk import (
    Blueprint,
    ListArgs,
    ListQuery,
    Page,
    authenticated,
    fresh,
    get_readable,
    paginate,
    raises,
    scoped,
)
from asoud_users.models import BankAccount, BankCard
from asoud_users.problems import AccountTaken, CardTaken
from asoud_users.schemas import BankAccountSchema, BankCardSchema
from asoud_users.services import banking
from asoud_users.views.caller import caller_id

blp = Blueprint("users_banking", description="Bank accounts and cards of the caller.")


class BankAccountQuery(ListQuery):
    """How to list bank accounts."""

    class Meta:
        """Newest first."""

        model = BankAccount


class BankCardQuery(ListQuery):
    """How to list bank cards."""

    class Meta:
        """Newest first."""

        model = BankCard


@blp.get("/bank-accounts")
@authenticated
@blp.arguments(BankAccountQuery, location="query")
@blp.page(BankAccountSchema)
def list_bank_accounts(query: ListArgs) -> Page:
    """List my bank accounts."""
    return paginate(scoped(select(BankAccount), BankAccount), query)


@blp.post("/bank-accounts")
@authenticated
@fresh(minutes=10)
@raises(AccountTaken)
@blp.arguments(BankAccountSchema)
@blp.response(201, BankAccountSchema)
def add_bank_account(data: dict[str, Any]) -> BankAccount:
    """Register a bank account by its Sheba."""
    return banking.add_account(caller_id(), **data)


@blp.get("/bank-accounts/<uuid:account_id>")
@authenticated
@blp.response(200, BankAccountSchema)
def get_bank_account(account_id: UUID) -> BankAccount:
    """Show a bank account of mine."""
    return get_readable(BankAccount, account_id)


@blp.patch("/bank-accounts/<uuid:account_id>")
@authenticated
@fresh(minutes=10)
@raises(AccountTaken)
@blp.arguments(BankAccountSchema.patch())
@blp.response(200, BankAccountSchema)
def change_bank_account(data: dict[str, Any], account_id: UUID) -> BankAccount:
    """Change a bank account of mine."""
    return banking.change_account(account_id, data)


@blp.delete("/bank-accounts/<uuid:account_id>")
@authenticated
@fresh(minutes=10)
@blp.response(204)
def delete_bank_account(account_id: UUID) -> None:
    """Forget a bank account of mine."""
    banking.delete_account(account_id)


@blp.get("/bank-cards")
@authenticated
@blp.arguments(BankCardQuery, location="query")
@blp.page(BankCardSchema)
def list_bank_cards(query: ListArgs) -> Page:
    """List my bank cards."""
    return paginate(scoped(select(BankCard), BankCard), query)


@blp.post("/bank-cards")
@authenticated
@fresh(minutes=10)
@raises(CardTaken)
@blp.arguments(BankCardSchema)
@blp.response(201, BankCardSchema)
def add_bank_card(data: dict[str, Any]) -> BankCard:
    """Register a bank card; only its first six and last four digits are kept, and a hash."""
    return banking.add_card(caller_id(), data["number"], data["holder"])


@blp.delete("/bank-cards/<uuid:card_id>")
@authenticated
@fresh(minutes=10)
@blp.response(204)
def delete_bank_card(card_id: UUID) -> None:
    """Forget a bank card of mine."""
    banking.delete_card(card_id)
