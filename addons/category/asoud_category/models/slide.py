"""Pictures at the top of a category's page."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model
from asoud_category.models.category import MAX_TITLE, Category


class CategorySlide(Model):
    """A picture of a category's slider, and where it leads."""

    __tablename__ = "category_slide"
    __table_args__ = (Index(None, "category_id", "position"),)

    category_id: Mapped[UUID] = mapped_column(ForeignKey(Category.id, ondelete="CASCADE"))
    file_id: Mapped[UUID]
    """A public file of the kernel, claimed by this row."""
    title: Mapped[str] = mapped_column(String(MAX_TITLE), default="")
    url: Mapped[str | None] = mapped_column(String(500))
    """An https address, or a path on this site."""
    position: Mapped[int]
    """Place among the category's own slides, from 0."""
