"""Tells coverage which processes switch greenlets.

Elsewhere its greenlet mode must be off: with it a process whose threads end can hang for ever inside greenlet 3.5.
"""

from __future__ import annotations

import os
import sys
from typing import Any


class EventletProcesses:
    """Sets ``concurrency`` by what this process is."""

    def configure(self, config: Any) -> None:
        """Called by coverage in every process that it measures."""
        eventlet = os.environ.get("ASOUD_CHILD_MODE") == "eventlet" or any("eventlet" in word for word in sys.orig_argv)
        config.set_option("run:concurrency", ["greenlet"] if eventlet else ["thread"])


def coverage_init(registry: Any, options: dict[str, str]) -> None:
    """The entry point of a coverage plugin."""
    registry.add_configurer(EventletProcesses())
