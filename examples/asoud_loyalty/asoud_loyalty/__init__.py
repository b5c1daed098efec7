"""Loyalty points: earned by registering and by awards, shown on every user, told to his sockets."""

from addon_sdk import Addon
from asoud_loyalty.preferences import Preferences

addon = Addon(
    title="Loyalty",
    category="commerce",
    icon="gift",
    permissions={"loyalty.award": "Award points to users"},
    settings=Preferences,
)
