"""A product's life: which moves there are, and who makes them. One table for deciding, telling and documenting."""

from __future__ import annotations

from asoud_product.models import Actor, Status

DRAFT, QUEUE, HIDDEN = Status.DRAFT, Status.QUEUE, Status.NOT_PUBLISHED
PUBLIC, MENDING, INACTIVE = Status.PUBLISHED, Status.NEEDS_EDITING, Status.INACTIVE

_OWNER = frozenset((Actor.OWNER,))
_ADMIN = frozenset((Actor.ADMIN,))
_SYSTEM = frozenset((Actor.SYSTEM,))

MOVES: dict[Status, dict[Status, frozenset[Actor]]] = {
    DRAFT: {QUEUE: _OWNER, INACTIVE: _ADMIN},
    QUEUE: {PUBLIC: _ADMIN | _SYSTEM, MENDING: _ADMIN, HIDDEN: _OWNER, INACTIVE: _ADMIN},
    HIDDEN: {QUEUE: _OWNER, INACTIVE: _ADMIN},
    PUBLIC: {QUEUE: _SYSTEM, HIDDEN: _OWNER, MENDING: _ADMIN, INACTIVE: _ADMIN},
    MENDING: {QUEUE: _OWNER, INACTIVE: _ADMIN},
    INACTIVE: {DRAFT: _ADMIN},
}
"""From where to where, by whom. What isn't here doesn't happen. The system publishes where nobody reviews."""

EDITABLE = frozenset(Status) - {INACTIVE}
"""States in which a product's data may change."""


def may_move(status: Status, to: Status, actors: frozenset[Actor]) -> bool:
    """Whether one of ``actors`` may lead a product from ``status`` to ``to``."""
    return bool(MOVES[status].get(to, frozenset()) & actors)


def moves_of(status: Status, actors: frozenset[Actor]) -> list[Status]:
    """Where ``actors`` may lead a product, in the order of the table."""
    return [to for to in MOVES[status] if may_move(status, to, actors)]
