"""Hooks that this addon offers to others."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from addon_sdk import Money, hookspec


@hookspec.first
def publication_fee(market_id: UUID, category_id: UUID | None) -> Money | None:
    """What the publication of a market costs in its category (None while none is chosen), whatever was paid before.

    Without an answer, or with zero, it counts as paid. It is asked again when the category changes: a market whose fee
    is now higher is unpaid until the difference is paid. Whoever answers also takes the money: `services.fee_of` tells
    him what was paid for and what is due. He calls `services.mark_payment_pending`, from when on the category stands
    still, and `services.mark_paid`.
    """


@hookspec.collect
def staff_permissions() -> Sequence[str]:
    """Further permissions that an owner may give to his staff, such as ``product.edit``; they count in the scope."""
