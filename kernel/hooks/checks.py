"""Checks of hooks at boot: specs registered with pluggy, implementations verified against them, typos found."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pluggy

from kernel.addons.contributions import Contribution
from kernel.addons.graph import Fault
from kernel.hooks.specs import HookSpec

if TYPE_CHECKING:
    from kernel.addons.registry import Registry

_spec, _impl = pluggy.HookspecMarker("asoud"), pluggy.HookimplMarker("asoud")


def pluggy_name(hook: str) -> str:
    """A hook's name as an attribute: ``users.personal_data`` becomes ``users__personal_data``."""
    return hook.replace(".", "__")


def _copy(function: Any) -> Any:
    """A twin of a function: pluggy's marks must not land on the author's own object, which may implement two hooks."""

    def twin(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    twin.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]  # functions take attributes
    twin.__wrapped__ = function  # type: ignore[attr-defined]  # pluggy reads the arguments through it
    return twin


def _signature_fault(spec: HookSpec[..., Any], contribution: Contribution) -> str | None:
    """What pluggy says of an implementation that doesn't fit its spec."""
    verifier, name = pluggy.PluginManager("asoud"), pluggy_name(spec.name)
    verifier.add_hookspecs(type("Specs", (), {name: staticmethod(_spec(_copy(spec.function)))}))
    try:
        verifier.register(SimpleNamespace(**{name: _impl(_copy(contribution.value.function))}), name=contribution.key)
    except pluggy.PluginValidationError as error:
        return str(error).splitlines()[-1].strip()
    return None


def hook_faults(registry: Registry, contributions: Sequence[Contribution]) -> list[Fault]:
    """A fault for each implementation with a name that its loaded owner doesn't offer, a wrong signature or phase."""
    faults = []
    own = {c.key: c for c in contributions if c.kind == "hookspec"}
    for contribution in contributions:
        if contribution.kind == "hook" and (reason := _reason(registry, own, contribution)):
            mend = f"Mend {contribution.value.function.__qualname__} in {contribution.module}."
            faults.append(Fault(contribution.owner, "hook", reason, mend))
    return faults


def _reason(registry: Registry, own: dict[str, Contribution], contribution: Contribution) -> str | None:
    name = contribution.value.hook
    spec = own.get(name) or registry.find("hookspec", name)
    if spec is None:
        owner = name.partition(".")[0]
        known = owner in registry.loaded or owner == contribution.owner or owner == "kernel"
        return f"hook {name!r} doesn't exist: {owner} offers no hook of that name." if known else None
    phase, phases = contribution.value.phase, spec.value.phases
    if phase is not None and phase not in phases:
        return f"hook {name!r} has no phase {phase!r}; its phases are {', '.join(phases) or 'none'}."
    if message := _signature_fault(spec.value, contribution):
        return f"hook {name!r} is implemented with a wrong signature: {message}."
    return None
