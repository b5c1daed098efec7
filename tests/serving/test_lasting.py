"""What is made at the start is left alone by the garbage collector; the rest is collected as ever."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from kernel.serving.lasting import made_to_last


class Ring:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_was_made_inside_is_looked_through_no_more() -> None:
    with made_to_last():
        assert not gc.isenabled()
        made = weakref.ref(Ring())
    assert gc.isenabled()
    gc.collect()
    assert made() is not None
    later = weakref.ref(Ring())
    gc.collect()
    assert later() is None


def test_a_failing_start_leaves_the_collector_on_and_freezes_nothing() -> None:
    with pytest.raises(ValueError, match="no"), made_to_last():
        raise ValueError("no")
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
