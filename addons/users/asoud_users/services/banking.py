"""Bank accounts and cards of users. Numbers are unique on the site: nobody registers another's."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from asoud_iran.services import Card, bank_of_sheba
from sqlalchemy import ColumnElement
from sqlalchemy.exc import IntegrityError

from addon_sdk import Model, Principal, Problem, get_readable, own, readable, session, transaction
from addon_sdk.identity import keyed_hash
from asoud_users.models import BankAccount, BankCard
from asoud_users.problems import AccountTaken, CardTaken

M = TypeVar("M", bound=Model)


@readable(BankAccount)
def readable_accounts(principal: Principal) -> ColumnElement[bool]:
    """Everybody reads his own."""
    return own(BankAccount.user_id, principal)


@readable(BankCard)
def readable_cards(principal: Principal) -> ColumnElement[bool]:
    """Everybody reads his own."""
    return own(BankCard.user_id, principal)


@transaction
def add_account(user_id: UUID, sheba: str, holder: str, **values: Any) -> BankAccount:
    """Register an account by its checked Sheba, which says the bank. Raises `AccountTaken`."""
    account = BankAccount(user_id=user_id, sheba=sheba, bank=_bank_code(sheba), holder=holder, **values)
    return _added(account, AccountTaken)


@transaction
def change_account(account_id: UUID, values: dict[str, Any]) -> BankAccount:
    """Change what stands beside the Sheba, or the (checked) Sheba itself. Raises NotFound, `AccountTaken`."""
    account = get_readable(BankAccount, account_id, lock=True)
    if "sheba" in values:
        values = {**values, "bank": _bank_code(values["sheba"])}
    for name, value in values.items():
        setattr(account, name, value)
    return _added(account, AccountTaken)


@transaction
def delete_account(account_id: UUID) -> None:
    """Forget an account. Raises NotFound for another's."""
    session().delete(get_readable(BankAccount, account_id, lock=True))


@transaction
def add_card(user_id: UUID, card: Card, holder: str = "") -> BankCard:
    """Register a card; its number is hashed and forgotten. Raises `CardTaken`."""
    row = BankCard(
        user_id=user_id,
        number_hash=card_hash(card.number),
        bin=card.bin,
        last_four=card.last_four,
        bank=card.bank.code,
        holder=holder,
    )
    return _added(row, CardTaken)


@transaction
def delete_card(card_id: UUID) -> None:
    """Forget a card. Raises NotFound for another's."""
    session().delete(get_readable(BankCard, card_id, lock=True))


def card_hash(number: str) -> str:
    """The keyed hash by which a card (sixteen ASCII digits) is recognised, in payments too."""
    return keyed_hash("users.card", number)


def _bank_code(sheba: str) -> str:
    bank = bank_of_sheba(sheba)
    return bank.code if bank else ""


def _added(row: M, taken: type[Problem]) -> M:
    try:
        with transaction(nested=True):
            session().add(row)
            session().flush()
    except IntegrityError:
        raise taken from None
    return row
