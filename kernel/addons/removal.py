"""Uninstalling: show what would go, switch off, wait until no process has it loaded, then keep, archive or drop."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import func, select, table

from kernel.addons import archive, audit, processes, state
from kernel.addons.discovery import discover
from kernel.addons.graph import build
from kernel.addons.models import Process
from kernel.context import in_addon
from kernel.db import migrations, session, transaction
from kernel.errors import OperatorError
from kernel.runtime import platform
from kernel.serving.signals import signal_servers

Data = Literal["keep", "archive", "drop"]
Say = Callable[[str], None]

WAIT_SECONDS = 180.0
"""How long to wait for running processes to be replaced before giving up; nothing has been removed by then."""


@dataclass(frozen=True)
class Removal:
    """What uninstalling an addon would take away."""

    addon: str
    tables: dict[str, int]
    """Its tables, with their rows."""
    columns: dict[str, list[str]]
    """Its columns on tables of others."""
    dependents: list[str]
    permissions: list[str]
    jobs: int
    """Queued and parked jobs."""
    settings: int
    """Values that somebody set."""
    files: int
    """Uploads, which stay in the storage until the data are dropped."""
    file_bytes: int

    def to_dict(self) -> dict[str, object]:
        """For ``--json``."""
        return asdict(self)


def preview(name: str) -> Removal:
    """What would go. Raises OperatorError when the addon isn't installed and has left nothing behind."""
    tables, columns = migrations.owned_tables(name), migrations.owned_columns(name)
    row = state.row_of(name)
    settings, (files, file_bytes) = platform.preferences.count_set(name), platform.files.count_stored(name)
    if (row is None or row.state == "uninstalled") and not (tables or columns or settings or files):
        raise OperatorError(f"{name}: is not installed and has no data here. See: asoud addons list")
    rows = {item: session().scalar(select(func.count()).select_from(table(item))) or 0 for item in tables}
    installed, graph = state.read().installed, build(discover())
    dependents = [item for item in graph.dependents(name) if item in installed]
    permissions = sorted(c.key for c in platform.registry.contributions("permission") if c.owner == name)
    jobs = platform.jobs.count_waiting(name)
    return Removal(name, rows, columns, dependents, permissions, jobs, settings, files, file_bytes)


def uninstall(name: str, *, data: Data, actor: str, say: Say, archive_to: Path | None = None) -> Removal:
    """Uninstall ``name``, doing with its data as told; what went.

    Raises OperatorError when installed addons need it, or when running processes cannot be replaced in time: those
    still read its columns, so dropping them would break requests.
    """
    with audit.lifecycle_lock():
        removal = preview(name)
        if removal.dependents:
            raise OperatorError(f"{name} is needed by {', '.join(removal.dependents)}. Uninstall those first.")
        if archive_to is not None and archive_to.exists():
            raise OperatorError(f"{archive_to}: is there already. Name another file with --archive-to.")
        with audit.action(name, "uninstall", actor, data=data):
            _take_out(name, say)
            if data == "archive":
                path = archive.write(name, archive_to)
                say(f"Archived to {path}")
            if data != "keep":
                _drop(name, say)
            _forget(name, data)
    return removal


def _take_out(name: str, say: Say) -> None:
    """Make every process let go of the addon: none maps its tables and columns any more when this returns."""
    _call_on_uninstall(name)
    with transaction():
        row = state.row_of(name)
        if row is not None:
            state.save(name, "to_uninstall", enabled=False)
            state.raise_generation(boot=True)
    replace_processes(say)


def _call_on_uninstall(name: str) -> None:
    loaded = platform.registry.loaded.get(name)
    if loaded is None or loaded.declaration.on_uninstall is None:
        return
    try:
        with transaction(), in_addon(name):
            loaded.declaration.on_uninstall()
    except Exception as error:
        reason = f"its on_uninstall failed, nothing was removed; {type(error).__name__}: {error}"
        package = loaded.candidate.distribution
        mend = f"Mend {package}, or do without the call: pip uninstall {package}, then run this again."
        raise OperatorError(f"{name}: {reason}. {mend}") from error


def replace_processes(say: Say, *, wait: bool = True) -> None:
    """Have the servers' masters of this machine replace their processes, and ``wait`` until all have, everywhere.

    Raises OperatorError naming those that have not.
    """
    for line in signal_servers(platform.settings):
        say(line)
    if wait:
        wait_for_processes(say)


def wait_for_processes(say: Say, *, seconds: float = WAIT_SECONDS) -> None:
    """Wait until every running process has loaded the present boot generation.

    Raises OperatorError naming those that have not after ``seconds``.
    """
    boot, deadline, told = state.read().boot, time.monotonic() + seconds, ""
    while late := processes.behind(boot):
        names = _named(late)
        if time.monotonic() > deadline:
            raise OperatorError(f"still running what was loaded before: {names}. Restart them, then run this again.")
        if names != told:
            say(f"Waiting for new processes: {names}")
            told = names
        session().expire_all()
        time.sleep(0.2)


def _named(late: Sequence[Process]) -> str:
    return ", ".join(f"{process.role} {process.pid} on {process.host}" for process in late)


def _drop(name: str, say: Say) -> None:
    migrations.drop_owner(name)
    with transaction():
        row = state.row_of(name)
        if row is not None:
            row.version = ""
    say(f"Removed the tables and columns of {name}.")


def _forget(name: str, data: Data) -> None:
    """What is left of an uninstalled addon: one row, so that a bridge doesn't come back by itself.

    Its settings stay with kept data, and are in an archive. Its uploads stay as long as its data may come back.
    """
    with transaction():
        row = state.row_of(name)
        if row is not None:
            state.save(name, "uninstalled", enabled=False, refused=row.auto or row.refused)
        platform.identity.forget_addon(name)
        platform.jobs.forget_addon(name)
        platform.events.forget_addon(name)
        if data != "keep":
            platform.preferences.forget_addon(name)
        if data == "drop":
            platform.files.forget_addon(name)
