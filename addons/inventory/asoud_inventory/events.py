"""Facts that this addon publishes."""

from __future__ import annotations

from uuid import UUID

from addon_sdk import event


@event("inventory.stock_changed", version=1)
class StockChanged:
    """What everybody is told of a variant's stock is different: whether there is some, or how few are left."""

    variant_id: UUID
    product_id: UUID
    market_id: UUID
    in_stock: bool
    left: int | None


@event("inventory.stock_low", version=1)
class StockLow:
    """A variant has begun to run low."""

    variant_id: UUID
    product_id: UUID
    market_id: UUID
    available: int
    low_at: int


@event("inventory.reservation_expired", version=1)
class ReservationExpired:
    """The time of a reservation is over, and its goods are free."""

    reservation_id: UUID
    reference: str


@event("inventory.adjustment_asked", version=1)
class AdjustmentAsked:
    """An adjustment waits for a second person."""

    adjustment_id: UUID
    market_id: UUID
    by_id: UUID | None


@event("inventory.adjustment_decided", version=1)
class AdjustmentDecided:
    """A second person has decided on an adjustment."""

    adjustment_id: UUID
    market_id: UUID
    by_id: UUID | None
    applied: bool
