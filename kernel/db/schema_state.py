"""Where each owner's schema stands: revisions in its package, revisions in the database. Read without Alembic."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

import kernel
from kernel.addons.discovery import package_of
from kernel.context import KERNEL
from kernel.db.sessions import read_connection
from kernel.errors import OperatorError

ENVIRONMENT = Path(kernel.__file__).parent.parent / "migrations"
"""The one Alembic environment, beside the kernel. Not found by import: a stranger's folder may have the name."""

_ASSIGNED = re.compile(r"^(down_revision|revision)\b[^=\n]*=\s*(\([^)]*\)|[^\n#]+)", re.MULTILINE)


@dataclass(frozen=True)
class MigrationSource:
    """Where an owner's migrations are: its name, its import package, and the folder of its version files."""

    owner: str
    package: str
    versions: Path

    @property
    def version_table(self) -> str:
        """The table that holds this owner's current revision."""
        return version_table(self.owner)


@dataclass(frozen=True)
class Revision:
    """A version file, as its two assignments tell it."""

    id: str
    down: tuple[str, ...]
    path: Path


def version_table(owner: str) -> str:
    """Name of the table that holds the owner's current revision; one for each owner, so none can block another."""
    return f"kernel_alembic_{owner}"


def source_of(owner: str) -> MigrationSource:
    """Where the owner's migrations are. Imports nothing. Raises OperatorError when its package isn't here."""
    if owner == KERNEL:
        return MigrationSource(KERNEL, KERNEL, ENVIRONMENT / KERNEL / "versions")
    package = package_of(owner)
    spec = importlib.util.find_spec(package) if package else None
    if package and spec is not None and spec.submodule_search_locations:
        root = Path(spec.submodule_search_locations[0])
        return MigrationSource(owner, package, root / "migrations" / "versions")
    raise OperatorError(
        f"{owner}: its package is not in this environment, so its migrations cannot be read. "
        f"Run: pip install asoud-{owner.replace('_', '-')}"
    )


def revisions_on_disk(owner: str) -> dict[str, Revision]:
    """All revisions that the owner's package brings, by id. Raises OperatorError when the package isn't here."""
    found = {}
    for path in sorted(source_of(owner).versions.glob("*.py")):
        if (revision := _read(path)) is not None:
            found[revision.id] = revision
    return found


def _read(path: Path) -> Revision | None:
    values = {name: ast.literal_eval(text.strip()) for name, text in _ASSIGNED.findall(path.read_text("utf-8"))}
    if "revision" not in values:
        return None
    down = values.get("down_revision") or ()
    return Revision(values["revision"], (down,) if isinstance(down, str) else tuple(down), path)


def heads_on_disk(owner: str) -> tuple[str, ...]:
    """The newest revisions of the owner's package: one, unless two developers' branches wait for a merge."""
    revisions = revisions_on_disk(owner)
    older = {down for revision in revisions.values() for down in revision.down}
    return tuple(sorted(revisions.keys() - older))


def head_on_disk(owner: str) -> str | None:
    """The newest revision of the owner's package, several joined by commas; None when it has no migrations."""
    return ", ".join(heads_on_disk(owner)) or None


def current_revisions(connection: Connection, owner: str) -> tuple[str, ...]:
    """The revisions at which the database stands for this owner; empty before its first migration."""
    name = version_table(owner)
    if not inspect(connection).has_table(name):
        return ()
    return tuple(sorted(connection.execute(select(column("version_num")).select_from(table(name))).scalars()))


def current_revision(owner: str) -> str | None:
    """The revision at which the database stands for this owner, several joined by commas; None before the first."""
    return ", ".join(current_revisions(read_connection(), owner)) or None


def pending(owner: str) -> list[str]:
    """Ids of the owner's revisions that have not run here, in the order in which they would.

    Raises OperatorError when its package isn't here, or is older than the schema in the database.
    """
    revisions, current = revisions_on_disk(owner), current_revisions(read_connection(), owner)
    unknown = [item for item in current if item not in revisions]
    if unknown:
        raise OperatorError(
            f"{owner}: the database is at revision {', '.join(unknown)}, which its installed package doesn't know. "
            "Install the version of the package that was here before, or a later one."
        )
    done = _ancestors(revisions, current)
    return [item for item in _oldest_first(revisions) if item not in done]


def _ancestors(revisions: dict[str, Revision], start: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        item = waiting.pop()
        if item not in found:
            found.add(item)
            waiting.extend(revisions[item].down)
    return found


def _oldest_first(revisions: dict[str, Revision]) -> list[str]:
    order: list[str] = []
    while ready := [r.id for r in revisions.values() if r.id not in order and set(r.down) <= set(order)]:
        order.extend(ready)
    return order
