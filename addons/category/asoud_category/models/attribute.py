"""What is said of everything in a category: colour, brand, memory."""

from __future__ import annotations

import enum
from typing import Any
from uuid import UUID

from sqlalchemy import Enum, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model
from asoud_category.models.category import MAX_TITLE, Category


class AttributeType(enum.Enum):
    """What values of an attribute are."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    """One of the attribute's choices."""
    CHOICES = "choices"
    """Several of them."""

    @property
    def has_choices(self) -> bool:
        """Whether values are taken from a list."""
        return self in (AttributeType.CHOICE, AttributeType.CHOICES)


class CategoryAttribute(Model):
    """An attribute of everything in a category and its descendants."""

    __tablename__ = "category_attribute"
    __table_args__ = (UniqueConstraint("category_id", "key"),)

    category_id: Mapped[UUID] = mapped_column(ForeignKey(Category.id, ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(50), index=True)
    """Under which values are kept; unique along each path of the tree, and never changed."""
    title: Mapped[str] = mapped_column(String(MAX_TITLE))
    title_en: Mapped[str | None] = mapped_column(String(MAX_TITLE))
    type: Mapped[AttributeType] = mapped_column(Enum(AttributeType, native_enum=False, length=20))
    """Never changed, since values of this type are kept elsewhere."""
    unit: Mapped[str | None] = mapped_column(String(30))
    choices: Mapped[list[Any]]
    """In order: ``{"value", "title", "title_en"}``. Empty for types without choices."""
    required: Mapped[bool] = mapped_column(default=False)
    filterable: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]
    """Place among the category's own attributes, from 0."""
