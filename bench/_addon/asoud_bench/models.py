"""One table."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model


class Note(Model):
    """Stands for whatever is listed, and for what a handler writes."""

    number: Mapped[int] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(String(400))
