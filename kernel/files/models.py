"""The table of files. Bytes lie in the storage, under keys that only the kernel knows."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Model


class FileState(StrEnum):
    """Where a file is in its life."""

    WRITING = "writing"
    """Its bytes are on their way to the storage; after an hour, taken for lost."""
    STORED = "stored"
    DELETING = "deleting"
    """Gone for everybody; the sweep removes the bytes and then the row."""


class StoredFile(Model):
    """A file that was uploaded, or stored by code."""

    __tablename__ = "kernel_file"
    __table_args__ = (Index("ix_kernel_file_state_uses", "state", "uses", "created_at"),)

    addon: Mapped[str] = mapped_column(String(64), index=True)
    """Who declared its kind."""
    kind: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(10), default=FileState.WRITING)
    owner_user_id: Mapped[UUID | None] = mapped_column(index=True)
    private: Mapped[bool]
    name: Mapped[str] = mapped_column(String(160))
    """What people call it: cleaned, with the extension of its real type. Never a path."""
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    """Bytes."""
    sha256: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(200))
    """Where the storage keeps it."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    thumbnails: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By name: width, height and size of each smaller picture that has been made."""
    uses: Mapped[int] = mapped_column(default=0)
    """How many things refer to it; one that nothing refers to is swept away after a day."""

    def key_of(self, size: str | None) -> str:
        """Where the storage keeps the thumbnail called ``size``, or the file itself."""
        return f"{self.key}.{size}.webp" if size else self.key
