"""The stream of a room: each message, edit and deletion is an entry; messages themselves are its store.

A message that changed twice while a client was away comes once, as it is now, under the id of its last change; as
``message`` when it was sent after what the client said it has. Whoever missed more than one answer holds asks again,
after the first answer's last change; a message that was sent before that and changed after it then comes first of all
as ``message_edited`` or ``message_deleted``. So a client keeps messages by id and takes what comes under any name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from addon_sdk import Principal, Stream, StreamEntry, deliver, emit, session
from asoud_chat.models import Message, Participant, Room
from asoud_chat.schemas import MessageSchema
from asoud_chat.services.showing import shown

NAMESPACE = "/chat"
CREATED, EDITED, DELETED = "message", "message_edited", "message_deleted"


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


def may_read(principal: Principal, key: str) -> bool:
    """Participants follow their room."""
    room_id = _uuid(key)
    if room_id is None or str(room_id) != key:
        return False
    there = select(Participant.id).where(Participant.room_id == room_id, Participant.user_id == principal.user_id)
    return session().scalar(there) is not None


def fetch(key: str, after: int, limit: int) -> Sequence[StreamEntry]:
    """The messages that changed after an entry, in the order of their last change."""
    changed = select(Message).where(Message.room_id == UUID(key), Message.change > after)
    messages = session().scalars(changed.order_by(Message.change).limit(limit)).all()
    return [
        StreamEntry(message["change"], event_of(message), message, (message["number"], CREATED))
        for message in shown(messages)
    ]


def last(key: str) -> int:
    """The newest entry."""
    return session().scalar(select(Room.last_change).where(Room.id == UUID(key))) or 0


room_stream = Stream(
    "room",
    namespace=NAMESPACE,
    may_read=may_read,
    fetch=fetch,
    last=last,
    emits=dict.fromkeys((CREATED, EDITED, DELETED), MessageSchema),
)


def event_of(message: dict[str, Any]) -> str:
    """The event that tells of a message as it is now."""
    if message["deleted_at"] is not None:
        return DELETED
    return CREATED if message["edited_at"] is None else EDITED


def tell_messages(room_id: UUID, messages: Sequence[dict[str, Any]]) -> None:
    """Send messages, as they are shown, to the room's followers after the commit."""
    deliver(room_stream.of(room_id), [StreamEntry(item["change"], event_of(item), item) for item in messages])


def tell_room(room_id: UUID, event: str, data: dict[str, Any]) -> None:
    """Send something that isn't kept (typing, receipts, changed participants) to the room's followers."""
    emit(NAMESPACE, event, {"room_id": room_id, **data}, room=room_stream.of(room_id), required=False)


def tell_user(user_id: UUID, event: str, data: dict[str, Any]) -> None:
    """Send something that isn't kept to all clients of a user."""
    emit(NAMESPACE, event, data, user=user_id, required=False)
