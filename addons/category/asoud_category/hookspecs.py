"""Hooks that this addon offers to others."""

from __future__ import annotations

from uuid import UUID

from addon_sdk import hookspec


@hookspec.check
def in_use(category_id: UUID) -> None:
    """Refuse that a category is deleted, by raising `asoud_category.services.CategoryInUse`.

    Called inside the transaction, while nobody else changes the tree.
    """
