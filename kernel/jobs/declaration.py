"""`@job` and `@cron`: functions that a worker runs, later or by the clock."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, ParamSpec, TypeVar, overload
from uuid import UUID

from kernel.addons.contributions import contribute
from kernel.addons.discovery import owner_of
from kernel.jobs.naming import contribute_function, function_key
from kernel.jobs.queues import check_queue
from kernel.jobs.schedule import Every, Expression, Schedule

P = ParamSpec("P")
R = TypeVar("R")
_RESERVED = {"at", "delay"}


class Job(Generic[P, R]):
    """A function that can be enqueued; calling it runs it at once, like any function."""

    def __init__(
        self,
        function: Callable[P, R],
        *,
        queue: str,
        timeout: int,
        retries: int,
        unique: bool,
        transactional: bool,
        name: str | None,
    ) -> None:
        functools.update_wrapper(self, function)
        self.key = function_key(function, name)
        self.owner = owner_of(function.__module__)
        self.function = function
        self.queue, self.timeout, self.retries = queue, timeout, retries
        self.unique, self.transactional = unique, transactional
        self.signature = inspect.signature(function)
        self._check()
        contribute_function("job", function, self, name)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the function here and now."""
        return self.function(*args, **kwargs)

    def enqueue(self, *, at: datetime | None = None, delay: timedelta | float = 0, **kwargs: Any) -> UUID:
        """Have a worker run it once the caller's transaction has committed; returns the job's id.

        ``at`` (aware) or ``delay`` (seconds) puts it off. Arguments are named and must be JSON; they are checked here:
        TypeError names the wrong one. A ``unique`` job that waits already with the same arguments is not added again.
        """
        from kernel.jobs.enqueue import enqueue

        return enqueue(self, kwargs, at=at, delay=delay)

    def _check(self) -> None:
        where = f"job {self.key!r}"
        check_queue(self.queue, where)
        if self.timeout < 1 or self.retries < 0:
            raise ValueError(f"{where}: timeout is 1 second or more, retries 0 or more.")
        for parameter in self.signature.parameters.values():
            if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                raise TypeError(f"{where}: parameter {parameter.name!r} must be one that can be passed by name.")
            if parameter.name in _RESERVED:
                raise TypeError(f"{where}: a parameter cannot be called {parameter.name!r}; enqueue() uses that name.")


@overload
def job(function: Callable[P, R], /) -> Job[P, R]: ...


@overload
def job(
    *,
    queue: str = ...,
    timeout: int = ...,
    retries: int = ...,
    unique: bool = ...,
    transactional: bool = ...,
    name: str | None = ...,
) -> Callable[[Callable[P, R]], Job[P, R]]: ...


def job(
    function: Callable[P, R] | None = None,
    /,
    *,
    queue: str = "default",
    timeout: int = 60,
    retries: int = 3,
    unique: bool = False,
    transactional: bool = False,
    name: str | None = None,
) -> Job[P, R] | Callable[[Callable[P, R]], Job[P, R]]:
    """Make the function a `Job` of its addon.

    A job may run more than once when a worker dies in the middle. With ``transactional`` it runs in one transaction
    together with its done mark, so that what it does to the database happens once; keep such a job short and let it
    call nothing outside. ``timeout`` is in seconds; a job that raises or is too slow is tried again ``retries`` times,
    later each time, and then lies among the dead ones. ``unique``: while one waits for its first run, enqueueing
    another with the same arguments gives the waiting one's id.
    """

    def declare(target: Callable[P, R]) -> Job[P, R]:
        return Job(
            target,
            queue=queue,
            timeout=timeout,
            retries=retries,
            unique=unique,
            transactional=transactional,
            name=name,
        )

    return declare(function) if function is not None else declare


@dataclass(frozen=True, slots=True)
class Cron:
    """A job and when it is due; the value of its contribution, under the job's key."""

    job: Job[[], Any]
    schedule: Schedule


def cron(
    expression: str | None = None,
    *,
    every: int | None = None,
    queue: str = "default",
    timeout: int = 300,
    retries: int = 3,
    name: str | None = None,
) -> Callable[[Callable[[], R]], Job[[], R]]:
    """Run the function by the clock: ``@cron("*/5 * * * *")`` in the site's time zone, or ``@cron(every=60)`` seconds.

    Over a ``@job`` it takes that job's queue, timeout and retries. Each slot runs once, on however many machines the
    cron process runs. After a pause, or when a run takes longer than a slot, it catches up with one run, not with all.
    ValueError for an expression that means nothing.
    """
    if (expression is None) == (every is None):
        raise ValueError("cron: give either an expression or every=<seconds>.")
    schedule: Schedule = Expression(expression) if expression is not None else Every(every or 0)

    def declare(function: Callable[[], R]) -> Job[[], R]:
        made = (
            function
            if isinstance(function, Job)
            else Job(
                function, queue=queue, timeout=timeout, retries=retries, unique=False, transactional=False, name=name
            )
        )
        if made.signature.parameters:
            raise TypeError(f"cron {made.key!r}: the function must take no arguments.")
        contribute("cron", made.key, Cron(made, schedule), module=made.function.__module__)
        return made

    return declare
