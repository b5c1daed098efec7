"""Socket.IO: namespaces of addons, emitting from any process, streams that a client can resume."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
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


def emit(namespace: str, event: str, data: object, **target: Any) -> None:
    """Send an event to clients, from any process: ``room=``, ``user=``, or the whole namespace; see `Realtime.emit`."""
    platform.realtime.emit(namespace, event, data, **target)


def online(namespace: str, user_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the users who have a client connected to the namespace."""
    return platform.realtime.online(namespace, user_ids)
