"""One-time codes on their way, and messages that wait for somebody to read them."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

from sqlalchemy import Enum, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model


class CodePurpose(enum.Enum):
    """What a code proves possession of the number for; a code is good for nothing else."""

    LOGIN = "login"
    REAUTHENTICATION = "reauthentication"
    MOBILE_CHANGE = "mobile_change"


class LoginCode(Model):
    """One request for a code. Its id is what the client sends back with the code."""

    __tablename__ = "users_login_code"
    __table_args__ = (Index("ix_users_login_code_created_at", "created_at"),)

    purpose: Mapped[CodePurpose] = mapped_column(Enum(CodePurpose, native_enum=False, length=20))
    mobile: Mapped[str] = mapped_column(String(16))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users_user.id", ondelete="CASCADE"))
    """Whose request it is, where somebody is logged in."""
    code_hash: Mapped[str] = mapped_column(String(64))
    """Keyed hash of this request's id and the code."""
    unsent_code: Mapped[str | None] = mapped_column(Text)
    """The code itself, encrypted, until the sender has it."""
    expires_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class OutboxMessage(Model):
    """A text message that no addon could send; an operator reads it with ``asoud users outbox``."""

    __tablename__ = "users_outbox_message"
    __table_args__ = (Index("ix_users_outbox_message_created_at", "created_at"),)

    mobile: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    """Encrypted, since codes stand in it."""
