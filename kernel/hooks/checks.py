"""Checks of hooks at boot: specs registered with pluggy, implementations verified against them, typos found."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pluggy

from kernel.addons.contributions import Contribution
from kernel.addons.graph import Fault
from kernel.context import KERNEL
from kernel.hooks.specs import HookSpec

if TYPE_CHECKING:
    from kernel.addons.registry import Registry

Own = Mapping[tuple[str, str], Contribution]
"""What the addon under the check offers itself, by kind and key."""
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
    """A fault for each implementation with a name that its loaded owner doesn't offer, a wrong signature or phase.

    Replacements of services that don't exist are found likewise.
    """
    faults = []
    own = {(c.kind, c.key): c for c in contributions}
    for contribution in contributions:
        check = _REASONS.get(contribution.kind)
        if check is not None and (reason := check(registry, own, contribution)):
            mend = f"Mend {contribution.value.function.__qualname__} in {contribution.module}."
            faults.append(Fault(contribution.owner, contribution.kind, reason, mend))
    return faults


def _absent(registry: Registry, what: str, name: str, contribution: Contribution) -> str | None:
    """Said of a name that its owner doesn't offer; nothing when the owner isn't here: the implementation then rests."""
    owner = name.partition(".")[0]
    known = owner in registry.loaded or owner in (contribution.owner, KERNEL)
    return f"{what} {name!r} doesn't exist: {owner} offers no {what} of that name." if known else None


def _replacement_reason(registry: Registry, own: Own, contribution: Contribution) -> str | None:
    name = contribution.key
    there = own.get(("replaceable", name)) or registry.find("replaceable", name)
    return None if there else _absent(registry, "service", name, contribution)


def _hook_reason(registry: Registry, own: Own, contribution: Contribution) -> str | None:
    name = contribution.value.hook
    spec = own.get(("hookspec", name)) or registry.find("hookspec", name)
    if spec is None:
        return _absent(registry, "hook", name, contribution)
    phase, phases = contribution.value.phase, spec.value.phases
    if phase is not None and phase not in phases:
        return f"hook {name!r} has no phase {phase!r}; its phases are {', '.join(phases) or 'none'}."
    if message := _signature_fault(spec.value, contribution):
        return f"hook {name!r} is implemented with a wrong signature: {message}."
    return None


_REASONS = {"hook": _hook_reason, "replacement": _replacement_reason}
