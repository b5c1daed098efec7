"""Two hooks that the list calls once each."""

from __future__ import annotations

from addon_sdk import hookspec


@hookspec.collect
def badges(limit: int) -> str:
    """Something to show above the list."""


@hookspec.check
def may_list(limit: int) -> None:
    """Refuse the list."""
