"""Socket.IO: namespaces of addons, emitting from any process, streams that a client can resume."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from kernel.realtime import models as models
from kernel.realtime.connections import Connection, Rate, current_connection
from kernel.realtime.core import Realtime
from kernel.realtime.group_commit import GroupCommit
from kernel.realtime.namespaces import Namespace, on_event
from kernel.realtime.streams import Stream, StreamEntry, append, deliver, expel
from kernel.runtime import platform

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

    from kernel.runtime import Platform

__all__ = [
    "Connection",
    "GroupCommit",
    "Namespace",
    "Rate",
    "Realtime",
    "Stream",
    "StreamEntry",
    "append",
    "current_connection",
    "deliver",
    "emit",
    "expel",
    "init_app",
    "on_event",
    "online",
]


def init_app(app: Flask, platform: Platform) -> None:
    """Give the platform its `Realtime`; every role gets one, since every process may emit."""
    platform.realtime = Realtime(platform)


def emit(
    namespace: str,
    event: str,
    data: object,
    *,
    room: str | None = None,
    user: UUID | None = None,
    sid: str | None = None,
    required: bool | None = None,
) -> None:
    """Send an event from any process: to a room, to all clients of a user, to one client, or to the whole namespace.

    Inside a transaction it is sent after the commit. Raises `ServiceUnavailable` as `Realtime.emit` says.
    """
    platform.realtime.emit(namespace, event, data, room=room, user=user, sid=sid, required=required)


def online(namespace: str, user_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the users who have a client connected to the namespace."""
    return platform.realtime.online(namespace, user_ids)
