"""Facts that addons tell each other: published in a transaction, delivered after its commit, taken to heart once."""

from __future__ import annotations

from flask import Flask

from kernel.events.declaration import EventType, event
from kernel.events.publish import publish
from kernel.events.state import Events
from kernel.events.subscription import DeliveredEvent, Subscriber, on
from kernel.runtime import Platform

__all__ = ["DeliveredEvent", "EventType", "Events", "Subscriber", "event", "init_app", "on", "publish"]


def init_app(app: Flask, platform: Platform) -> None:
    """Put the events of this process on the platform."""
    platform.events = Events(platform)
