"""Who calls, and from where."""

from __future__ import annotations

from uuid import UUID

from flask import request

from addon_sdk import NotAuthenticated, current_principal
from addon_sdk.identity import client_address
from asoud_users.services.logins import Device


def caller_id() -> UUID:
    """Id of the logged-in caller. Raises NotAuthenticated for an anonymous one."""
    user_id = current_principal().user_id
    if user_id is None:
        raise NotAuthenticated
    return user_id


def calling_device(name: str = "") -> Device:
    """The device of the current request; ``name`` is what its user calls it."""
    return Device(name, client_address(), request.headers.get("User-Agent", ""))
