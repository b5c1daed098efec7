"""What tests of one process share: the platform inside its app context, and calling it as somebody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from kernel.identity.principal import Principal, acting_as
from kernel.runtime import Platform

MakePlatform = Callable[..., Platform]


def as_user(user_id: UUID, *permissions: str) -> Any:
    """Call as a logged-in user."""
    return acting_as(Principal(user_id=user_id, permissions=frozenset(permissions)))
