"""Changing and deleting messages. Both make a new entry in the room's stream."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from asoud_iran.services import word_key
from sqlalchemy import select

from addon_sdk import NotFound, PermissionDenied, now, platform, session, setting, transaction
from asoud_chat.models import Message, MessageKind
from asoud_chat.problems import TooLate, WrongKind
from asoud_chat.services.access import caller_id, locked_room, me_in
from asoud_chat.services.showing import shown
from asoud_chat.services.stream import tell_messages

_WITHOUT_WORDS = (MessageKind.LOCATION, MessageKind.SYSTEM)


@transaction
def edit(room_id: UUID, message_id: UUID, text: str) -> dict[str, Any]:
    """Change the words of one's own message.

    Raises NotFound, PermissionDenied (another's message, or no right to send), `RoomClosed`, `TooLate`, `WrongKind`.
    """
    me_in(room_id)
    room = locked_room(room_id)
    message = _message(room_id, message_id)
    if message.sender_id != caller_id():
        raise PermissionDenied
    me_in(room_id, "can_send")
    if message.kind in _WITHOUT_WORDS:
        raise WrongKind
    if message.deleted_at is not None or now() - message.created_at > timedelta(minutes=setting("edit_minutes")):
        raise TooLate
    message.text, message.search_key, message.edited_at = text, word_key(text), now()
    room.last_change = message.change = room.last_change + 1
    session().flush()
    return _told(message)


@transaction
def delete(room_id: UUID, message_id: UUID) -> dict[str, Any]:
    """Delete a message for everybody: one's own, or another's with the right. It stays as a gravestone; twice is once.

    Raises NotFound, PermissionDenied, `RoomClosed`.
    """
    me_in(room_id)
    room = locked_room(room_id)
    message = _message(room_id, message_id)
    if message.sender_id != caller_id():
        me_in(room_id, "can_delete")
    if message.kind is MessageKind.SYSTEM:
        raise PermissionDenied
    if message.deleted_at is not None:
        return shown([message])[0]
    bury(message)
    room.last_change = message.change = room.last_change + 1
    session().flush()
    return _told(message)


def bury(message: Message) -> None:
    """Take words, place and file from a message. Call inside a transaction."""
    if message.file_id is not None:
        platform.files.release(message.file_id)
    message.text = message.search_key = ""
    message.latitude = message.longitude = message.file_id = None
    message.deleted_at = now()


def _told(message: Message) -> dict[str, Any]:
    result = shown([message])
    tell_messages(message.room_id, result)
    return result[0]


def _message(room_id: UUID, message_id: UUID) -> Message:
    query = select(Message).where(Message.id == message_id, Message.room_id == room_id)
    message = session().scalar(query.with_for_update())
    if message is None:
        raise NotFound
    return message
