"""The chart of accounts: which kinds of accounts there are, what they mean and on which side they grow."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from addon_sdk import Money


class AccountType(enum.Enum):
    """What an account counts. Assets and expenses grow by debits, the others by credits."""

    ASSET = "asset"
    EXPENSE = "expense"
    LIABILITY = "liability"
    INCOME = "income"
    EQUITY = "equity"

    @property
    def sign(self) -> int:
        """1 where a debit makes the balance larger, -1 where a credit does."""
        return 1 if self in (AccountType.ASSET, AccountType.EXPENSE) else -1


class HolderType(enum.Enum):
    """Whose an account is: there is one of its kind for the whole platform, or one for each holder."""

    PLATFORM = "platform"
    USER = "user"
    MARKET = "market"
    GATEWAY = "gateway"


@dataclass(frozen=True, slots=True)
class AccountKind:
    """A kind of account, of which there is one for each holder and currency."""

    name: str
    """As in ``vendor_pending``; an addon's own begins with its name and an underscore."""
    type: AccountType
    holder: HolderType
    title: str
    may_overdraw: bool = False
    """Whether its balance may fall below zero."""


_ASSET, _EXPENSE, _LIABILITY, _INCOME, _EQUITY = (
    AccountType.ASSET,
    AccountType.EXPENSE,
    AccountType.LIABILITY,
    AccountType.INCOME,
    AccountType.EQUITY,
)
_PLATFORM = HolderType.PLATFORM

CHART: Mapping[str, AccountKind] = {
    kind.name: kind
    for kind in (
        # A gateway or bank may show less than zero for a while: it has sent money on that it counts as ours later.
        AccountKind("gateway_clearing", _ASSET, HolderType.GATEWAY, "Collected by a gateway", may_overdraw=True),
        AccountKind("bank", _ASSET, _PLATFORM, "Bank account of the platform", may_overdraw=True),
        AccountKind("buyer_wallet", _LIABILITY, HolderType.USER, "Wallet"),
        # A market owes what buyers got back after it was paid; later sales pay for that.
        AccountKind("vendor_pending", _LIABILITY, HolderType.MARKET, "Sales not yet available", may_overdraw=True),
        AccountKind("vendor_available", _LIABILITY, HolderType.MARKET, "Available for payout", may_overdraw=True),
        AccountKind("payout_clearing", _LIABILITY, _PLATFORM, "On its way to a bank account"),
        AccountKind("refund_clearing", _LIABILITY, _PLATFORM, "To be given back to buyers"),
        AccountKind("tax_payable", _LIABILITY, _PLATFORM, "Tax owed", may_overdraw=True),
        AccountKind("unclaimed", _LIABILITY, _PLATFORM, "Received without a known purpose"),
        AccountKind("platform_revenue", _INCOME, _PLATFORM, "Revenue of the platform", may_overdraw=True),
        AccountKind("gateway_fee", _EXPENSE, _PLATFORM, "Fees of gateways", may_overdraw=True),
        AccountKind("promotions", _EXPENSE, _PLATFORM, "Discounts that the platform bears", may_overdraw=True),
        AccountKind("equity", _EQUITY, _PLATFORM, "Opening balances and capital", may_overdraw=True),
    )
}
"""The kinds that every marketplace needs; other addons add theirs by the hook ``ledger.account_kinds``."""


class Account(NamedTuple):
    """Which account is meant: a kind and its holder. It is opened by its first posting."""

    kind: str
    holder: str = ""
    """The id of the user or market or the name of the gateway; empty for the platform's own."""


def account(kind: str, holder: UUID | str = "") -> Account:
    """The account of ``kind`` that belongs to ``holder``: ``account("buyer_wallet", user_id)``."""
    return Account(kind, str(holder))


class Line(NamedTuple):
    """One side of a posting; a debit's amount is positive, a credit's negative."""

    account: Account
    amount: Money


def debit(to: Account, amount: Money) -> Line:
    """A line on the left side. Raises ValueError for less than zero; zero is left out of the posting."""
    return Line(to, _not_negative(amount))


def credit(to: Account, amount: Money) -> Line:
    """A line on the right side. Raises ValueError for less than zero; zero is left out of the posting."""
    return Line(to, -_not_negative(amount))


def _not_negative(amount: Money) -> Money:
    if amount.amount < 0:
        raise ValueError(f"{amount}: the amount of a debit or credit is zero or more; use the other side.")
    return amount
