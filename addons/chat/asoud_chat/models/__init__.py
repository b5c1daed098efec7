"""Tables."""

from asoud_chat.models.message import Message, MessageKind, Reading
from asoud_chat.models.room import Participant, ParticipantRole, Room, RoomState

__all__ = ["Message", "MessageKind", "Participant", "ParticipantRole", "Reading", "Room", "RoomState"]
