"""Tables of the ledger. Postings and entries are only ever added: the database refuses to change or delete them.

Amounts are signed whole numbers of the currency's smallest unit: debits are positive, credits negative.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Enum, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model, Money
from asoud_ledger.chart import HolderType


class LedgerAccount(Model):
    """An account of one kind, holder and currency, with its balance as of its last entry."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        UniqueConstraint("kind", "holder", "currency"),
        CheckConstraint("sign IN (-1, 1)", name="sign"),
        CheckConstraint("may_overdraw OR balance * sign >= 0", name="funds"),
        Index("ix_ledger_account_holder", "holder", "id"),
    )

    kind: Mapped[str] = mapped_column(String(60))
    holder: Mapped[str] = mapped_column(String(64))
    holder_type: Mapped[HolderType] = mapped_column(Enum(HolderType, native_enum=False, length=20))
    currency: Mapped[str] = mapped_column(String(3))
    sign: Mapped[int] = mapped_column(SmallInteger)
    """1 where debits make the balance larger, -1 where credits do."""
    may_overdraw: Mapped[bool]
    balance: Mapped[int] = mapped_column(BigInteger, default=0)
    """The sum of its entries: debits less credits."""
    sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    """How many entries it has."""
    last_posted_at: Mapped[datetime | None]

    @property
    def held(self) -> Money:
        """The balance as the account's own side counts it."""
        return Money(self.sign * self.balance, self.currency)


class Posting(Model):
    """One fact that has moved money, with entries that sum to zero in each currency."""

    __table_args__ = (
        Index("ix_ledger_posting_reference", "reference", "id"),
        Index("ix_ledger_posting_kind", "kind", "id"),
        CheckConstraint("entry_count >= 2", name="entries"),
    )

    cause: Mapped[str] = mapped_column(String(200), unique=True)
    """What made it, such as ``payment.captured:<id>``: the same cause is posted once."""
    kind: Mapped[str] = mapped_column(String(60))
    reference: Mapped[str] = mapped_column(String(100), default="")
    """What it is about, such as ``order:<id>``; several postings may be about one thing."""
    memo: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[UUID | None]
    """The user who acted; null where nobody did."""
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_posting.id"), unique=True)
    entry_count: Mapped[int]
    posted_at: Mapped[datetime]


class Entry(Model):
    """What a posting adds to one account, and the account's balance with it."""

    __table_args__ = (
        UniqueConstraint("account_id", "sequence"),
        Index("ix_ledger_entry_posted", "account_id", "posted_at", "sequence"),
        Index("ix_ledger_entry_posting", "posting_id"),
        CheckConstraint("amount <> 0", name="amount"),
    )

    posting_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_posting.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_account.id"))
    sequence: Mapped[int] = mapped_column(BigInteger)
    """Its number among the account's entries, from 1, without gaps."""
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    balance: Mapped[int] = mapped_column(BigInteger)
    """The account's balance after it: debits less credits."""
    posted_at: Mapped[datetime]
    """The posting's; within one account it never goes back."""


class Proof(Model):
    """One run of the proof that the books are right."""

    __table_args__ = (Index("ix_ledger_proof_created", "created_at", "id"),)

    ended_at: Mapped[datetime | None]
    is_good: Mapped[bool | None]
    """Null until it has ended."""
    accounts: Mapped[int] = mapped_column(default=0)
    postings: Mapped[int] = mapped_column(BigInteger, default=0)
    findings: Mapped[list[Any]] = mapped_column(default=list)
    """What is wrong, at most a hundred: rule, what it is about, expected and found."""
