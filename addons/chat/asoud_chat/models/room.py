"""Rooms and who is in them."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Enum, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model


class RoomState(enum.Enum):
    """What may be done in a room."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    """Closed by those who manage it; they may open it again."""
    BLOCKED = "blocked"
    """Closed by the site's staff."""


class ParticipantRole(enum.Enum):
    """What somebody is in a room; his rights start from it and can be changed one by one."""

    ADMIN = "admin"
    MODERATOR = "moderator"
    MEMBER = "member"
    GUEST = "guest"


class Room(Model):
    """Where messages are. Its row is locked while messages get their numbers."""

    __tablename__ = "chat_room"

    kind: Mapped[str] = mapped_column(String(80))
    """``private``, ``group``, or a kind of another addon, ``<addon>.<name>``."""
    subject: Mapped[str | None] = mapped_column(String(200), unique=True)
    """What the room is about, unique among all rooms: the two users of a private room, an addon's object."""
    title: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[RoomState] = mapped_column(
        Enum(RoomState, native_enum=False, length=20), default=RoomState.ACTIVE, index=True
    )
    opened_by: Mapped[UUID | None] = mapped_column(ForeignKey("users_user.id", ondelete="SET NULL"), index=True)
    last_change: Mapped[int] = mapped_column(BigInteger, default=0)
    """Id of the newest entry of the room's stream; each message, edit and deletion takes the next."""
    active_at: Mapped[datetime] = mapped_column(index=True)
    """When the last message came, or the room was opened."""


class Participant(Model):
    """A user in a room, what he may do there, and how far he has read."""

    __tablename__ = "chat_participant"
    __table_args__ = (UniqueConstraint("room_id", "user_id"),)

    room_id: Mapped[UUID] = mapped_column(ForeignKey("chat_room.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users_user.id", ondelete="CASCADE"), index=True)
    role: Mapped[ParticipantRole] = mapped_column(Enum(ParticipantRole, native_enum=False, length=20))
    can_send: Mapped[bool]
    can_delete: Mapped[bool]
    """Others' messages; one's own can always be deleted."""
    can_manage: Mapped[bool]
    can_invite: Mapped[bool]
    delivered_number: Mapped[int] = mapped_column(BigInteger, default=0)
    """The last message that has reached one of his devices."""
    read_number: Mapped[int] = mapped_column(BigInteger, default=0)
    """The last message that he has read, and so all before it."""
