"""The rules of chat; the only place that writes. Other addons may call what stands here."""

from asoud_chat.kinds import RoomKind
from asoud_chat.services.participants import add as add_participant
from asoud_chat.services.rooms import open_room
from asoud_chat.services.sending import Draft, send

__all__ = ["Draft", "RoomKind", "add_participant", "open_room", "send"]
