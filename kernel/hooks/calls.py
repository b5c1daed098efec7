"""Calling hooks: order, isolation, gating, and an eye on slow ones."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from kernel.addons import inbox
from kernel.context import in_addon
from kernel.db import WritersCollided, transaction
from kernel.hooks.specs import HookSpec
from kernel.runtime import platform

if TYPE_CHECKING:
    from flask import Flask

    from kernel.db import Database
    from kernel.runtime import Platform

log = structlog.get_logger(__name__)

SLOW_SECONDS = 0.5
"""An implementation that takes longer is reported in the health inbox."""


@dataclass(frozen=True, slots=True)
class _Call:
    owner: str
    function: Callable[..., Any]
    wanted: tuple[str, ...] | None
    """The arguments that it asks for; None for all of them."""
    key: str

    def __call__(self, values: Mapping[str, Any]) -> Any:
        """Run as code of the addon, with just the arguments that it asks for."""
        if self.wanted is not None:
            values = {name: values[name] for name in self.wanted if name in values}
        started = time.perf_counter()
        with in_addon(self.owner):
            answer = self.function(**values)
        if (took := time.perf_counter() - started) > SLOW_SECONDS:
            inbox.report_problem(self.owner, "slow_hook", self.key, f"{self.key} took {took:.1f} s.")
        return answer


class Hooks:
    """The implementations of this process, resolved once per hook and generation."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._specs = {c.key: c.value for c in platform.registry.contributions("hookspec")}
        self._resolved: dict[str, tuple[int, tuple[_Call, ...]]] = {}

    def spec(self, name: str) -> HookSpec[..., Any] | None:
        """The hook called ``name``, or None where no loaded addon offers it."""
        return self._specs.get(name)

    def calls(self, spec: HookSpec[..., Any]) -> tuple[_Call, ...]:
        """The implementations that count now, in the order in which they are called."""
        generation = self._platform.gate.generation
        known = self._resolved.get(spec.name)
        if known is None or known[0] != generation:
            known = self._resolved[spec.name] = (generation, self._resolve(spec))
        return known[1]

    def _resolve(self, spec: HookSpec[..., Any]) -> tuple[_Call, ...]:
        contributions = [
            contribution
            for contribution in self._platform.registry.contributions("hook")
            if contribution.value.hook == spec.name and self._platform.gate.counts(contribution)
        ]
        if spec.kind == "pipeline":
            contributions.sort(key=lambda c: spec.phases.index(c.value.phase or spec.phases[0]))
        if spec.kind == "first":
            contributions.reverse()
        return tuple(_Call(c.owner, c.value.function, _wanted(spec, c.value.function), c.key) for c in contributions)

    def call(self, spec: HookSpec[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Call a hook by its spec; see `hookspec` for what each kind answers."""
        values = inspect.signature(spec.function).bind(*args, **kwargs).arguments if args else kwargs
        return _KINDS[spec.kind](self._platform.db, spec, self.calls(spec), values)


def _wanted(spec: HookSpec[..., Any], function: Callable[..., Any]) -> tuple[str, ...] | None:
    asked = tuple(inspect.signature(function).parameters)
    return None if set(asked).issuperset(inspect.signature(spec.function).parameters) else asked


def init_app(app: Flask, platform: Platform) -> None:
    """Take the hooks of the loaded addons."""
    platform.hooks = Hooks(platform)


def call_hook(name: str, **values: Any) -> Any:
    """Call a hook by name. Where no loaded addon offers it the answer is None: the neighbour isn't there."""
    spec = platform.hooks.spec(name)
    return None if spec is None else platform.hooks.call(spec, (), values)


def _collect(db: Database, spec: HookSpec[..., Any], calls: Iterable[_Call], values: Mapping[str, Any]) -> list[Any]:
    answers = []
    writing = db.in_transaction()
    for call in calls:
        try:
            if writing:  # a savepoint of its own: what a failing one has written goes, the rest stays
                with transaction(nested=True):
                    answer = call(values)
            else:
                answer = call(values)
        except WritersCollided:  # nobody's fault: the caller's transaction has to begin again
            raise
        except Exception as error:  # one addon's fault must not cost the others' answers
            log.exception("hook_failed", hook=spec.name, addon=call.owner)
            inbox.report_problem(call.owner, "hook_failed", call.key, f"{type(error).__name__}: {error}", "error")
            continue
        if answer is not None:
            answers.append(answer)
    return answers


def _first(_: Database, spec: HookSpec[..., Any], calls: Iterable[_Call], values: Mapping[str, Any]) -> Any:
    for call in calls:
        if (answer := call(values)) is not None:
            return answer
    return None


def _check(_: Database, spec: HookSpec[..., Any], calls: Iterable[_Call], values: Mapping[str, Any]) -> None:
    for call in calls:
        call(values)


def _pipeline(_: Database, spec: HookSpec[..., Any], calls: Iterable[_Call], values: Mapping[str, Any]) -> Any:
    passed = next(iter(inspect.signature(spec.function).parameters))
    current = dict(values)
    for call in calls:
        answer = call(current)
        if answer is not None:
            current[passed] = answer
    return current[passed]


_KINDS: Mapping[str, Callable[..., Any]] = {
    "collect": _collect,
    "first": _first,
    "check": _check,
    "pipeline": _pipeline,
}
