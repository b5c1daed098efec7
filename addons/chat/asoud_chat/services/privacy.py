"""What a user has written: for his export, and gone when he is erased."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from addon_sdk import session
from asoud_chat.models import Message, Participant
from asoud_chat.services.access import locked_room
from asoud_chat.services.changes import bury
from asoud_chat.services.participants import forget
from asoud_chat.services.showing import shown
from asoud_chat.services.stream import tell_messages


def export(user_id: UUID) -> dict[str, Any]:
    """The rooms that a user is in and the messages that he has sent."""
    places = session().scalars(select(Participant).where(Participant.user_id == user_id)).all()
    sent = select(Message).where(Message.sender_id == user_id, Message.deleted_at.is_(None)).order_by(Message.id)
    return {
        "rooms": [{"room_id": str(place.room_id), "role": place.role.value} for place in places],
        "messages": shown(session().scalars(sent).all()),
    }


def erase(user_id: UUID) -> None:
    """Delete a user's messages and take him out of all rooms. Call inside the transaction that erases him."""
    sent = select(Message).where(Message.sender_id == user_id)
    rooms = session().scalars(select(Message.room_id).where(Message.sender_id == user_id).distinct()).all()
    for room_id in sorted(rooms):
        room = locked_room(room_id, writing=False)
        for message in session().scalars(sent.where(Message.room_id == room_id).with_for_update()).all():
            if message.deleted_at is None:
                bury(message)
                room.last_change = message.change = room.last_change + 1
            message.sender_id = None
            session().flush()
            tell_messages(room_id, shown([message]))
    for place in session().scalars(select(Participant).where(Participant.user_id == user_id)).all():
        forget(place)
