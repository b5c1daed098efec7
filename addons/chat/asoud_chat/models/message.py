"""Messages, and when they were read."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Enum, Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from addon_sdk import Model


class MessageKind(enum.Enum):
    """What a message is."""

    TEXT = "text"
    IMAGE = "image"
    FILE = "file"
    AUDIO = "audio"
    VIDEO = "video"
    LOCATION = "location"
    SYSTEM = "system"
    """Written by the platform; nobody can send one."""


class Message(Model):
    """One message. A deleted one stays as a gravestone without words or file."""

    __tablename__ = "chat_message"
    __table_args__ = (
        UniqueConstraint("room_id", "number"),
        UniqueConstraint("room_id", "sender_id", "client_key"),
        Index("ix_chat_message_room_id_change", "room_id", "change"),
        {"info": {"by_hand": ("ix_chat_message_search",)}},
    )

    room_id: Mapped[UUID] = mapped_column(ForeignKey("chat_room.id", ondelete="CASCADE"))
    sender_id: Mapped[UUID | None] = mapped_column(ForeignKey("users_user.id", ondelete="SET NULL"), index=True)
    number: Mapped[int] = mapped_column(BigInteger)
    """Its place in the room: the id of the stream's entry that brought it."""
    change: Mapped[int] = mapped_column(BigInteger)
    """The id of the stream's entry that last changed it."""
    kind: Mapped[MessageKind] = mapped_column(Enum(MessageKind, native_enum=False, length=20))
    text: Mapped[str] = mapped_column(Text, default="")
    search_key: Mapped[str] = mapped_column(Text, default="")
    """The words folded for search, with blanks between; on PostgreSQL its migration indexes them as a tsvector."""
    reply_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("chat_message.id", ondelete="SET NULL"), index=True)
    file_id: Mapped[UUID | None] = mapped_column(index=True)
    """A private file of the kernel."""
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    client_key: Mapped[str | None] = mapped_column(String(64))
    """The sender's own name for it, so that what is sent again after a cut comes once."""
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class Reading(Model):
    """A participant has read up to a message, at this row's ``created_at``."""

    __tablename__ = "chat_reading"
    __table_args__ = (Index("ix_chat_reading_room_id_number", "room_id", "number"),)

    room_id: Mapped[UUID] = mapped_column(ForeignKey("chat_room.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users_user.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column(BigInteger)
