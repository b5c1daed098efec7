"""Tables of the streams that the kernel keeps for addons without a store of their own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import JSON, Model


class StreamHead(Model):
    """How far one stream has come. Its row is locked while an id is given out, so ids become visible in order."""

    __tablename__ = "kernel_stream"

    address: Mapped[str] = mapped_column(String(200), unique=True)
    last: Mapped[int] = mapped_column(BigInteger, default=0)
    purged: Mapped[int] = mapped_column(BigInteger, default=0)
    """The highest id that retention has removed."""


class StreamRecord(Model):
    """One entry of one stream."""

    __tablename__ = "kernel_stream_entry"
    __table_args__ = (UniqueConstraint("address", "number"), Index("ix_kernel_stream_entry_created_at", "created_at"))

    address: Mapped[str] = mapped_column(String(200))
    number: Mapped[int] = mapped_column(BigInteger)
    event: Mapped[str] = mapped_column(String(80))
    data: Mapped[list[Any]] = mapped_column(JSON)
    """The event's data in a list of one, since columns cannot hold every JSON value bare."""
