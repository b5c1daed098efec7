"""Hooks that this addon offers to others."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import hookspec


@hookspec.first
def code_senders(mobile: str, code: str, text: str, purpose: str) -> str | None:
    """Send a one-time code to ``mobile`` (E.164); answer with the name of the channel, or None to leave it to others.

    ``text`` is the ready message in the user's language, ``code`` the bare code for provider templates, ``purpose``
    one of ``login``, ``reauthentication``, ``mobile_change``. Called in a worker; an error makes the job try again.
    When nobody sends it, the message goes to the outbox that ``asoud users outbox`` shows.
    """


@hookspec.collect
def personal_data(user_id: UUID) -> tuple[str, Any]:
    """What the addon knows of a user, for his export: a section's name and JSON values."""


@hookspec.check
def erase(user_id: UUID) -> None:
    """Erase a user's personal data, inside the transaction that erases him, or refuse by raising a Problem.

    An addon refuses while it must keep him (an open order, money in a wallet).
    """
