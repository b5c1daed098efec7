"""Who is in a room: inviting, rights, leaving."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from asoud_users.models import User
from sqlalchemy import case, func, select

from addon_sdk import PermissionDenied, ValidationFailed, expel, online, session, transaction
from asoud_chat.kinds import GROUP, find_kind
from asoud_chat.models import Participant, ParticipantRole, Room
from asoud_chat.problems import AlreadyThere, FixedParticipants, RoomFull
from asoud_chat.rights import rights_of
from asoud_chat.services.access import caller_id, locked_room, me_in, participant
from asoud_chat.services.stream import NAMESPACE, room_stream, tell_room, tell_user


def list_participants(room_id: UUID) -> list[dict[str, Any]]:
    """Everybody in one of the caller's rooms, and who is connected now. Raises NotFound."""
    me_in(room_id)
    query = select(Participant, User).join(User, User.id == Participant.user_id)
    found = session().execute(
        query.where(Participant.room_id == room_id).order_by(Participant.created_at, Participant.id)
    )
    rows = found.all()
    here = online(NAMESPACE, [user.id for _, user in rows])
    return [_described(place, user, user.id in here) for place, user in rows]


def get_participant(room_id: UUID, user_id: UUID) -> dict[str, Any]:
    """One of the people in one of the caller's rooms. Raises NotFound."""
    me_in(room_id)
    place = participant(room_id, user_id)
    return _described(place, session().get_one(User, user_id), user_id in online(NAMESPACE, [user_id]))


def _described(place: Participant, user: User, is_online: bool) -> dict[str, Any]:
    names = ("user_id", "role", *rights_of(place.role), "read_number", "delivered_number")
    joined = {"name": user.name, "online": is_online, "joined_at": place.created_at}
    return {**{name: getattr(place, name) for name in names}, **joined}


@transaction
def add(room_id: UUID, user_id: UUID, role: ParticipantRole) -> dict[str, Any]:
    """Bring a user into a room. Only inviters may, and only those who manage may bring more than a member.

    Raises NotFound, ValidationFailed (no such user), PermissionDenied, `RoomClosed`, `RoomFull`, `AlreadyThere`,
    `FixedParticipants`.
    """
    mine = me_in(room_id, "can_invite")
    room = locked_room(room_id)
    if find_kind(room.kind).fixed:
        raise FixedParticipants
    _may_give(mine, role)
    user = session().get(User, user_id)
    if user is None or user.erased_at is not None:
        raise ValidationFailed.of("/user_id", "unknown", "There is no such user.")
    _check_place(room, user_id)
    place = Participant(room_id=room_id, user_id=user_id, role=role, read_number=0, **rights_of(role))
    session().add(place)
    session().flush()
    tell_room(room_id, "participant_added", {"user_id": user_id})
    tell_user(user_id, "room_added", {"room_id": room_id})
    return get_participant(room_id, user_id)


def _check_place(room: Room, user_id: UUID) -> None:
    there = session().scalars(select(Participant.user_id).where(Participant.room_id == room.id)).all()
    if user_id in there:
        raise AlreadyThere
    if len(there) >= find_kind(room.kind).limit:
        raise RoomFull


@transaction
def change(room_id: UUID, user_id: UUID, values: dict[str, Any]) -> dict[str, Any]:
    """Give somebody another role or single rights; a role brings its rights, before those named beside it.

    Only admins touch admins. Raises NotFound, PermissionDenied, `RoomClosed`, `FixedParticipants`.
    """
    mine = me_in(room_id, "can_manage")
    room = locked_room(room_id)
    if find_kind(room.kind).fixed:
        raise FixedParticipants
    place = participant(room_id, user_id, lock=True)
    if place.role is ParticipantRole.ADMIN and mine.role is not ParticipantRole.ADMIN:
        raise PermissionDenied
    role = values.get("role", place.role)
    _may_give(mine, role)
    was_admin = place.role is ParticipantRole.ADMIN
    changed = {**(rights_of(role) if "role" in values else {}), **values}
    for name, value in changed.items():
        setattr(place, name, value)
    session().flush()
    if was_admin and role is not ParticipantRole.ADMIN:
        _keep_an_admin(room_id)
    tell_room(room_id, "participant_changed", {"user_id": user_id})
    return get_participant(room_id, user_id)


def _may_give(mine: Participant, role: ParticipantRole) -> None:
    if role is ParticipantRole.ADMIN and mine.role is not ParticipantRole.ADMIN:
        raise PermissionDenied
    if role is ParticipantRole.MODERATOR and not mine.can_manage:
        raise PermissionDenied(right="can_manage")


@transaction
def remove(room_id: UUID, user_id: UUID) -> None:
    """Take somebody out of a room, or leave it. When its last admin goes, who is next in rank and time becomes one.

    Raises NotFound, PermissionDenied (others only by those who manage, admins only by admins), `FixedParticipants`.
    """
    me = caller_id()
    mine = me_in(room_id, None if user_id == me else "can_manage")
    room = locked_room(room_id, writing=False)
    if find_kind(room.kind).fixed:
        raise FixedParticipants
    place = participant(room_id, user_id, lock=True)
    if user_id != me and place.role is ParticipantRole.ADMIN and mine.role is not ParticipantRole.ADMIN:
        raise PermissionDenied
    forget(place)


def forget(place: Participant) -> None:
    """Take a participant away and tell everybody. Call inside a transaction."""
    room_id, user_id = place.room_id, place.user_id
    session().delete(place)
    session().flush()
    _keep_an_admin(room_id)
    expel(room_stream.of(room_id), user_id)
    tell_room(room_id, "participant_removed", {"user_id": user_id})
    tell_user(user_id, "room_removed", {"room_id": room_id})


def _keep_an_admin(room_id: UUID) -> None:
    here = select(Participant).where(Participant.room_id == room_id)
    admins = select(func.count()).select_from(Participant)
    admins = admins.where(Participant.room_id == room_id, Participant.role == ParticipantRole.ADMIN)
    if not _chooses_admins(room_id) or session().scalar(admins):
        return
    rank = case({role.name: place for place, role in enumerate(ParticipantRole)}, value=Participant.role)
    heir = session().scalar(here.order_by(rank, Participant.created_at, Participant.id).limit(1))
    if heir is not None:
        heir.role = ParticipantRole.ADMIN
        for name, value in rights_of(ParticipantRole.ADMIN).items():
            setattr(heir, name, value)
        session().flush()


def _chooses_admins(room_id: UUID) -> bool:
    """Whether the room's participants have it to themselves; an addon's room is run by its addon."""
    return session().scalar(select(Room.kind).where(Room.id == room_id)) == GROUP.name
