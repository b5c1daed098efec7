"""Files that came in and went out: imports and exports, each with its result."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model
from asoud_product.models.product import choice


class Direction(enum.Enum):
    """Which way the products go."""

    IMPORT = "import"
    EXPORT = "export"


class TransferState(enum.Enum):
    """How far a transfer has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """The file as a whole can't be read; ``problem`` says why."""


class Transfer(Model):
    """An import or export of a market's products, run by a job."""

    __tablename__ = "product_transfer"
    __table_args__ = (Index("ix_product_transfer_market", "market_id", "id"),)

    market_id: Mapped[UUID] = mapped_column(ForeignKey("market_market.id", ondelete="CASCADE"))
    user_id: Mapped[UUID | None]
    direction: Mapped[Direction] = mapped_column(choice(Direction))
    state: Mapped[TransferState] = mapped_column(choice(TransferState), default=TransferState.WAITING)
    format: Mapped[str] = mapped_column(String(4))
    """``csv`` or ``xlsx``."""
    check_only: Mapped[bool] = mapped_column(default=False)
    """Whether an import only says what is wrong."""
    file_id: Mapped[UUID | None]
    """The file that came in, or that went out."""
    report_id: Mapped[UUID | None]
    """The report with every wrong row of an import, as CSV."""
    total: Mapped[int | None]
    """How many rows there are; None until that is known."""
    rows: Mapped[int] = mapped_column(default=0)
    """How many rows are done, right or wrong."""
    created: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[int] = mapped_column(default=0)
    errors: Mapped[list[Any]] = mapped_column(default=list)
    """The first hundred wrong rows: ``{"row", "field", "code", "message"}``; the report has all."""
    problem: Mapped[dict[str, Any] | None]
    finished_at: Mapped[datetime | None]
