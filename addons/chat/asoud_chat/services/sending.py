"""Sending: messages of many senders are checked, numbered and stored in one transaction, before anybody is told.

A room's row is locked until the commit, so its numbers become visible in their order and without holes. Rooms are
locked in the order of their ids, so two processes never wait for each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from asoud_iran.services import word_key
from sqlalchemy import case, insert, select, update

from addon_sdk import (
    GroupCommit,
    NotFound,
    PermissionDenied,
    Problem,
    ValidationFailed,
    new_id,
    now,
    platform,
    session,
    transaction,
)
from asoud_chat.files import FILE_OF
from asoud_chat.hookspecs import may_send
from asoud_chat.models import Message, MessageKind, Participant, Room, RoomState
from asoud_chat.problems import ClientKeyReused, RoomClosed
from asoud_chat.services.showing import files_by_id, show
from asoud_chat.services.stream import tell_messages


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that somebody wants to send; everything that storing it needs to know."""

    room_id: UUID
    sender_id: UUID | None
    kind: MessageKind = MessageKind.TEXT
    text: str = ""
    reply_to_id: UUID | None = None
    file_id: UUID | None = None
    latitude: float | None = None
    longitude: float | None = None
    client_key: str | None = None


@dataclass(slots=True)
class _Batch:
    """What the drafts of one transaction need from the database."""

    states: dict[UUID, RoomState]
    numbers: dict[UUID, int]
    """The last number of each room."""
    can_send: dict[tuple[UUID, UUID], bool]
    replies: dict[UUID, UUID]
    known: dict[tuple[UUID, UUID | None, str], dict[str, Any]]
    moment: datetime
    rows: list[dict[str, Any]] = field(default_factory=list)
    news: defaultdict[UUID, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    """The new messages as they are shown, by room."""


def send(draft: Draft) -> dict[str, Any]:
    """Store a message and tell the room; returns it as shown, once it is committed.

    The same draft with the ``client_key`` of an earlier one of the same sender brings that one back instead.
    Raises NotFound (no such room for the sender), PermissionDenied, `RoomClosed`, ValidationFailed (no such file of
    his, no such message to reply to), `ClientKeyReused`, and what addons refuse with in ``chat.may_send``.
    """
    if draft.sender_id is not None:
        may_send(room_id=draft.room_id, sender_id=draft.sender_id, text=draft.text)
    return _commit.submit(draft)


def _store(drafts: Sequence[Draft]) -> list[dict[str, Any] | Exception]:
    """Store what may be stored; a problem in the place of each draft that may not."""
    batch = _read(drafts)
    results: list[dict[str, Any] | Exception] = []
    for draft in drafts:
        try:
            results.append(_accept(draft, batch))
        except Problem as problem:
            results.append(problem)
    if batch.rows:
        _write(batch)
    return results


def _read(drafts: Sequence[Draft]) -> _Batch:
    ids = {draft.room_id for draft in drafts}
    senders = {draft.sender_id for draft in drafts if draft.sender_id is not None}
    columns = select(Room.id, Room.state, Room.last_change).where(Room.id.in_(ids))
    rooms = session().execute(columns.order_by(Room.id).with_for_update()).all()
    places = select(Participant.room_id, Participant.user_id, Participant.can_send)
    places = places.where(Participant.room_id.in_(ids), Participant.user_id.in_(senders))
    replied = {draft.reply_to_id for draft in drafts if draft.reply_to_id is not None}
    query = select(Message.id, Message.room_id).where(Message.id.in_(replied))
    replies = session().execute(query).all() if replied else []
    return _Batch(
        {room.id: room.state for room in rooms},
        {room.id: room.last_change for room in rooms},
        {(row.room_id, row.user_id): row.can_send for row in session().execute(places)} if senders else {},
        {row.id: row.room_id for row in replies},
        _sent_before(drafts),
        now(),
    )


def _sent_before(drafts: Sequence[Draft]) -> dict[tuple[UUID, UUID | None, str], dict[str, Any]]:
    keys = {draft.client_key for draft in drafts if draft.client_key is not None}
    if not keys:
        return {}
    rooms = {draft.room_id for draft in drafts}
    query = select(Message.__table__).where(Message.room_id.in_(rooms), Message.client_key.in_(keys))
    rows = session().execute(query).mappings().all()
    files = files_by_id({row["file_id"] for row in rows if row["file_id"]})
    return {
        (row["room_id"], row["sender_id"], row["client_key"]): show(dict(row), files.get(row["file_id"]))
        for row in rows
    }


def _accept(draft: Draft, batch: _Batch) -> dict[str, Any]:
    """The message that a draft becomes. Raises what `send` raises."""
    allowed = draft.sender_id is None or batch.can_send.get((draft.room_id, draft.sender_id))
    state = batch.states.get(draft.room_id)
    if state is None or allowed is None:
        raise NotFound
    if not allowed:
        raise PermissionDenied(right="can_send")
    if state is not RoomState.ACTIVE:
        raise RoomClosed
    if draft.reply_to_id is not None and batch.replies.get(draft.reply_to_id) != draft.room_id:
        raise ValidationFailed.of("/reply_to_id", "unknown", "There is no such message in this room.")
    key = (draft.room_id, draft.sender_id, draft.client_key or "")
    if key in batch.known:
        return _sent_again(draft, batch.known[key])
    if draft.file_id is not None:
        _claim_file(draft, draft.file_id)
    message = _number(draft, batch)
    if draft.client_key is not None:
        batch.known[key] = message
    return message


def _sent_again(draft: Draft, message: dict[str, Any]) -> dict[str, Any]:
    """The message that the draft became when it came first. Raises `ClientKeyReused` when that was another one."""
    if message["deleted_at"] is not None:  # nothing is left to compare with
        return message
    place = message["location"] or {"latitude": None, "longitude": None}
    same = (
        message["kind"] == draft.kind.value
        and (message["text"] == draft.text or message["edited_at"] is not None)
        and message["reply_to_id"] == (draft.reply_to_id and str(draft.reply_to_id))
        and (message["file"] or {}).get("id") == (draft.file_id and str(draft.file_id))
        and (place["latitude"], place["longitude"]) == (draft.latitude, draft.longitude)
    )
    if not same:
        raise ClientKeyReused
    return message


def _claim_file(draft: Draft, file_id: UUID) -> None:
    with transaction(nested=True):  # a file that isn't there must not undo the others' messages
        kinds = {FILE_OF[draft.kind]}
        platform.files.claim(file_id, kinds=kinds, user_id=draft.sender_id, field="file_id")


def _number(draft: Draft, batch: _Batch) -> dict[str, Any]:
    number = batch.numbers[draft.room_id] = batch.numbers[draft.room_id] + 1
    row = {
        "id": new_id(),
        "room_id": draft.room_id,
        "sender_id": draft.sender_id,
        "number": number,
        "change": number,
        "kind": draft.kind,
        "text": draft.text,
        "search_key": word_key(draft.text),
        "reply_to_id": draft.reply_to_id,
        "file_id": draft.file_id,
        "latitude": draft.latitude,
        "longitude": draft.longitude,
        "client_key": draft.client_key,
        "edited_at": None,
        "deleted_at": None,
        "created_at": batch.moment,
        "updated_at": batch.moment,
    }
    files = files_by_id({draft.file_id}) if draft.file_id is not None else {}
    message = show(row, files.get(draft.file_id))
    batch.rows.append(row)
    batch.news[draft.room_id].append(message)
    return message


def _write(batch: _Batch) -> None:
    """One INSERT and one UPDATE for all; then, after the commit, the news."""
    session().execute(insert(Message.__table__), batch.rows)  # type: ignore[arg-type]  # a declarative table is a Table
    numbers = {room_id: batch.numbers[room_id] for room_id in batch.news}
    session().execute(
        update(Room)
        .where(Room.id.in_(numbers))
        .values(last_change=case(numbers, value=Room.id), active_at=batch.moment, updated_at=batch.moment)
        .execution_options(synchronize_session=False)
    )
    for room_id, messages in batch.news.items():
        tell_messages(room_id, messages)


_commit: GroupCommit[Draft, dict[str, Any]] = GroupCommit(_store)
