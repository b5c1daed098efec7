"""Hooks that this addon offers to others."""

from __future__ import annotations

from uuid import UUID

from addon_sdk import hookspec


@hookspec.check
def before_delete(product_id: UUID) -> None:
    """Take part in the decision whether a product may be deleted: raise `InUse` to refuse it."""


@hookspec.check
def before_delete_variant(variant_id: UUID) -> None:
    """Take part in the decision whether one of a product's variants may be deleted: raise `InUse` to refuse it."""
