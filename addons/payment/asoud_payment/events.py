"""Facts that this addon publishes. Amounts are whole numbers of the currency's smallest unit."""

from __future__ import annotations

from uuid import UUID

from addon_sdk import event


@event("payment.opened", version=1)
class Opened:
    """Somebody is going to pay, by this method."""

    payment_id: UUID
    kind: str
    payable_id: UUID
    owner_id: UUID
    method: str


@event("payment.captured", version=1)
class Captured:
    """Money has come. Once for each attempt that was paid."""

    payment_id: UUID
    attempt_id: UUID
    kind: str
    payable_id: UUID
    owner_id: UUID
    market_id: UUID | None
    method: str
    reference: str
    amount: int
    fee: int
    currency: str
    is_surplus: bool


@event("payment.failed", version=1)
class Failed:
    """A payment won't come any more: it failed, or was cancelled."""

    payment_id: UUID
    kind: str
    payable_id: UUID
    owner_id: UUID


@event("payment.refunded", version=1)
class Refunded:
    """Money has gone back."""

    payment_id: UUID
    refund_id: UUID
    attempt_id: UUID
    kind: str
    payable_id: UUID
    owner_id: UUID
    market_id: UUID | None
    method: str
    share: str | None
    amount: int
    currency: str
    is_surplus: bool
