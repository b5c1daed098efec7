from __future__ import annotations

import threading

from kernel.db.turns import Turns


def test_turns_come_in_the_order_of_asking() -> None:
    turns, order, threads = Turns(), [], []
    assert turns.acquire(timeout=0)

    def take(number: int) -> None:
        turns.acquire(timeout=10)
        order.append(number)
        turns.release()

    for number in range(5):
        threads.append(threading.Thread(target=take, args=(number,)))
        threads[-1].start()
        while len(turns._waiting) <= number:
            threading.Event().wait(0.001)
    turns.release()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]
    assert turns.acquire(timeout=0)


def test_who_gives_up_leaves_the_line() -> None:
    turns = Turns()
    assert turns.acquire(timeout=0)
    assert not turns.acquire(timeout=0.01)
    assert not turns._waiting
    turns.release()
    assert turns.acquire(timeout=0)


def test_a_turn_that_comes_in_the_last_moment_is_kept() -> None:
    turns = Turns()
    assert turns.acquire(timeout=0)

    class Late:
        """The guard, which lets the holder release just before the waiter looks whether it still waits."""

        def __init__(self, lock: threading.Lock) -> None:
            self.lock, self.entered = lock, 0

        def __enter__(self) -> None:
            self.entered += 1
            if self.entered == 2:
                turns._waiting.popleft().release()
            self.lock.acquire()

        def __exit__(self, *_: object) -> None:
            self.lock.release()

    turns._guard = Late(threading.Lock())  # type: ignore[assignment]  # stands in for the lock
    assert turns.acquire(timeout=0.01)
