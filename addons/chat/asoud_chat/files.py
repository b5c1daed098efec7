"""Kinds of files that messages carry: at most 10 MB, of a listed type, read by the room's participants."""

from __future__ import annotations

from sqlalchemy import select

from addon_sdk import Principal, session
from addon_sdk.files import StoredFile, file_kind
from asoud_chat.models import Message, MessageKind, Participant

MAX_BYTES = 10 * 1_048_576
_OFFICE = "application/vnd.openxmlformats-officedocument."


def _participant(principal: Principal, file: StoredFile) -> bool:
    """Whoever is in a room where the file was sent, and not deleted since."""
    there = (Participant.room_id == Message.room_id) & (Participant.user_id == principal.user_id)
    found = select(Message.id).join(Participant, there).where(Message.file_id == file.id, Message.deleted_at.is_(None))
    return session().scalar(found.limit(1)) is not None


PICTURE = file_kind(
    "chat.picture",
    media=("image/jpeg", "image/png", "image/webp", "image/gif"),
    max_bytes=MAX_BYTES,
    thumbnails={"small": 160, "large": 960},
    may_read=_participant,
)
FILE = file_kind(
    "chat.file",
    media=(
        "application/pdf",
        "text/plain",
        "text/csv",
        f"{_OFFICE}wordprocessingml.document",
        f"{_OFFICE}spreadsheetml.sheet",
    ),
    max_bytes=MAX_BYTES,
    may_read=_participant,
)
AUDIO = file_kind(
    "chat.audio",
    media=("audio/mpeg", "audio/ogg", "audio/wav", "audio/mp4", "audio/webm"),
    max_bytes=MAX_BYTES,
    may_read=_participant,
)
VIDEO = file_kind("chat.video", media=("video/mp4", "video/webm"), max_bytes=MAX_BYTES, may_read=_participant)

FILE_OF = {
    MessageKind.IMAGE: PICTURE.name,
    MessageKind.FILE: FILE.name,
    MessageKind.AUDIO: AUDIO.name,
    MessageKind.VIDEO: VIDEO.name,
}
"""Which kind of file a message of each kind carries."""
