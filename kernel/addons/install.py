"""Installing and upgrading: dependencies first, migrations, callbacks; resumable after a crash at any step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flask import Flask

from kernel.addons import archive, audit, state
from kernel.addons.declaration import UNSOUND
from kernel.addons.discovery import discover
from kernel.addons.graph import Graph, build
from kernel.addons.registry import LoadedAddon
from kernel.app import create_app
from kernel.context import in_addon
from kernel.db import migrations, session, transaction
from kernel.db.statistics import analyse
from kernel.errors import OperatorError
from kernel.runtime import Platform, platform

Say = Callable[[str], None]
"""Takes one line about progress."""


def graph_or_refuse(name: str) -> Graph:
    """The graph of available addons. Raises OperatorError when ``name`` isn't there or cannot be used."""
    graph = build(discover())
    if name in graph.dependencies and name not in graph.faults:
        return graph
    if faults := graph.faults.get(name):
        raise OperatorError("\n".join(str(fault) for fault in faults))
    raise OperatorError(f"{name}: there is no such addon here. Run: pip install asoud-{name.replace('_', '-')}")


def plan(graph: Graph, name: str) -> list[str]:
    """What installing ``name`` installs, in order: what it needs, itself, and the bridges that then come too."""
    installed = set(state.read().installed)
    todo = [item for item in graph.closure(name) if item not in installed]
    while bridge := _next_bridge(graph, installed | set(todo)):
        todo.extend(item for item in graph.closure(bridge) if item not in installed and item not in todo)
    return todo


def _next_bridge(graph: Graph, present: set[str]) -> str | None:
    for candidate in graph.order:
        if candidate.name in present:
            continue
        row = state.row_of(candidate.name)
        wanted = () if row is not None and row.refused else _auto_install(candidate.name, graph)
        if wanted and present.issuperset(wanted):
            return candidate.name
    return None


def _auto_install(name: str, graph: Graph) -> Sequence[str]:
    """The addons whose presence installs the bridge ``name``; a broken candidate is no bridge."""
    candidate = graph.candidate(name)
    try:
        declaration = candidate.entry_point.load() if candidate else None
    except UNSOUND:
        return ()
    return getattr(declaration, "auto_install", ())


def install(name: str, *, actor: str, say: Say, from_archive: Path | None = None) -> list[str]:
    """Install ``name`` with all that it needs; the names that were installed (none if it was already).

    ``from_archive`` puts the data of an earlier uninstall back, in place of what `Addon.on_install` would make.
    All or none of them: first they are loaded in this process as if they were installed, and any fault refuses the
    whole before anything has changed; what fails later is undone. Raises OperatorError with the reasons and mends.
    """
    with audit.lifecycle_lock():
        graph = graph_or_refuse(name)
        names = plan(graph, name)
        if from_archive is not None:
            _check_archive(from_archive, name, names)
        row = state.row_of(name)
        if not names and row is not None and not row.enabled:
            raise OperatorError(f"{name}: is installed but disabled. Run: asoud addons enable {name}")
        if names:
            asked = graph.closure(name)
            with probe(names) as app, app.app_context(), ExitStack() as trail:
                for item in names:
                    trail.enter_context(audit.action(item, "install", actor))
                    _announce(item, auto=item not in asked)
                _install_all(names, {name: from_archive} if from_archive else {}, say)
        return names


def _check_archive(path: Path, name: str, names: Sequence[str]) -> None:
    manifest = archive.read_manifest(path)
    if manifest["addon"] != name:
        raise OperatorError(
            f"{path}: is an archive of {manifest['addon']}. Run: asoud addons install {manifest['addon']} ..."
        )
    if name not in names:
        raise OperatorError(
            f"{name}: is installed already; an archive is put back only while installing. Uninstall it first."
        )
    if migrations.owned_tables(name) or migrations.owned_columns(name) or platform.preferences.count_set(name):
        raise OperatorError(f"{name}: still has data here. Drop it first: asoud addons uninstall {name} --drop")


@contextmanager
def probe(names: Sequence[str]) -> Iterator[Flask]:
    """An app with ``names`` loaded as if they were installed, for the block.

    Raises OperatorError with every fault that one of them has.
    """
    app = create_app(platform.settings, role="cli", assume=names)
    made: Platform = app.extensions["asoud"]
    try:
        faults = [fault for name in names for fault in made.registry.faults.get(name, ())]
        if faults:
            raise OperatorError("\n".join(str(fault) for fault in faults))
        yield app
    finally:
        made.close()


def _announce(name: str, *, auto: bool) -> None:
    with transaction():
        state.save(name, "to_install", auto=auto, refused=False)


def _install_all(names: Sequence[str], archives: Mapping[str, Path], say: Say) -> None:
    """Migrate all, then let each make its first rows: one's models may have columns that another's migration adds."""
    new = [name for name in names if migrations.current_revision(name) is None]
    try:
        for name in names:
            say(f"Installing {name} ...")
            if name in archives:
                _restore(name, archives[name], say)
            migrations.upgrade(name)
        with transaction():
            for name in names:
                _first_rows(name, restored=name in archives)
                platform.events.subscribe_addon(name)
                version = platform.registry.loaded[name].candidate.version
                state.save(name, "installed", enabled=True, version=version)
            state.raise_generation(boot=True)
    except Exception as error:
        _undo(names, new)
        what = ", ".join(names)
        raise OperatorError(f"{what}: installing failed and was undone: {type(error).__name__}: {error}") from error
    for name in names:
        analyse(name)


def _first_rows(name: str, *, restored: bool) -> None:
    """Call what the addon wants called: on data that an uninstall has kept that is the upgrade, if it is one."""
    loaded, row = platform.registry.loaded[name], state.row_of(name)
    kept = row.version if row is not None else ""
    if not kept and not restored:
        _call(loaded, "on_install")
    elif kept and kept != loaded.candidate.version:
        _call(loaded, "on_upgrade", kept)


def _undo(names: Sequence[str], new: Sequence[str]) -> None:
    """Take away what an installation that failed has made; data that an earlier one had kept stays."""
    for name in reversed(new):
        migrations.drop_owner(name)
    with transaction():
        for name in names:
            state.save(name, "uninstalled", enabled=False)


def _restore(name: str, source: Path, say: Say) -> None:
    """Migrate to where the archive was taken and put its rows in; the caller migrates on from there."""
    if revision := archive.read_manifest(source)["revision"]:
        migrations.upgrade(name, revision)
    with platform.db.engine.begin() as connection:
        restored, lost = archive.restore(source, connection)
    say(f"Restored {restored} rows" + (f"; {lost} could not come back, what they point at is gone." if lost else "."))


def _call(loaded: LoadedAddon, callback: str, *args: str) -> None:
    function = getattr(loaded.declaration, callback)
    if function is not None:
        with in_addon(loaded.name):
            function(*args)


def upgrade(names: Sequence[str], *, actor: str, say: Say) -> list[str]:
    """Run the pending migrations of installed addons (all, when no name is given); the names that had some.

    A failing migration is rolled back whole and leaves its addon quarantined, the rest upgraded and running.
    Raises OperatorError after the others are done, naming those that failed.
    """
    with audit.lifecycle_lock():
        graph = build(discover())
        installed = state.read().installed
        for name in names:
            graph_or_refuse(name)
            if name not in installed:
                raise OperatorError(f"{name}: is not installed. Run: asoud addons install {name}")
        order = [c.name for c in graph.order if c.name in installed and (not names or c.name in names)]
        done, failed = [], []
        for name in order:
            try:
                if _upgrade_one(graph, name, actor=actor, say=say):
                    done.append(name)
            except OperatorError as error:
                failed.append(str(error))
        if failed:
            raise OperatorError("\n".join(failed))
        return done


def _upgrade_one(graph: Graph, name: str, *, actor: str, say: Say) -> bool:
    candidate, row = graph.candidate(name), state.row_of(name)
    assert candidate is not None  # both were looked up by the caller
    assert row is not None
    before, unfinished = row.version, row.state == "to_upgrade"  # a step that failed or crashed is done again
    if before == candidate.version and not unfinished and not migrations.pending(name):
        return False
    with audit.action(name, "upgrade", actor):
        say(f"Upgrading {name} from {before} to {candidate.version} ...")
        with transaction():
            state.save(name, "to_upgrade")
        session().expire_all()
        try:
            migrations.upgrade(name)
            with probe([name]) as app, app.app_context(), transaction():
                _call(platform.registry.loaded[name], "on_upgrade", before)
                platform.events.subscribe_addon(name)
                state.save(name, "installed", version=candidate.version)
                state.raise_generation(boot=True)
        except Exception as error:
            raise OperatorError(f"{name}: the upgrade failed; {type(error).__name__}: {error}") from error
    analyse(name)
    return True
