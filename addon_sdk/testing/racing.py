"""Several things at the same moment, by real threads: for rules that two people could break together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask

from kernel.errors import Problem


def race(app: Flask, acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Call each function in a thread and an app context of its own, all begin together; what they answer, in order.

    A refusal is an answer: the `Problem` itself. Any other exception is raised here, when all have ended.
    """
    ready = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        with app.app_context():
            ready.wait()
            try:
                return act()
            except Problem as problem:
                return problem

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(one, acts))
