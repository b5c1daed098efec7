"""What is published."""

from __future__ import annotations

from addon_sdk import event


@event("bench.noted", version=1)
class Noted:
    """Somebody noted something."""

    number: int
    title: str
