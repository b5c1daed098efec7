"""A user, his profile, the credentials of staff, and his colleagues."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model


class User(Model):
    """Somebody who has logged in at least once, or was made by an operator. Other addons may extend it."""

    __tablename__ = "users_user"
    __table_args__ = (Index("ix_users_user_created_at", "created_at"), Index("ix_users_user_last_name", "last_name"))

    mobile: Mapped[str | None] = mapped_column(String(16), unique=True)
    """E.164; None once the user is erased."""
    first_name: Mapped[str] = mapped_column(String(60), default="")
    last_name: Mapped[str] = mapped_column(String(60), default="")
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2), default="fa")
    last_login_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    blocked_because: Mapped[str | None] = mapped_column(String(500))
    erased_at: Mapped[datetime | None]

    @property
    def name(self) -> str:
        """First and last name, as far as known."""
        return f"{self.first_name} {self.last_name}".strip()


class Profile(Model):
    """What a user tells about himself beyond his name; made when first written."""

    __tablename__ = "users_profile"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users_user.id", ondelete="CASCADE"), unique=True)
    national_code: Mapped[str | None] = mapped_column(String(10))
    birth_date: Mapped[date | None]
    address: Mapped[str] = mapped_column(String(500), default="")
    picture_id: Mapped[UUID | None]
    """A file of the kernel."""


class Credential(Model):
    """Password and authenticator app of a member of staff. Never part of any answer."""

    __tablename__ = "users_credential"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users_user.id", ondelete="CASCADE"), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_secret: Mapped[str | None] = mapped_column(Text)
    """Encrypted."""
    pending_totp_secret: Mapped[str | None] = mapped_column(Text)
    """Encrypted; not confirmed yet."""
    totp_confirmed_at: Mapped[datetime | None]
    totp_step: Mapped[int] = mapped_column(default=0)
    """The last time step whose code was used, so that none is good twice."""


class RecoveryCode(Model):
    """Stands in for the authenticator app once. Never part of any answer."""

    __tablename__ = "users_recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users_user.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class Colleague(Model):
    """Somebody whom a user names as his colleague, who may but need not be a user himself."""

    __tablename__ = "users_colleague"
    __table_args__ = (UniqueConstraint("user_id", "mobile"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users_user.id", ondelete="CASCADE"))
    mobile: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(120), default="")
