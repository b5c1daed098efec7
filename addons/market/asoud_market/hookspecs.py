"""Hooks that this addon offers to others."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from addon_sdk import Money, hookspec


@hookspec.first
def publication_fee(market_id: UUID, category_id: UUID | None) -> Money | None:
    """What the owner pays before the market can be published. Without an answer, or with zero, it counts as paid.

    Whoever answers also takes the money, and then calls `services.mark_paid`.
    """


@hookspec.collect
def staff_permissions() -> Sequence[str]:
    """Further permissions that an owner may give to his staff, such as ``product.edit``; they count in the scope."""
