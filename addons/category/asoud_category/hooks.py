"""What this addon does in the hooks of others."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import hook
from asoud_category.services import privacy


@hook("users.personal_data")
def personal_data(user_id: UUID) -> tuple[str, Any]:
    """A user's export has his requests for categories in it."""
    return "category_requests", privacy.export(user_id)


@hook("users.erase")
def erase(user_id: UUID) -> None:
    """An erased user leaves no requests behind."""
    privacy.erase(user_id)
