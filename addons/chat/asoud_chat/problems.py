"""Problems that this addon answers with."""

from __future__ import annotations

from addon_sdk import Conflict, Problem


class RoomClosed(Conflict):
    """The room is archived or blocked: it can be read, nothing can be written."""

    code, title = "chat.room_closed", "This room is closed; it can only be read."


class RoomFull(Conflict):
    """The room has as many participants as it may have."""

    code, title = "chat.room_full", "This room is full."


class TooManyRooms(Conflict):
    """The caller has opened as many rooms as he may."""

    code, title = "chat.too_many_rooms", "You have opened too many rooms; delete or archive some first."


class AlreadyThere(Conflict):
    """The user is in the room already."""

    code, title = "chat.already_there", "This user is in the room already."


class FixedParticipants(Conflict):
    """A private room has exactly its two users, for as long as it exists."""

    code, title = "chat.fixed_participants", "Nobody can be added to or taken out of this room."


class ClientKeyReused(Problem):
    """The sender has used this ``client_key`` before in this room, for another message."""

    status, code, title = 422, "chat.client_key_reused", "This client_key was used before for another message."


class TooLate(Conflict):
    """Messages can be changed for some time only, and not once they are deleted."""

    code, title = "chat.too_late", "This message can no longer be changed."


class WrongKind(Problem):
    """Only words can be edited: texts, and the words under a picture or file."""

    status, code, title = 409, "chat.wrong_kind", "A message of this kind cannot be edited."
