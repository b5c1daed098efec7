"""Boot: import the installed addons in order, check each one, and take what it contributes.

One broken addon stops nothing but itself and its dependents: whatever is wrong becomes a `Fault`, all of them are
collected in one pass, and in strict mode they are raised together.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

import kernel
from kernel.addons import state
from kernel.addons.checks import contribution_faults, extension_faults, mapper_fault, schema_fault
from kernel.addons.contributions import Contribution, contributions_of
from kernel.addons.declaration import UNSOUND, Addon
from kernel.addons.discovery import Candidate, discover
from kernel.addons.graph import Fault, build, inherited
from kernel.addons.inbox import report_problem
from kernel.addons.registry import LoadedAddon, Registry
from kernel.context import KERNEL, in_addon
from kernel.errors import OperatorError

if TYPE_CHECKING:
    from kernel.runtime import Platform

log = structlog.get_logger(__name__)

MODULES = ("models", "hookspecs", "events", "schemas", "services", "hooks", "jobs", "sockets", "views")
"""Modules of an addon that every process imports, by convention, in this order; each may be a package."""
OPERATOR_MODULES = ("cli", "demo", "emulator")
"""Modules that only the command line imports."""
KERNEL_PARTS = ("views", "maintenance", "thumbnails")
"""Modules of the kernel's packages that contribute; the kernel uses the same doors as everybody else."""


class BootRefused(OperatorError):
    """Strict mode found faults; the message lists all of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


def load(platform: Platform, *, assume: Iterable[str] = ()) -> Registry:
    """Load every installed addon, and those in ``assume`` as if they were installed.

    Raises `BootRefused` in strict mode when anything is wrong with any of them.
    """
    importlib.invalidate_caches()  # a forked worker inherits what its master saw before pip ran
    graph = build(discover())
    snapshot = state.read()
    wanted = snapshot.installed | set(assume)
    registry = platform.registry = Registry(graph, snapshot.boot)
    for name in sorted(wanted & graph.faults.keys()):
        registry.quarantine(name, graph.faults[name])
    _load_kernel(registry)
    for candidate in graph.order:
        if candidate.name in wanted:
            assumed = candidate.name in assume
            if faults := _load_one(platform, registry, candidate, assumed=assumed):
                registry.quarantine(candidate.name, faults)
                _tell(platform, "addon_quarantined", candidate.name, faults)
    for loaded in list(registry.loaded.values()):
        for part, needed in loaded.declaration.requires_if.items():
            if registry.loaded.keys() >= set(needed) and (faults := _load_bridge(registry, loaded, part)):
                registry.quarantine(loaded.name, faults)
                _tell(platform, "bridge_left_out", loaded.name, faults)
    if platform.settings.strict and registry.faults:
        raise BootRefused(registry.all_faults())
    return registry


def _tell(platform: Platform, what: str, name: str, faults: Sequence[Fault]) -> None:
    """Log faults, and put clashes into the health inbox; a command shows them where they are asked for."""
    if platform.role == "cli":
        return
    log.error(what, addon=name, reasons=[str(fault) for fault in faults])
    for fault in faults:
        if fault.code == "clash":  # the rest is over once the addon is mended; this one is between two that are sound
            report_problem(name, "clash", fault.reason, f"{fault.reason} {fault.mend}", "error")


def _load_kernel(registry: Registry) -> None:
    for path in sorted(Path(kernel.__file__).parent.glob("*/*.py")):
        if path.stem in KERNEL_PARTS:
            importlib.import_module(f"kernel.{path.parent.name}.{path.stem}")
    registry.add(contributions_of(KERNEL))


def _load_one(platform: Platform, registry: Registry, candidate: Candidate, *, assumed: bool) -> list[Fault]:
    """Import, check and register one addon; the faults that keep it out, or none."""
    name = candidate.name
    for needed in sorted(registry.graph.dependencies[name]):
        if needed not in registry.loaded:
            fault = next(iter(registry.faults.get(needed, ())), None) or Fault(
                needed, "not_installed", f"{needed} is not installed.", f"Run: asoud addons install {needed}"
            )
            return [inherited(name, needed, fault)]
    if not assumed and (behind := schema_fault(candidate)):
        return [behind]
    try:
        with in_addon(name):
            loaded = _import(candidate, operator=platform.role == "cli")
    except UNSOUND as error:
        log.debug("addon_import_failed", addon=name, exc_info=True)
        return [_import_fault(candidate, error)]
    bridges = tuple(f"{candidate.package}.{part}" for part in loaded.declaration.requires_if)
    contributions = _permissions(loaded) + [c for c in contributions_of(name) if not _stands_in(c.module, bridges)]
    faults = _checked(registry, loaded, contributions)
    if not faults and (unmapped := mapper_fault(candidate)):
        faults = [unmapped]
    if not faults:
        registry.add(contributions)
        registry.loaded[name] = loaded
    return faults


def _import_fault(candidate: Candidate, error: BaseException) -> Fault:
    frames = traceback.extract_tb(error.__traceback__)
    file, line = frames[-1].filename, frames[-1].lineno
    if isinstance(error, SyntaxError):
        file, line = error.filename or file, error.lineno
    message = error.msg if isinstance(error, SyntaxError) else error
    reason = f"its code cannot be imported: {type(error).__name__}: {message} ({file}:{line})."
    mend = f"Mend {candidate.distribution} {candidate.version} or install another version of it."
    return Fault(candidate.name, "import_error", reason, mend)


def _import(candidate: Candidate, *, operator: bool) -> LoadedAddon:
    declaration = candidate.entry_point.load()
    if not isinstance(declaration, Addon):
        raise TypeError(f"the entry point {candidate.entry_point.value!r} must name an Addon(...), not {declaration!r}")
    modules = [candidate.package]
    present = {module.name for module in pkgutil.iter_modules(importlib.import_module(candidate.package).__path__)}
    for part in (*MODULES, *(OPERATOR_MODULES if operator else ())):
        if part in present:
            modules.append(f"{candidate.package}.{part}")
            importlib.import_module(modules[-1])
    return LoadedAddon(candidate, declaration, tuple(modules))


def _load_bridge(registry: Registry, loaded: LoadedAddon, part: str) -> list[Fault]:
    """Import a module that `requires_if` names. What is wrong with it leaves it out; the addon itself stays.

    Bridges come after all addons, because what they wait for may well depend on their own addon.
    """
    module = f"{loaded.candidate.package}.{part}"
    try:
        with in_addon(loaded.name):
            importlib.import_module(module)
    except UNSOUND as error:
        log.debug("bridge_import_failed", addon=loaded.name, module=module, exc_info=True)
        return [_import_fault(loaded.candidate, error)]
    contributions = [c for c in contributions_of(loaded.name) if _stands_in(c.module, (module,))]
    faults = _checked(registry, loaded, contributions)
    if not faults:
        registry.add(contributions)
    return faults


def _checked(registry: Registry, loaded: LoadedAddon, contributions: Sequence[Contribution]) -> list[Fault]:
    """Every finding of the checks; a check that itself fails over the addon's code is one too."""
    try:
        return contribution_faults(registry, loaded, contributions) or extension_faults(contributions)
    except UNSOUND as error:  # checks make schemas and read signatures: an addon's code may raise anything there
        log.debug("addon_check_failed", addon=loaded.name, exc_info=True)
        return [_import_fault(loaded.candidate, error)]


def _stands_in(module: str, parents: Iterable[str]) -> bool:
    return any(module == parent or module.startswith(f"{parent}.") for parent in parents)


def _permissions(loaded: LoadedAddon) -> list[Contribution]:
    package, declared = loaded.candidate.package, loaded.declaration.permissions.items()
    return [Contribution("permission", name, loaded.name, package, description) for name, description in declared]
