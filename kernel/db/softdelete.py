"""Rows that are marked as deleted instead of removed, and that queries then leave out by themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Executable
from sqlalchemy.orm import Mapped, mapped_column, with_loader_criteria

from kernel.clock import now


class SoftDelete:
    """Mixin of a `Model`: `delete` marks the row, and ORM queries, updates and relationships no longer see it.

    To see such rows too: ``select(Item).execution_options(include_deleted=True)``.
    """

    deleted_at: Mapped[datetime | None] = mapped_column(index=True, sort_order=902)

    def delete(self) -> None:
        """Mark as deleted, from the end of this transaction on. Nothing happens the second time."""
        self.deleted_at = self.deleted_at or now()

    def restore(self) -> None:
        """Take the mark away."""
        self.deleted_at = None


_present = with_loader_criteria(
    SoftDelete, lambda cls: cls.deleted_at.is_(None), include_aliases=True, propagate_to_loaders=False
)


def leave_out_deleted(statement: Executable) -> Executable:
    """The same statement with the condition added to each entity that has the mark, joined ones and aliases too."""
    return statement.options(_present)
