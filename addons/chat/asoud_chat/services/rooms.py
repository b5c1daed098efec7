"""Opening, changing, closing and deleting rooms."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from asoud_users.models import User
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from addon_sdk import (
    FieldError,
    ListArgs,
    NotFound,
    Page,
    PermissionDenied,
    ValidationFailed,
    current_principal,
    now,
    paginate,
    platform,
    session,
    setting,
    transaction,
    translate,
)
from asoud_chat.kinds import PRIVATE, RoomKind, find_kind
from asoud_chat.models import Message, Participant, ParticipantRole, Room, RoomState
from asoud_chat.problems import RoomFull, TooManyRooms
from asoud_chat.rights import rights_of
from asoud_chat.services.access import caller_id, locked_room, me_in, rooms_of
from asoud_chat.services.stream import room_stream, tell_room, tell_user


class UnknownUsers(NotFound):
    """Some of the users whom a room is opened for aren't there, or are erased."""

    def __init__(self, user_ids: Collection[UUID]) -> None:
        super().__init__(translate("There is no such user."))
        self.user_ids = frozenset(user_ids)


def list_rooms(args: ListArgs) -> Page:
    """A page of the caller's rooms, the most recently active first."""
    page = paginate(select(Room).where(Room.id.in_(rooms_of(caller_id()))), args)
    return Page(described(page.items), page.next)


def get_room(room_id: UUID) -> dict[str, Any]:
    """One of the caller's rooms. Raises NotFound."""
    me_in(room_id)
    return described([session().get_one(Room, room_id)])[0]


def described(rooms: Iterable[Any]) -> list[dict[str, Any]]:
    """Rooms as the caller sees them: with his own place, and how much he has not read."""
    found = list(rooms)
    mine = select(Participant).where(Participant.room_id.in_([room.id for room in found]))
    places = {place.room_id: place for place in session().scalars(mine.where(Participant.user_id == caller_id()))}
    unread = _unread(list(places.values()))
    return [
        {
            "room": room,
            "me": places[room.id],
            "unread": unread.get(room.id, 0),
            "stream": room_stream.of(room.id),
        }
        for room in found
        if room.id in places
    ]


def _unread(places: list[Participant]) -> dict[UUID, int]:
    there = (Participant.room_id == Message.room_id) & Participant.id.in_([place.id for place in places])
    counts = (
        select(Message.room_id, func.count())
        .join(Participant, there)
        .where(
            Message.number > Participant.read_number,
            Message.deleted_at.is_(None),
            Message.sender_id.is_distinct_from(Participant.user_id),
        )
        .group_by(Message.room_id)
    )
    return {row[0]: row[1] for row in session().execute(counts)}


@transaction
def open_by_caller(kind: str, title: str, user_ids: list[UUID]) -> tuple[dict[str, Any], bool]:
    """Open a room of a kind that users may open, with these users; whether it is new, since a private one may exist.

    Raises ValidationFailed (no such kind, no such user, not two in a private room), PermissionDenied (a kind that is
    not for users), `TooManyRooms`, `RoomFull`.
    """
    found, me = _kind_asked_for(kind), caller_id()
    if not found.by_users:
        raise PermissionDenied
    others = [user_id for user_id in dict.fromkeys(user_ids) if user_id != me]
    if found is PRIVATE and len(others) != 1:
        raise ValidationFailed.of("/user_ids", "length", "A private room is with one other user.")
    subject = ":".join(sorted(str(user_id) for user_id in (me, *others))) if found is PRIVATE else None
    role = ParticipantRole.MEMBER if found is PRIVATE else ParticipantRole.ADMIN
    people = {me: role, **dict.fromkeys(others, ParticipantRole.MEMBER)}
    try:
        room, is_new = open_room(kind, people, title=title, subject=subject, opened_by=me)
    except UnknownUsers as problem:
        raise _unknown_users(problem, user_ids) from None
    if is_new:
        _check_number_of_rooms(me)
    return described([room])[0], is_new


def _kind_asked_for(name: str) -> RoomKind:
    try:
        return find_kind(name)
    except NotFound:
        raise ValidationFailed.of("/kind", "unknown", "There is no such kind of room.") from None


def _unknown_users(problem: UnknownUsers, asked: list[UUID]) -> ValidationFailed:
    """The same problem for one who sent ``asked``: it names the places in that list."""
    message = translate("There is no such user.")
    places = [place for place, user_id in enumerate(asked) if user_id in problem.user_ids]
    return ValidationFailed(errors=[FieldError(f"/user_ids/{place}", "unknown", message) for place in places])


@transaction
def open_room(
    kind: str,
    people: dict[UUID, ParticipantRole],
    *,
    title: str = "",
    subject: str | None = None,
    opened_by: UUID | None = None,
) -> tuple[Room, bool]:
    """Open a room for an addon; with a ``subject`` that has one already, that room. Returns it and whether it is new.

    Raises NotFound for an unknown kind or user, and `RoomFull`.
    """
    declared = find_kind(kind)
    subject = f"{kind}/{subject}" if subject is not None else None
    existing = _room_about(subject)
    if existing is not None:
        return existing, False
    _check_people(declared, people)
    room = Room(kind=kind, title=title, subject=subject, opened_by=opened_by, active_at=now(), last_change=0)
    room.state = RoomState.ACTIVE
    try:
        _store(room, people)
    except IntegrityError:  # another opens the same room at the same moment, and has committed first
        existing = _room_about(subject)
        if existing is None:
            raise
        return existing, False
    for user_id in people:
        tell_user(user_id, "room_added", {"room_id": room.id})
    return room, True


def _room_about(subject: str | None) -> Room | None:
    return session().scalar(select(Room).where(Room.subject == subject)) if subject is not None else None


@transaction(nested=True)
def _store(room: Room, people: dict[UUID, ParticipantRole]) -> None:
    session().add(room)
    session().flush()
    for user_id, role in people.items():
        session().add(Participant(room_id=room.id, user_id=user_id, role=role, **rights_of(role)))
    session().flush()


def _check_people(kind: RoomKind, people: Iterable[UUID]) -> None:
    wanted = set(people)
    if len(wanted) > kind.limit:
        raise RoomFull
    living = session().scalars(select(User.id).where(User.id.in_(wanted), User.erased_at.is_(None))).all()
    if unknown := wanted.difference(living):
        raise UnknownUsers(unknown)


def _check_number_of_rooms(user_id: UUID) -> None:
    mine = select(func.count()).select_from(Room)
    mine = mine.where(Room.opened_by == user_id, Room.state == RoomState.ACTIVE)
    if (session().scalar(mine) or 0) > setting("max_rooms"):
        raise TooManyRooms


@transaction
def change_room(room_id: UUID, values: dict[str, Any]) -> dict[str, Any]:
    """Change the title, or archive and reopen. Raises NotFound, PermissionDenied; a blocked room stays blocked."""
    me_in(room_id, "can_manage")
    room = locked_room(room_id, writing=False)
    if room.state is RoomState.BLOCKED:
        raise PermissionDenied
    for name, value in values.items():
        setattr(room, name, value)
    tell_room(room_id, "room_changed", {"title": room.title, "state": room.state.value})
    return described([room])[0]


@transaction
def block_room(room_id: UUID, *, blocked: bool) -> Room:
    """Block or unblock any room, as the site's staff. Raises NotFound, PermissionDenied."""
    if not current_principal().can("chat.moderate"):
        raise PermissionDenied(permission="chat.moderate")
    room = locked_room(room_id, writing=False)
    room.state = RoomState.BLOCKED if blocked else RoomState.ACTIVE
    tell_room(room_id, "room_changed", {"title": room.title, "state": room.state.value})
    return room


@transaction
def delete_room(room_id: UUID) -> None:
    """Delete a room with its messages and files; its admins may, a private room nobody. Raises NotFound."""
    mine = me_in(room_id, "can_manage")
    if mine.role is not ParticipantRole.ADMIN:
        raise PermissionDenied
    room = locked_room(room_id, writing=False)
    used = select(Message.file_id).where(Message.room_id == room_id, Message.deleted_at.is_(None))
    for file_id in session().scalars(used.where(Message.file_id.is_not(None))).all():
        assert file_id is not None  # as the query says
        platform.files.release(file_id)
    people = session().scalars(select(Participant.user_id).where(Participant.room_id == room_id)).all()
    session().delete(room)
    session().flush()
    for user_id in people:
        tell_user(user_id, "room_removed", {"room_id": room_id})
