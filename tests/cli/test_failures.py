"""What goes wrong, as one message for the operator."""

from __future__ import annotations

import pytest

from kernel.cli.failures import explained
from kernel.db.failures import DatabaseAway


def away(because: Exception) -> DatabaseAway:
    try:
        raise DatabaseAway from because
    except DatabaseAway as error:
        return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (away(OSError("connection refused\nIs it running?")), "the database does not answer: connection refused. "),
        (DatabaseAway("Every connection is in use."), "Every connection is in use."),
    ],
)
def test_a_database_that_is_away_is_named_with_the_reason(error: Exception, said: str) -> None:
    assert explained(error).startswith(said)
    assert "\n" not in explained(error)
