"""Models of the tests in this folder."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kernel.db import Model, Money, SoftDelete, money


class Shelf(Model):
    name: Mapped[str] = mapped_column(String(40), unique=True)
    books: Mapped[list[Book]] = relationship(back_populates="shelf")


class TallShelf(Shelf):
    """Has no table of its own."""


class Book(SoftDelete, Model):
    title: Mapped[str] = mapped_column(String(80))
    pages: Mapped[int] = mapped_column(default=0)
    facts: Mapped[dict[str, Any] | None]
    price: Mapped[Money | None] = money("price", nullable=True)
    shelf_id: Mapped[UUID | None] = mapped_column(ForeignKey("tests_shelf.id", ondelete="CASCADE"))
    shelf: Mapped[Shelf | None] = relationship(back_populates="books")
