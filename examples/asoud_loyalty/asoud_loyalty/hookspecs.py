"""Hooks that this addon offers to others."""

from __future__ import annotations

from uuid import UUID

from addon_sdk import hookspec


@hookspec.pipeline("bonus", "cap")
def award(points: int, user_id: UUID, reason: str) -> int:
    """Change how many points an award brings: first bonuses, then caps. Called inside the transaction."""
