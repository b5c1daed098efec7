"""Switching installed addons on and off, live: a change of rows that every process follows within a second."""

from __future__ import annotations

from collections.abc import Sequence

from kernel.addons import audit, state
from kernel.addons.discovery import discover
from kernel.addons.graph import Graph, build
from kernel.db import transaction
from kernel.errors import OperatorError


def _installed_or_refuse(name: str) -> state.Snapshot:
    snapshot = state.read()
    if name not in snapshot.installed:
        raise OperatorError(f"{name}: is not installed. Run: asoud addons install {name}")
    return snapshot


def enabled_dependents(graph: Graph, name: str, snapshot: state.Snapshot) -> list[str]:
    """Enabled addons that need ``name``, those that nothing needs first."""
    return [item for item in reversed(graph.dependents(name)) if item in snapshot.enabled]


def enable(name: str, *, actor: str) -> list[str]:
    """Switch ``name`` on; the names that changed. Raises OperatorError if it isn't there, or needs one that is off."""
    with audit.lifecycle_lock():
        snapshot = _installed_or_refuse(name)
        graph = build(discover())
        if name in snapshot.enabled:
            return []
        off = [item for item in graph.closure(name) if item != name and item not in snapshot.enabled]
        if off:
            first = f"Run: asoud addons enable {off[0]}"
            raise OperatorError(f"{name}: needs {', '.join(off)}, switched off at the moment. {first}")
        return _switch([name], True, actor)


def disable(name: str, *, actor: str, cascade: bool = False) -> list[str]:
    """Switch ``name`` off, its data stays; the names that changed.

    Raises OperatorError when enabled addons need it, unless ``cascade`` switches those off too.
    """
    with audit.lifecycle_lock():
        snapshot = _installed_or_refuse(name)
        if name not in snapshot.enabled:
            return []
        above = enabled_dependents(build(discover()), name, snapshot)
        if above and not cascade:
            raise OperatorError(f"{name} is needed by {', '.join(above)}. Disable those first, or use --cascade.")
        return _switch([*above, name], False, actor)


def _switch(names: Sequence[str], enabled: bool, actor: str) -> list[str]:
    for name in names:
        with audit.action(name, "enable" if enabled else "disable", actor), transaction():
            row = state.row_of(name)
            assert row is not None  # it is installed
            row.enabled = enabled
            state.raise_generation(boot=False)
    return list(names)
