"""Facts that this addon publishes."""

from __future__ import annotations

from uuid import UUID

from addon_sdk import event


@event("loyalty.points_changed", version=1)
class PointsChanged:
    """A user has earned or lost points."""

    user_id: UUID
    points: int
    balance: int
