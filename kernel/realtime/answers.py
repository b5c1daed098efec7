"""The two shapes of an acknowledgement, and which problem a failure is for the client."""

from __future__ import annotations

from typing import Any

import structlog

from kernel.errors import Problem
from kernel.rest import problems

log = structlog.get_logger(__name__)


def success(data: object) -> dict[str, Any]:
    """The acknowledgement of an event that was done."""
    return {"ok": True, "data": data}


def failure(problem: Problem) -> dict[str, Any]:
    """The acknowledgement of an event that was refused or failed."""
    return {"ok": False, "error": problem_body(problem)}


def problem_body(problem: Problem) -> dict[str, Any]:
    """The problem as JSON; the number of seconds that HTTP says in Retry-After stands in ``retry_after``."""
    body = problem.to_dict()
    if "Retry-After" in problem.headers:
        body.setdefault("retry_after", int(problem.headers["Retry-After"]))
    return body


def problem_of(error: Exception, **about: object) -> Problem:
    """The problem that ``error`` is for the client; what nobody expected is logged with ``about``."""
    problem = problems.problem_of(error)
    if problem.status >= 500 and error is not problem:
        log.error("socket_event_failed", exc_info=error, **about)
    return problem
