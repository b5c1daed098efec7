"""Documents that users hand in."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

from sqlalchemy import Enum, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model


class DocumentStatus(enum.Enum):
    """What staff says about a document."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Document(Model):
    """A file that proves something about its user: an identity card, a licence."""

    __tablename__ = "users_document"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users_user.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    file_id: Mapped[UUID]
    """A private file of the kernel."""
    status: Mapped[DocumentStatus] = mapped_column(
        Enum(DocumentStatus, native_enum=False, length=20), default=DocumentStatus.PENDING, index=True
    )
    review_note: Mapped[str] = mapped_column(String(500), default="")
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]
