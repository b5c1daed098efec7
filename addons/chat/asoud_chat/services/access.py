"""Who is in which room: every query and every change starts here, so that strangers find nothing."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select

from addon_sdk import NotAuthenticated, NotFound, PermissionDenied, current_principal, session
from asoud_chat.models import Participant, Room, RoomState
from asoud_chat.problems import RoomClosed


def caller_id() -> UUID:
    """Id of the logged-in caller. Raises NotAuthenticated for an anonymous one."""
    user_id = current_principal().user_id
    if user_id is None:
        raise NotAuthenticated
    return user_id


def rooms_of(user_id: UUID) -> Select[UUID]:
    """Ids of the rooms that a user is in, as a subquery."""
    return select(Participant.room_id).where(Participant.user_id == user_id)


def participant(room_id: UUID, user_id: UUID, *, lock: bool = False) -> Participant:
    """A user's place in a room. Raises NotFound when he has none, so that the room doesn't exist for him."""
    query = select(Participant).where(Participant.room_id == room_id, Participant.user_id == user_id)
    found = session().scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def me_in(room_id: UUID, right: str | None = None) -> Participant:
    """The caller's place in a room. Raises NotFound for a stranger, PermissionDenied without the right."""
    mine = participant(room_id, caller_id())
    if right is not None and not getattr(mine, right):
        raise PermissionDenied(right=right)
    return mine


def locked_room(room_id: UUID, *, writing: bool = True) -> Room:
    """A room, locked until the end of the transaction. Raises NotFound, and `RoomClosed` for ``writing`` in one."""
    room = session().scalar(select(Room).where(Room.id == room_id).with_for_update())
    if room is None:
        raise NotFound
    if writing and room.state is not RoomState.ACTIVE:
        raise RoomClosed
    return room
