"""`@raises`: the problems that an endpoint answers with, for OpenAPI and the reference of error codes."""

from __future__ import annotations

from collections.abc import Callable

from kernel import errors
from kernel.addons.contributions import contribute
from kernel.errors import Problem
from kernel.rest.endpoint import F, endpoint_of

for _problem in vars(errors).values():  # what every endpoint may answer with, without naming it
    if isinstance(_problem, type) and issubclass(_problem, Problem) and _problem is not Problem:
        contribute("code", _problem.code, _problem, module=_problem.__module__)


def raises(*problems: type[Problem]) -> Callable[[F], F]:
    """Say which problems the view may answer with, beyond those that its access, input and limits imply."""
    for problem in problems:
        if problem is Problem:
            raise TypeError("raises: name a subclass of Problem, which has a code of its own.")
        contribute("code", problem.code, problem, module=problem.__module__)

    def mark(function: F) -> F:
        endpoint_of(function).problems.extend(problems)
        return function

    return mark
