"""The table of moves itself."""

from __future__ import annotations

import pytest
from asoud_market.models import Status
from asoud_market.moves import EDITABLE, MOVES, PAID, may_move, moves_of, requests_of

ALL = [(status, to) for status in Status for to in Status]


def test_every_state_is_in_the_table_and_can_be_reached_and_left() -> None:
    assert set(MOVES) == set(Status)
    assert {to for moves in MOVES.values() for to in moves} == set(Status)
    assert all(moves for moves in MOVES.values())
    assert not any(status in moves for status, moves in MOVES.items())


def test_only_an_admin_publishes_and_only_from_the_queue() -> None:
    into = {status: moves[Status.PUBLISHED] for status, moves in MOVES.items() if Status.PUBLISHED in moves}
    assert into == {Status.PAID_IN_PUBLICATION_QUEUE: frozenset({"admin"})}


def test_only_an_admin_wakes_an_inactive_market() -> None:
    assert all(actors == {"admin"} for actors in MOVES[Status.INACTIVE].values())
    assert moves_of(Status.INACTIVE, frozenset({"owner", "system"}), is_paid=True) == []


def test_nobody_but_the_system_makes_a_market_paid() -> None:
    for status, moves in MOVES.items():
        for to, actors in moves.items():
            if to in PAID and status not in PAID and status is not Status.INACTIVE:
                assert actors == {"system"}


@pytest.mark.parametrize("is_paid", [True, False])
def test_a_woken_market_is_as_paid_as_it_was(is_paid: bool) -> None:
    (to,) = moves_of(Status.INACTIVE, frozenset({"admin"}), is_paid=is_paid)
    assert (to in PAID) == is_paid


def test_what_is_offered_is_what_is_allowed() -> None:
    for status, to in ALL:
        for actor in ("owner", "admin", "system"):
            actors = frozenset({actor})
            offered = {*moves_of(status, actors, is_paid=True), *moves_of(status, actors, is_paid=False)}
            assert (to in offered) == may_move(status, to, actors)


def test_requests_are_offered_where_they_make_sense() -> None:
    assert requests_of(Status.PUBLISHED) == []
    assert [kind.value for kind in requests_of(Status.INACTIVE)] == ["reactivation"]
    assert Status.INACTIVE not in EDITABLE
