"""Every addon as an operator sees it: available, enabled, disabled, quarantined with reasons, or missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from kernel.addons.declaration import UNSOUND, Addon
from kernel.addons.discovery import Candidate, discover
from kernel.addons.graph import Fault, Graph, build
from kernel.addons.models import AddonState
from kernel.addons.state import INSTALLED, kernel_is_migrated
from kernel.db import session
from kernel.errors import NotFound
from kernel.runtime import platform


@dataclass(frozen=True)
class AddonInfo:
    """One addon, its state on this site and its faults."""

    name: str
    title: str
    category: str
    icon: str
    version: str
    summary: str
    authors: str
    license: str
    state: str
    dependencies: Sequence[str]
    faults: Sequence[Fault]

    def to_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return asdict(self)


def everything() -> list[AddonInfo]:
    """All addons that are here or have been installed, in load order, the unusable ones last."""
    graph = build(discover())
    rows = {row.name: row for row in session().scalars(select(AddonState))} if kernel_is_migrated() else {}
    candidates = {candidate.name: candidate for candidate in reversed(discover())}
    order = [candidate.name for candidate in graph.order]
    known = [*order, *sorted(candidates.keys() - set(order))]
    gone = sorted(name for name, row in rows.items() if name not in candidates and row.state != "uninstalled")
    return [_info(candidates[name], graph, rows.get(name)) for name in known] + [_missing(rows[name]) for name in gone]


def one(name: str) -> AddonInfo:
    """The addon ``name``. Raises `NotFound`."""
    for info in everything():
        if info.name == name:
            return info
    raise NotFound(f"There is no addon called {name!r} here.")


def _faults(name: str, graph: Graph) -> tuple[Fault, ...]:
    return tuple(dict.fromkeys((*graph.faults.get(name, ()), *platform.registry.faults.get(name, ()))))


def _state(row: AddonState | None, quarantined: bool) -> str:
    if row is not None and row.state.startswith("to_"):
        return row.state
    if quarantined:
        return "quarantined"
    if row is None or row.state not in INSTALLED:
        return "available"
    return "enabled" if row.enabled else "disabled"


def _declaration(candidate: Candidate) -> Addon | None:
    """What the addon says of itself; None when it cannot be imported (its faults say why once it is installed)."""
    loaded = platform.registry.loaded.get(candidate.name)
    try:
        found = loaded.declaration if loaded else candidate.entry_point.load()
    except UNSOUND:
        return None
    return found if isinstance(found, Addon) else None


def _info(candidate: Candidate, graph: Graph, row: AddonState | None) -> AddonInfo:
    name, declaration = candidate.name, _declaration(candidate)
    faults = _faults(name, graph)
    if declaration is None and not faults:
        mend = f"Mend {candidate.distribution}, or: pip uninstall {candidate.distribution}"
        faults = (Fault(name, "import_error", "its code cannot be imported.", mend),)
    quarantined = bool(faults) and name not in platform.registry.loaded
    return AddonInfo(
        name,
        declaration.title if declaration else name,
        declaration.category if declaration else "other",
        declaration.icon if declaration else "puzzle",
        candidate.version,
        candidate.summary,
        candidate.authors,
        candidate.license,
        _state(row, quarantined),
        sorted(graph.dependencies.get(name, ())),
        faults,
    )


def _missing(row: AddonState) -> AddonInfo:
    mend = f"Run: pip install asoud-{row.name.replace('_', '-')}, or: asoud addons uninstall {row.name}"
    fault = Fault(row.name, "missing", "is installed on this site, but its package is not in this environment.", mend)
    return AddonInfo(row.name, row.name, "other", "puzzle", row.version, "", "", "", "missing", (), (fault,))
