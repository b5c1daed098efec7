"""Tables of identity. Users themselves belong to an addon, so user ids stand here without a foreign key."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Model


class LoginSession(Model):
    """One login on one device: the family of all refresh tokens that descend from it."""

    __tablename__ = "kernel_session"

    user_id: Mapped[UUID] = mapped_column(index=True)
    generation: Mapped[int] = mapped_column(default=0)
    """Number of the one refresh token that is valid now; raised by each rotation."""
    rotated_at: Mapped[datetime]
    authenticated_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    """The last login or refresh, so exact to the life of an access token."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
    device: Mapped[str] = mapped_column(String(120), default="")
    address: Mapped[str] = mapped_column(String(45), default="")
    user_agent: Mapped[str] = mapped_column(String(255), default="")
    revoked_at: Mapped[datetime | None]
    revoked_because: Mapped[str | None] = mapped_column(String(40))


class RoleGrant(Model):
    """A user holds a role; the role is one that an addon registers or an operator made."""

    __tablename__ = "kernel_role_grant"
    __table_args__ = (UniqueConstraint("user_id", "role"),)

    user_id: Mapped[UUID]
    role: Mapped[str] = mapped_column(String(80), index=True)
    granted_by: Mapped[UUID | None]


class CustomRole(Model):
    """A role that an operator made."""

    __tablename__ = "kernel_role"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(120))


class CustomRolePermission(Model):
    """One permission of a role that an operator made."""

    __tablename__ = "kernel_role_permission"
    __table_args__ = (UniqueConstraint("role_id", "permission"),)

    role_id: Mapped[UUID] = mapped_column(ForeignKey("kernel_role.id", ondelete="CASCADE"))
    permission: Mapped[str] = mapped_column(String(120))


class LoginAttempt(Model):
    """Somebody tried to prove who he is, with what outcome."""

    __tablename__ = "kernel_login_attempt"
    __table_args__ = (
        Index("ix_kernel_login_attempt_user_id_created_at", "user_id", "created_at"),
        Index("ix_kernel_login_attempt_identifier_hash_created_at", "identifier_hash", "created_at"),
    )

    user_id: Mapped[UUID | None]
    identifier_hash: Mapped[str] = mapped_column(String(64))
    """Keyed hash of what the caller gave as his name, so that unknown names leave no personal data."""
    method: Mapped[str] = mapped_column(String(30))
    outcome: Mapped[str] = mapped_column(String(30))
    address: Mapped[str] = mapped_column(String(45), default="")
    user_agent: Mapped[str] = mapped_column(String(255), default="")


class IdentitySignal(Model):
    """News for every process: a session was revoked, or somebody's roles have changed. Short-lived rows."""

    __tablename__ = "kernel_identity_signal"
    __table_args__ = (Index("ix_kernel_identity_signal_created_at", "created_at"),)

    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(40))
