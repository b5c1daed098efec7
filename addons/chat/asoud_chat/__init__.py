"""Chat: rooms in which users write to each other, over REST and Socket.IO with one set of rules."""

from addon_sdk import Addon
from asoud_chat.preferences import Preferences

addon = Addon(
    title="Chat",
    category="communication",
    icon="message-circle",
    permissions={
        "chat.moderate": "Block and unblock any room",
        "chat.statistics": "See how much is written on the whole site",
    },
    settings=Preferences,
)
