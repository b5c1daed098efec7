"""Payments, every attempt at them, and everything that gateways said."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Enum, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model, Money, money


class State(enum.Enum):
    """Where a payment stands."""

    CREATED = "created"
    PENDING = "pending"
    """The payer is at the gateway, or a person has to decide."""
    UNKNOWN = "unknown"
    """It may have been paid; the gateway is asked again until it says so or not."""
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    PARTLY_REFUNDED = "partly_refunded"


OPEN = (State.CREATED, State.PENDING, State.UNKNOWN)
"""Not decided yet."""
HELD = (State.PAID, State.PARTLY_REFUNDED, State.REFUNDING)
"""We hold some of the money."""


class AttemptState(enum.Enum):
    """Where an attempt stands."""

    REQUESTING = "requesting"
    PENDING = "pending"
    UNKNOWN = "unknown"
    PAID = "paid"
    FAILED = "failed"


class RefundState(enum.Enum):
    """Where a refund stands."""

    REQUESTED = "requested"
    SENDING = "sending"
    """With the gateway; what became of it is found out before it is sent again."""
    DONE = "done"
    FAILED = "failed"


class Source(enum.Enum):
    """How something came into the inbox."""

    CALLBACK = "callback"
    REQUEST = "request"
    VERIFY = "verify"
    INQUIRY = "inquiry"
    UNVERIFIED = "unverified"
    REVERSE = "reverse"
    REFUND = "refund"


class Payment(Model):
    """Something that is to be paid, once, by one method."""

    __table_args__ = (
        Index("ix_payment_payment_owner", "owner_id", "id"),
        Index("ix_payment_payment_payable", "kind", "payable_id", "id"),
        Index("ix_payment_payment_state", "state", "id"),
        CheckConstraint("amount_amount > 0", name="amount"),
        CheckConstraint("refunded >= 0 AND refunded <= amount_amount", name="refunded"),
    )

    kind: Mapped[str] = mapped_column(String(80))
    payable_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    market_id: Mapped[UUID | None]
    """The market whose own account with the gateway is used; none for the platform's."""
    amount: Mapped[Money] = money("amount")
    title: Mapped[str] = mapped_column(String(300))
    method: Mapped[str] = mapped_column(String(40))
    state: Mapped[State] = mapped_column(Enum(State, native_enum=False, length=20))
    pay_key: Mapped[str] = mapped_column(String(43), unique=True)
    """Who has it may go and pay; it opens nothing else."""
    return_url: Mapped[str | None] = mapped_column(String(500))
    refunded: Mapped[int] = mapped_column(BigInteger, default=0)
    expires_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]


class Attempt(Model):
    """One try to pay. Each that was paid is credited once, whatever else happens."""

    __table_args__ = (
        UniqueConstraint("gateway", "authority"),
        UniqueConstraint("gateway", "reference"),
        Index("ix_payment_attempt_payment", "payment_id", "id"),
        Index("ix_payment_attempt_due", "state", "next_check_at"),
        Index("ix_payment_attempt_paid", "gateway", "paid_at"),
    )

    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment_payment.id"))
    gateway: Mapped[str] = mapped_column(String(40))
    state: Mapped[AttemptState] = mapped_column(Enum(AttemptState, native_enum=False, length=20))
    authority: Mapped[str | None] = mapped_column(String(100))
    reference: Mapped[str | None] = mapped_column(String(100))
    card: Mapped[str] = mapped_column(String(40), default="")
    fee: Mapped[int] = mapped_column(BigInteger, default=0)
    is_surplus: Mapped[bool] = mapped_column(default=False)
    """Paid, but not needed any more: it goes back."""
    is_reversed: Mapped[bool] = mapped_column(default=False)
    code: Mapped[str] = mapped_column(String(20), default="")
    message: Mapped[str] = mapped_column(String(300), default="")
    checks: Mapped[int] = mapped_column(default=0)
    next_check_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]


class Received(Model):
    """Something that came from outside, as it came; stored before anything is made of it."""

    __table_args__ = (
        Index("ix_payment_received_attempt", "attempt_id", "id"),
        Index("ix_payment_received_authority", "authority", "id"),
    )

    source: Mapped[Source] = mapped_column(Enum(Source, native_enum=False, length=20))
    gateway: Mapped[str] = mapped_column(String(40))
    authority: Mapped[str | None] = mapped_column(String(100))
    attempt_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment_attempt.id"))
    outcome: Mapped[str] = mapped_column(String(20), default="")
    code: Mapped[str] = mapped_column(String(20), default="")
    raw: Mapped[dict[str, Any]]


class Change(Model):
    """A payment has gone from one state to another."""

    __table_args__ = (Index("ix_payment_change_payment", "payment_id", "id"),)

    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment_payment.id"))
    before: Mapped[State | None] = mapped_column(Enum(State, native_enum=False, length=20))
    after: Mapped[State] = mapped_column(Enum(State, native_enum=False, length=20))
    reason: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[UUID | None]


class Split(Model):
    """Which part of a payment is whose."""

    __table_args__ = (
        UniqueConstraint("payment_id", "reference"),
        CheckConstraint("refunded >= 0 AND refunded <= amount_amount", name="refunded"),
    )

    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment_payment.id"))
    reference: Mapped[str] = mapped_column(String(120))
    market_id: Mapped[UUID | None] = mapped_column(index=True)
    sheba: Mapped[str | None] = mapped_column(String(26))
    amount: Mapped[Money] = money("amount")
    refunded: Mapped[int] = mapped_column(BigInteger, default=0)


class Refund(Model):
    """Money that goes back."""

    __table_args__ = (
        Index("ix_payment_refund_payment", "payment_id", "id"),
        Index("ix_payment_refund_due", "state", "next_check_at"),
        CheckConstraint("amount_amount > 0", name="amount"),
    )

    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment_payment.id"))
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("payment_attempt.id"))
    amount: Mapped[Money] = money("amount")
    share: Mapped[str | None] = mapped_column(String(120))
    """The reference of the split row that bears it."""
    state: Mapped[RefundState] = mapped_column(Enum(RefundState, native_enum=False, length=20))
    reason: Mapped[str] = mapped_column(String(300))
    by_id: Mapped[UUID | None]
    is_surplus: Mapped[bool] = mapped_column(default=False)
    given_back_before: Mapped[int | None] = mapped_column(BigInteger)
    """What the gateway had given back in all before this was sent."""
    message: Mapped[str] = mapped_column(String(300), default="")
    next_check_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Receipt(Model):
    """A bank receipt that somebody handed in."""

    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payment_payment.id"), unique=True)
    file_id: Mapped[UUID]
    note: Mapped[str] = mapped_column(String(500), default="")
    is_approved: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(String(500), default="")
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]


class Reconciliation(Model):
    """What we and a gateway say of the same days, side by side."""

    gateway: Mapped[str] = mapped_column(String(40))
    since: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    payments: Mapped[int] = mapped_column(default=0)
    captured: Mapped[int] = mapped_column(BigInteger, default=0)
    refunded: Mapped[int] = mapped_column(BigInteger, default=0)
    fees: Mapped[int] = mapped_column(BigInteger, default=0)
    findings: Mapped[list[Any]] = mapped_column(default=list)
