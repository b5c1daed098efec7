"""How far everybody has got: what has reached a device, and what was read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from addon_sdk import session, transaction
from asoud_chat.models import Message, Participant, Reading, Room
from asoud_chat.services.access import caller_id, me_in, participant
from asoud_chat.services.history import get_message
from asoud_chat.services.stream import tell_room


@transaction
def mark_read(room_id: UUID, number: int) -> Participant:
    """The caller has read everything up to a message; never goes back. Raises NotFound."""
    mine = participant(room_id, caller_id(), lock=True)
    number = min(number, _last(room_id))
    if number > mine.read_number:
        mine.read_number = number
        mine.delivered_number = max(mine.delivered_number, number)
        session().add(Reading(room_id=room_id, user_id=mine.user_id, number=number))
        session().flush()
        tell_room(room_id, "read", {"user_id": mine.user_id, "number": number})
    return mine


@transaction
def mark_delivered(room_id: UUID, number: int) -> Participant:
    """Everything up to a message has reached a device of the caller's. Raises NotFound."""
    mine = participant(room_id, caller_id(), lock=True)
    number = min(number, _last(room_id))
    if number > mine.delivered_number:
        mine.delivered_number = number
        session().flush()
        tell_room(room_id, "delivered", {"user_id": mine.user_id, "number": number})
    return mine


def readers_of(room_id: UUID, message_id: UUID) -> list[dict[str, Any]]:
    """Who has read a message and when, the first first. Raises NotFound."""
    me_in(room_id)
    message = get_message(room_id, message_id)
    when = func.min(Reading.created_at).label("read_at")
    read = select(Reading.user_id, when).where(Reading.room_id == room_id, Reading.number >= message["number"])
    found = session().execute(read.group_by(Reading.user_id).order_by(when, Reading.user_id))
    return [
        {"user_id": row.user_id, "read_at": row.read_at} for row in found if str(row.user_id) != message["sender_id"]
    ]


def _last(room_id: UUID) -> int:
    newest = select(func.max(Message.number)).where(Message.room_id == room_id)
    return session().scalar(newest) or session().scalar(select(Room.last_change).where(Room.id == room_id)) or 0
