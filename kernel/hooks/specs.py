"""Declaring hooks (`hookspec.collect` and its sisters) and implementing them (`hook`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, Generic, Literal, ParamSpec, TypeVar, cast

from kernel.addons.contributions import contribute
from kernel.addons.discovery import owner_of
from kernel.runtime import platform

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])

Kind = Literal["collect", "first", "check", "pipeline"]


class HookSpec(Generic[P, R]):
    """A declared hook. Calling it calls the implementations; what comes back depends on its kind."""

    def __init__(self, kind: Kind, function: Callable[..., Any], phases: tuple[str, ...] = ()) -> None:
        self.kind = kind
        self.function = function
        self.phases = phases
        self.name = f"{owner_of(function.__module__)}.{function.__name__}"
        update_wrapper(self, function)
        contribute("hookspec", self.name, self, module=function.__module__)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call every implementation of an enabled addon; arguments by keyword (a pipeline's value comes first)."""
        return cast(R, platform.hooks.call(self, args, kwargs))


class hookspec:
    """Decorators that declare a hook. The function is its signature and documentation; its body never runs."""

    @staticmethod
    def collect(function: Callable[P, R]) -> HookSpec[P, list[R]]:
        """Every value but None, in graph order. An implementation that fails is logged, reported and left out."""
        return HookSpec("collect", function)

    @staticmethod
    def first(function: Callable[P, R]) -> HookSpec[P, R | None]:
        """The first answer that is not None, asking dependents before what they depend on. Errors propagate."""
        return HookSpec("first", function)

    @staticmethod
    def check(function: Callable[P, None]) -> HookSpec[P, None]:
        """Any implementation may refuse by raising a Problem; the first refusal propagates."""
        return HookSpec("check", function)

    @staticmethod
    def pipeline(*phases: str) -> Callable[[Callable[P, R]], HookSpec[P, R]]:
        """The first argument is passed through every implementation: phase by phase, inside a phase in graph order.

        An implementation answers with the new value, or None to leave it as it is. Errors propagate.
        """

        def declare(function: Callable[P, R]) -> HookSpec[P, R]:
            return HookSpec("pipeline", function, phases or ("main",))

        return declare


@dataclass(frozen=True, slots=True)
class Implementation:
    """A function that implements the hook called ``hook``."""

    hook: str
    function: Callable[..., Any]
    phase: str | None


def hook(name: str, *, phase: str | None = None) -> Callable[[F], F]:
    """Implement the hook ``name`` (``<owner>.<function>``); take only the arguments you need, by the spec's names.

    An implementation of a hook whose owner isn't installed rests. ``phase`` is for pipelines of several phases.
    """

    def register(function: F) -> F:
        owner = owner_of(function.__module__)
        implementation = Implementation(name, function, phase)
        contribute("hook", f"{name}:{owner}.{function.__name__}", implementation, module=function.__module__)
        return function

    return register
