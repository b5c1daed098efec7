"""Messages as clients get them, over REST, in events and in answers to `resume` alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from addon_sdk import fields, session
from addon_sdk.files import StoredFile, describe_file
from asoud_chat.models import Message, Participant

_SHOWN_OF_FILE = ("id", "name", "media_type", "size", "width", "height", "url", "thumbnails")


def show(message: Mapping[str, Any], file: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """One message of JSON values. A deleted one keeps its place and loses everything else."""
    gone = message["deleted_at"] is not None
    located = not gone and message["latitude"] is not None
    return {
        "id": str(message["id"]),
        "room_id": str(message["room_id"]),
        "number": message["number"],
        "change": message["change"],
        "sender_id": None if message["sender_id"] is None else str(message["sender_id"]),
        "kind": message["kind"].value,
        "text": "" if gone else message["text"],
        "reply_to_id": None if message["reply_to_id"] is None else str(message["reply_to_id"]),
        "file": None if gone else file,
        "location": {"latitude": message["latitude"], "longitude": message["longitude"]} if located else None,
        "client_key": message["client_key"],
        "sent_at": fields.rfc3339(message["created_at"]),
        "edited_at": None if message["edited_at"] is None else fields.rfc3339(message["edited_at"]),
        "deleted_at": None if message["deleted_at"] is None else fields.rfc3339(message["deleted_at"]),
    }


def shown(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Messages with their files, in two statements however many there are."""
    files = files_by_id({message.file_id for message in messages if message.file_id and not message.deleted_at})
    return [show(_columns(message), files.get(message.file_id)) for message in messages]


def with_reading(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages, each with ``is_read``: whether everybody in its room but its sender has read it."""
    rooms = {UUID(message["room_id"]) for message in messages}
    pointers = select(Participant.room_id, Participant.user_id, Participant.read_number)
    read = session().execute(pointers.where(Participant.room_id.in_(rooms))).all() if rooms else []
    return [{**message, "is_read": _is_read(message, read)} for message in messages]


def _is_read(message: dict[str, Any], read: Sequence[Any]) -> bool:
    others = [
        row.read_number
        for row in read
        if str(row.room_id) == message["room_id"] and str(row.user_id) != message["sender_id"]
    ]
    return bool(others) and min(others) >= message["number"]


def files_by_id(ids: Collection[UUID]) -> dict[UUID | None, dict[str, Any]]:
    """What clients need to know of each file; links are good for an hour."""
    if not ids:
        return {}
    found = session().scalars(select(StoredFile).where(StoredFile.id.in_(ids))).all()
    return {file.id: _described(file) for file in found}


def _described(file: StoredFile) -> dict[str, Any]:
    described = describe_file(file)
    return {**{name: described[name] for name in _SHOWN_OF_FILE}, "id": str(file.id)}


def _columns(message: Message) -> dict[str, Any]:
    return {column.key: getattr(message, column.key) for column in Message.__table__.columns}
