"""The table of a market's life: which moves there are, and who makes them.

    unpaid ──(system: paid)──▶ paid_under_creation ──(owner)──▶ in_publication_queue ──(admin)──▶ published
       ▲  ╲ payment_pending ╱         ▲                        ▲        │ admin             │ │
       │                              │ admin              owner│        ▼                   │ └ system: edited ─▶ queue
       │                           inactive ◀── all      needs_editing / non_publication ◀───┘ owner unpublishes
       └── system: subscription has ended, from every paid state

Nobody publishes his own market: only an admin leads into ``published``, and only out of the queue. Nobody wakes his own
inactive market: only an admin does. Nobody calls himself paid: only the system does.
"""

from __future__ import annotations

from typing import Literal

from asoud_market.models import ApprovalKind, Status

Actor = Literal["owner", "admin", "system"]
"""``owner`` is whoever may operate the market, ``admin`` the site's staff, ``system`` the platform itself."""

UNPAID, PENDING, CREATING = Status.UNPAID_UNDER_CREATION, Status.PAYMENT_PENDING, Status.PAID_UNDER_CREATION
QUEUE, HIDDEN, MENDING = Status.PAID_IN_PUBLICATION_QUEUE, Status.PAID_NON_PUBLICATION, Status.PAID_NEEDS_EDITING
PUBLIC, INACTIVE = Status.PUBLISHED, Status.INACTIVE

_BOTH: frozenset[Actor] = frozenset(("owner", "admin"))
_OWNER: frozenset[Actor] = frozenset(("owner",))
_ADMIN: frozenset[Actor] = frozenset(("admin",))
_SYSTEM: frozenset[Actor] = frozenset(("system",))

MOVES: dict[Status, dict[Status, frozenset[Actor]]] = {
    UNPAID: {PENDING: _SYSTEM, CREATING: _SYSTEM, INACTIVE: _BOTH},
    PENDING: {CREATING: _SYSTEM, UNPAID: _OWNER | _SYSTEM, INACTIVE: _BOTH},
    CREATING: {QUEUE: _OWNER, HIDDEN: _OWNER, INACTIVE: _BOTH, UNPAID: _SYSTEM},
    QUEUE: {PUBLIC: _ADMIN, MENDING: _ADMIN, HIDDEN: _BOTH, INACTIVE: _BOTH, UNPAID: _SYSTEM},
    HIDDEN: {QUEUE: _OWNER, MENDING: _ADMIN, INACTIVE: _BOTH, UNPAID: _SYSTEM},
    MENDING: {QUEUE: _OWNER, INACTIVE: _BOTH, UNPAID: _SYSTEM},
    PUBLIC: {QUEUE: _SYSTEM, MENDING: _ADMIN, HIDDEN: _BOTH, INACTIVE: _BOTH, UNPAID: _SYSTEM},
    INACTIVE: {CREATING: _ADMIN, UNPAID: _ADMIN},
}
"""From where to where, by whom. What isn't here doesn't happen."""

REQUESTS: dict[ApprovalKind, frozenset[Status]] = {
    ApprovalKind.PUBLICATION: frozenset((CREATING, HIDDEN)),
    ApprovalKind.EDITING: frozenset((MENDING,)),
    ApprovalKind.REACTIVATION: frozenset((INACTIVE,)),
}
"""In which states an owner may ask for what; an edit of a published market asks for ``editing`` by itself."""

EDITABLE = frozenset(Status) - {INACTIVE, PENDING}
"""States in which a market's data may change. In the queue they may too: whoever decides names the version he saw."""

PAID = frozenset((CREATING, QUEUE, HIDDEN, MENDING, PUBLIC))
"""States that only a paid market has."""


def may_move(status: Status, to: Status, actors: frozenset[Actor]) -> bool:
    """Whether one of ``actors`` may lead a market from ``status`` to ``to``."""
    return bool(MOVES[status].get(to, frozenset()) & actors)


def moves_of(status: Status, actors: frozenset[Actor], *, is_paid: bool) -> list[Status]:
    """Where ``actors`` may lead a market, in the order of the table; never to a paid state while it isn't paid."""
    return [
        to
        for to in MOVES[status]
        if may_move(status, to, actors) and (status is not INACTIVE or (to in PAID) == is_paid)
    ]


def requests_of(status: Status) -> list[ApprovalKind]:
    """What an owner may ask for in a state."""
    return [kind for kind, states in REQUESTS.items() if status in states]
