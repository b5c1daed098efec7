"""Services that one addon may replace or wrap; two that try is a clash that names both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar, cast

from kernel.addons.contributions import contribute
from kernel.addons.discovery import owner_of
from kernel.context import in_addon
from kernel.runtime import platform

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])


class Replaceable(Generic[P, R]):
    """A service marked `@replaceable`; calling it runs the enabled replacement, else the original."""

    def __init__(self, function: Callable[P, R]) -> None:
        self.original = function
        self.name = f"{owner_of(function.__module__)}.{function.__name__}"
        update_wrapper(self, function)
        contribute("replaceable", self.name, self, module=function.__module__)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the service, as code of the addon whose function it is."""
        contribution = platform.registry.find("replacement", self.name)
        if contribution is None or not platform.gate.counts(contribution):
            return self.original(*args, **kwargs)
        replacement: Replacement = contribution.value
        function = partial(replacement.function, self.original) if replacement.wraps else replacement.function
        with in_addon(contribution.owner):
            return cast(R, function(*args, **kwargs))


@dataclass(frozen=True, slots=True)
class Replacement:
    """What stands in for a service; one that wraps gets the original as its first argument."""

    service: str
    function: Callable[..., Any]
    wraps: bool


def replaceable(function: Callable[P, R]) -> Replaceable[P, R]:
    """Let one other addon replace or wrap this service, under the name ``<addon>.<function>``."""
    return Replaceable(function)


def replaces(service: str, *, wraps: bool = False) -> Callable[[F], F]:
    """Stand in for ``service`` while this addon is enabled; with ``wraps`` the original comes as the first argument."""

    def register(function: F) -> F:
        contribute("replacement", service, Replacement(service, function, wraps), module=function.__module__)
        return function

    return register
