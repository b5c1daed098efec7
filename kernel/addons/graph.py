"""The order in which addons load, and who cannot take part.

An addon depends on the addons that its distribution requires. Order is depth, then name:

    iran    region    hello   depth 0: they need no addon; by name: hello, iran, region
      \\    /
      users                   depth 1: users needs both, so it comes after both
        |
       chat                   depth 2

Corner cases, all found in one pass:
* a cycle ``a -> b -> a``: every addon on it and every addon above it is faulty, the rest is not;
* a requirement that no distribution here meets: faulty, whether the missing thing is an addon or a plain library;
* two distributions with one addon name: the first (by the distribution's name) stays, the others are left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from packaging.utils import canonicalize_name

from kernel import __version__
from kernel.addons.discovery import PLATFORM_DISTRIBUTION, Candidate

RESERVED = {
    *("kernel", "run", "realtime", "worker", "cron", "emulate", "addons", "db", "demo", "doctor", "jobs"),
    *("openapi", "problems", "settings", "health", "docs", "metrics", "static"),
}
"""Names that the platform uses itself, in its addresses and commands."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an addon cannot be used: a stable code, the reason, the mend, and whose fault it stems from."""

    addon: str
    code: str
    reason: str
    mend: str
    chain: tuple[str, ...] = ()
    """Names from this addon down to the one that is at fault; empty when it is its own fault."""

    def __str__(self) -> str:
        through = f" (through {' -> '.join(self.chain)})" if self.chain else ""
        return f"{self.addon}: {self.reason}{through} {self.mend}"


@dataclass(frozen=True)
class Graph:
    """The usable candidates in load order, their direct dependencies, and everyone's faults."""

    order: tuple[Candidate, ...]
    dependencies: Mapping[str, frozenset[str]]
    faults: Mapping[str, tuple[Fault, ...]]

    def candidate(self, name: str) -> Candidate | None:
        """The usable candidate of that name."""
        return next((candidate for candidate in self.order if candidate.name == name), None)

    def closure(self, name: str) -> list[str]:
        """``name`` and everything that it needs, in load order."""
        needed, todo = set(), [name]
        while todo:
            current = todo.pop()
            if current not in needed:
                needed.add(current)
                todo.extend(self.dependencies.get(current, ()))
        return [candidate.name for candidate in self.order if candidate.name in needed]

    def dependents(self, name: str) -> list[str]:
        """Every addon that needs ``name``, directly or through others, in load order."""
        return [c.name for c in self.order if c.name != name and name in self.closure(c.name)]


def inherited(addon: str, origin: str, fault: Fault) -> Fault:
    """The fault that ``addon`` has because it needs ``origin``, which has ``fault``."""
    chain = (addon, *(fault.chain or (origin,)))
    return Fault(addon, "dependency", f"needs {chain[1]}, which cannot be used: {fault.reason}", fault.mend, chain)


def _installed_version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _own_faults(candidate: Candidate) -> list[Fault]:
    name, mend = candidate.name, f"Mend {candidate.distribution} or install another version of it."
    faults = [Fault(name, "metadata", reason, mend) for reason in candidate.unreadable]
    if not _NAME.match(name):
        faults.append(
            Fault(name, "name", f"{name!r} is no addon name.", "Use lower-case letters, digits and _, a letter first.")
        )
    if name in RESERVED:
        faults.append(Fault(name, "name", f"{name!r} is a name of the platform's own.", "Give the addon another name."))
    kernel_range = candidate.kernel_range
    if kernel_range is not None and not kernel_range.contains(__version__, prereleases=True):
        faults.append(
            Fault(
                name,
                "kernel_version",
                f"works with asoud{kernel_range}, this is asoud {__version__}.",
                f"Install a version of {candidate.distribution} that is made for it, or change the platform's version.",
            )
        )
    for requirement in candidate.requires:
        here = _installed_version(requirement.name)
        if canonicalize_name(requirement.name) == PLATFORM_DISTRIBUTION:
            continue
        if here is None:
            faults.append(
                Fault(
                    name,
                    "missing_dependency",
                    f"requires {requirement}, which is not installed.",
                    f"Run: pip install '{requirement}'",
                )
            )
        elif not requirement.specifier.contains(here, prereleases=True):
            faults.append(
                Fault(
                    name,
                    "dependency_version",
                    f"requires {requirement}, here is {here}.",
                    f"Run: pip install '{requirement}'",
                )
            )
    return faults


def _unique(candidates: Iterable[Candidate]) -> tuple[dict[str, Candidate], list[Fault]]:
    """The first distribution of every name, and a fault for each one that comes later and is left out."""
    chosen: dict[str, Candidate] = {}
    faults = []
    for candidate in candidates:
        first = chosen.setdefault(candidate.name, candidate)
        if first is not candidate:
            pair = f"{first.distribution} and {candidate.distribution}"
            reason = f"two distributions, {pair}, are both called {candidate.name!r}; the second is left out."
            faults.append(
                Fault(
                    candidate.name, "duplicate_name", reason, f"Uninstall one: pip uninstall {candidate.distribution}"
                )
            )
    return chosen, faults


def build(candidates: Iterable[Candidate]) -> Graph:
    """Order the candidates and find every fault that metadata alone shows."""
    faults: dict[str, list[Fault]] = defaultdict(list)
    chosen, left_out = _unique(candidates)
    by_distribution = {candidate.distribution: candidate.name for candidate in chosen.values()}
    dependencies = {
        candidate.name: frozenset(
            by_distribution[canonicalize_name(requirement.name)]
            for requirement in candidate.requires
            if canonicalize_name(requirement.name) in by_distribution
        )
        for candidate in chosen.values()
    }
    for candidate in chosen.values():
        faults[candidate.name].extend(_own_faults(candidate))
    depths = _depths(dependencies, faults)
    ordered = sorted(depths, key=lambda name: (depths[name], name))
    for name in ordered:
        for needed in sorted(dependencies[name]):
            if faults[needed]:
                faults[name].append(inherited(name, needed, faults[needed][0]))
    usable = tuple(chosen[name] for name in ordered if not faults[name])
    for fault in left_out:
        faults[fault.addon].append(fault)
    return Graph(usable, dependencies, {name: tuple(found) for name, found in faults.items() if found})


def _depths(dependencies: Mapping[str, frozenset[str]], faults: dict[str, list[Fault]]) -> dict[str, int]:
    """Depth of every addon; those that never get one stand on a cycle or above one."""
    depths: dict[str, int] = {}
    waiting = dict(dependencies)
    while ready := [name for name, needed in waiting.items() if all(item in depths for item in needed)]:
        for name in ready:
            depths[name] = max((depths[item] + 1 for item in waiting.pop(name)), default=0)
    for name in sorted(waiting):
        cycle = _cycle(name, dependencies)
        shown = " -> ".join((*cycle, cycle[0])) if cycle else ""
        if cycle and name in cycle:
            reason = f"its requirements form a circle: {shown}."
            faults[name].append(Fault(name, "cycle", reason, "Let one of them do without the other."))
        else:
            origin = min(dependencies[name] & waiting.keys())
            fault = Fault(
                origin, "cycle", f"the requirements form a circle: {shown}.", "Let one of them do without the other."
            )
            faults[name].append(inherited(name, origin, fault))
    return depths


def _cycle(start: str, dependencies: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """The first circle that is met when walking down from ``start``, in the order of the walk."""
    path: list[str] = []

    def walk(name: str) -> tuple[str, ...]:
        if name in path:
            return tuple(path[path.index(name) :])
        path.append(name)
        for needed in sorted(dependencies.get(name, ())):
            if found := walk(needed):
                return found
        path.pop()
        return ()

    return walk(start)
