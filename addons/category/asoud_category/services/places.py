"""Places among siblings: whole numbers from 0, without gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Placed(Protocol):
    """Something with a place among its siblings."""

    position: int


P = TypeVar("P", bound=Placed)


def put(row: P, siblings: Sequence[P], position: int | None) -> None:
    """Give ``row`` the place ``position`` among ``siblings``, or the last; they close up and make room.

    ``row`` may be one of them already.
    """
    others = [sibling for sibling in siblings if sibling is not row]
    at = len(others) if position is None else min(position, len(others))
    number([*others[:at], row, *others[at:]])


def number(rows: Sequence[P]) -> list[P]:
    """Number the rows in this order; those whose place has changed."""
    moved = [(row, place) for place, row in enumerate(rows) if row.position != place]
    for row, place in moved:
        row.position = place
    return [row for row, _ in moved]
