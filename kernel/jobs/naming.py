"""Public names of an addon's functions: jobs, crons and subscribers are stored by them, so they must stay clear."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kernel.addons.contributions import contribute, contributions_of
from kernel.addons.discovery import owner_of


def contribute_function(kind: str, function: Callable[..., Any], value: object, name: str | None) -> None:
    """Contribute ``value`` under `function_key`.

    Raises ValueError when another module of the same addon has that name already.
    """
    key = function_key(function, name)
    for other in contributions_of(owner_of(function.__module__)):
        if (other.kind, other.key) == (kind, key) and other.module != function.__module__:
            raise ValueError(
                f"{kind} {key!r} stands in {other.module} and in {function.__module__}; "
                "rename one or give it name='...'."
            )
    contribute(kind, key, value, module=function.__module__)


def function_key(function: Callable[..., Any], name: str | None = None) -> str:
    """``<addon>.<function>``, or ``<addon>.<name>`` when a name is given."""
    return f"{owner_of(function.__module__)}.{name or function.__name__}"
