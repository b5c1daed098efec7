"""The thin layer between an RQ message and the function that acts on it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

from kernel.runtime import platform

P = ParamSpec("P")


def receiver(function: Callable[P, None]) -> Callable[P, None]:
    """Mark a function that messages name. Work that it could not settle is left to other workers."""

    @functools.wraps(function)
    def receive(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except BaseException:
            platform.jobs.workforce.start_afresh()
            raise

    return receive
