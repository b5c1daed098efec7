"""The tree of categories."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model, Money, money

MAX_DEPTH = 30
"""How many levels the tree may have: in JSON each is two, and parsers of clients stop at 64."""
MAX_TITLE = 120
_Exact = String(MAX_TITLE).with_variant(String(MAX_TITLE, collation="C"), "postgresql")
"""Text compared code by code on both databases."""


class Category(Model):
    """What goods, services or markets are sorted by. Other addons may extend it."""

    __tablename__ = "category_category"
    __table_args__ = (Index(None, "parent_id", "position"), Index(None, "sort_key", "id"))

    # Deferred, so that the rows of a tree can be put back in any order: a child may be older than its parent.
    parent_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("category_category.id", deferrable=True, initially="DEFERRED")
    )
    position: Mapped[int]
    """Place among its siblings, from 0, without gaps."""
    title: Mapped[str] = mapped_column(String(MAX_TITLE))
    title_en: Mapped[str | None] = mapped_column(String(MAX_TITLE))
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    """What stands in addresses: latin letters, digits and hyphens."""
    market_fee: Mapped[Money | None] = money("market_fee", nullable=True)
    """What a market of this category pays; None means that of the nearest ancestor that has one."""
    is_active: Mapped[bool] = mapped_column(default=True)
    is_shown: Mapped[bool] = mapped_column(default=True)
    """Whether it and all its ancestors are active, so that everybody sees it. Kept by the services."""
    search_key: Mapped[str] = mapped_column(String(400))
    """Both titles, folded and without blanks, one a line."""
    sort_key: Mapped[str] = mapped_column(_Exact)
    """The title such that its order is that of the Persian alphabet."""
