"""The rules of notes: there are none."""

from __future__ import annotations

from sqlalchemy import select

from addon_sdk import ListArgs, Page, paginate, publish, session, transaction
from asoud_bench.events import Noted
from asoud_bench.models import Note

NOTES = select(Note)


def list_notes(args: ListArgs) -> Page:
    """A page of notes."""
    return paginate(NOTES, args)


@transaction
def note(number: int, title: str) -> None:
    """Write one down."""
    session().add(Note(number=number, title=title, text=title * 4))


@transaction
def publish_notes(numbers: range) -> None:
    """Say that so many were noted."""
    for number in numbers:
        publish(Noted(number=number, title=f"Note {number}"))
