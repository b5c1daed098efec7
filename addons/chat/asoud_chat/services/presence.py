"""Who is there, and who is typing: told to those who follow the room, and never stored."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from addon_sdk import online, session
from asoud_chat.models import Participant, Room
from asoud_chat.services.access import caller_id, me_in
from asoud_chat.services.stream import NAMESPACE, tell_room

MOST_ROOMS = 100
"""In how many of his rooms, the most recently active, a user's coming and going is told."""


def tell_typing(room_id: UUID, *, typing: bool) -> None:
    """Tell a room's followers that the caller is typing, or has stopped.

    Raises NotFound for a stranger, PermissionDenied for one who may not send.
    """
    me_in(room_id, "can_send")
    tell_room(room_id, "typing", {"user_id": caller_id(), "typing": typing})


def tell_presence(user_id: UUID, *, is_online: bool) -> None:
    """Tell the followers of a user's rooms that he has come or gone."""
    mine = select(Room.id).join(Participant, Participant.room_id == Room.id).where(Participant.user_id == user_id)
    for room_id in session().scalars(mine.order_by(Room.active_at.desc()).limit(MOST_ROOMS)).all():
        tell_room(room_id, "presence", {"user_id": user_id, "online": is_online})


def present(room_id: UUID) -> list[UUID]:
    """Who of a room is connected now. Raises NotFound for a stranger."""
    me_in(room_id)
    people = session().scalars(select(Participant.user_id).where(Participant.room_id == room_id)).all()
    return sorted(online(NAMESPACE, people))
