"""REST: parse, call a service, answer."""

from asoud_chat.views import messages, participants, rooms

__all__ = ["messages", "participants", "rooms"]
