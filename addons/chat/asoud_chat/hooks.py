"""What this addon does in the hooks of others."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import hook
from asoud_chat.services import privacy


@hook("users.personal_data")
def personal_data(user_id: UUID) -> tuple[str, Any]:
    """A user's export has his rooms and messages in it."""
    return "chat", privacy.export(user_id)


@hook("users.erase")
def erase(user_id: UUID) -> None:
    """An erased user leaves no words and is in no room."""
    privacy.erase(user_id)
