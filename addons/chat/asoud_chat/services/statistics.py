"""How much is written: of a room for those who manage it, of the site for staff. Never anybody else's to everybody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from addon_sdk import session
from asoud_chat.models import Message, Participant, Room, RoomState
from asoud_chat.services.access import me_in


def of_room(room_id: UUID) -> dict[str, Any]:
    """Messages of a room by kind and by sender. Raises NotFound, PermissionDenied."""
    me_in(room_id, "can_manage")
    here = (Message.room_id == room_id) & Message.deleted_at.is_(None)
    return {
        "messages": _count(select(func.count()).select_from(Message).where(here)),
        "participants": _count(select(func.count()).select_from(Participant).where(Participant.room_id == room_id)),
        "by_kind": {kind.value: number for kind, number in _grouped(Message.kind, here)},
        "by_sender": [
            {"user_id": sender, "messages": number} for sender, number in _grouped(Message.sender_id, here) if sender
        ],
    }


def of_site() -> dict[str, Any]:
    """Rooms and messages of the whole site, for staff."""
    living = Message.deleted_at.is_(None)
    return {
        "rooms": _count(select(func.count()).select_from(Room)),
        "active_rooms": _count(select(func.count()).select_from(Room).where(Room.state == RoomState.ACTIVE)),
        "messages": _count(select(func.count()).select_from(Message).where(living)),
        "by_kind": {kind.value: number for kind, number in _grouped(Message.kind, living)},
    }


def _count(query: Any) -> int:
    return int(session().scalar(query) or 0)


def _grouped(column: Any, criterion: Any) -> list[tuple[Any, int]]:
    rows = session().execute(select(column, func.count()).where(criterion).group_by(column)).all()
    return sorted(((row[0], row[1]) for row in rows), key=lambda row: (-row[1], str(row[0])))
