"""An uninstalled addon's data as one file: a zip of a manifest and a JSON Lines file for each table and column set.

The manifest says at which revision the rows were taken. Restoring migrates just that far, puts the rows in, and then
migrates on to the newest, so an old archive fits newer code. What the kernel keeps for the addon, its settings and the
rows of its uploads, goes along; secrets stay encrypted, and the bytes of uploads stay in the storage.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, MetaData, Table, bindparam, insert, select, true, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from kernel import __version__
from kernel.db import migrations
from kernel.errors import OperatorError
from kernel.files.models import FileState, StoredFile
from kernel.preferences.models import StoredSetting
from kernel.runtime import platform

FORMAT = 1
BATCH = 500
KEPT = {str(model.__table__): cast(Table, model.__table__) for model in (StoredSetting, StoredFile)}
"""Tables of the kernel with rows that belong to an addon, named by their column ``addon``."""


def default_path(name: str) -> Path:
    """Where an archive goes when the operator names no place."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return platform.settings.data_dir / "archives" / f"{name}-{stamp}.zip"


def _plain(value: Any) -> Any:
    """A database value as JSON: what JSON lacks is tagged, so that reading gives the same value again."""
    if isinstance(value, UUID | Decimal):
        return {"$": type(value).__name__, "v": str(value)}
    if isinstance(value, datetime | date):
        return {"$": type(value).__name__, "v": value.isoformat()}
    if isinstance(value, bytes):
        return {"$": "bytes", "v": value.hex()}
    return value


_READ: dict[str, Callable[[str], Any]] = {
    "UUID": UUID,
    "Decimal": Decimal,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "bytes": bytes.fromhex,
}


def _value(plain: Any) -> Any:
    return _READ[plain["$"]](plain["v"]) if isinstance(plain, Mapping) and plain.keys() == {"$", "v"} else plain


def write(name: str, path: Path | None = None) -> Path:
    """Write everything that ``name`` owns in the database; the file's path.

    Raises OperatorError when the file exists or cannot be written.
    """
    path = path or default_path(name)
    tables, columns = migrations.owned_tables(name), migrations.owned_columns(name)
    manifest = {
        "format": FORMAT,
        "addon": name,
        "asoud": __version__,
        "revision": migrations.revision_of(name),
        "tables": tables,
        "columns": columns,
        "kept": list(KEPT),
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as file, platform.db.engine.begin() as connection:
            file.writestr("manifest.json", json.dumps(manifest, indent=2))
            for table in tables:
                _write_rows(file, f"tables/{table}.jsonl", connection, _reflect(connection, table), None)
            for table, names in columns.items():
                _write_rows(file, f"columns/{table}.jsonl", connection, _reflect(connection, table), names)
            for table, kept in KEPT.items():
                _write_rows(file, f"kept/{table}.jsonl", connection, kept, None, _belongs(kept, name))
    except OSError as error:
        raise OperatorError(
            f"{path}: the archive cannot be written: {error}. Name another file with --archive-to."
        ) from error
    return path


def _reflect(connection: Connection, name: str) -> Table:
    """The table as the database has it; the mapped one may be newer or not loaded at all."""
    return Table(name, MetaData(), autoload_with=connection)


def _belongs(table: Table, name: str) -> ColumnElement[bool]:
    """The rows of one of the kernel's tables that are worth keeping for the addon."""
    mine = table.c.addon == name
    return mine & (table.c.state == FileState.STORED) if "state" in table.c else mine


def _write_rows(
    file: zipfile.ZipFile,
    member: str,
    connection: Connection,
    table: Table,
    names: list[str] | None,
    which: ColumnElement[bool] | None = None,
) -> None:
    keys = [column.name for column in table.primary_key]
    wanted = table.columns if names is None else [table.columns[name] for name in (*keys, *names)]
    query = select(*wanted).where(true() if which is None else which)
    query = query.order_by(*table.primary_key)  # by time of creation: a row mostly comes after its parent
    result = connection.execution_options(yield_per=BATCH).execute(query)
    with file.open(member, "w") as stream:
        for row in result.mappings():
            line = {key: _plain(value) for key, value in row.items()}
            stream.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of an archive. Raises OperatorError when the file is none, or of a later format."""
    try:
        with zipfile.ZipFile(path) as file:
            manifest: dict[str, Any] = json.loads(file.read("manifest.json"))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise OperatorError(
            f"{path}: is no addon archive ({error}). Name a file that `uninstall --archive` wrote."
        ) from error
    if manifest.get("format") != FORMAT:
        raise OperatorError(
            f"{path}: has archive format {manifest.get('format')}, this platform reads {FORMAT}. Upgrade it."
        )
    return manifest


def restore(path: Path, connection: Connection) -> tuple[int, int]:
    """Put an archive's rows back into tables and columns that exist; how many came back, and how many could not.

    A row cannot come back when what it points at (a user, say) has been deleted meanwhile. Call inside a transaction.
    """
    manifest, restored, lost = read_manifest(path), 0, 0
    with zipfile.ZipFile(path) as file:
        tables = {name: _reflect(connection, name) for name in (*manifest["tables"], *manifest["columns"])}
        for name in _parents_first([tables[name] for name in manifest["tables"]]):
            count, left = _insert_all(connection, tables[name], _batches(file, f"tables/{name}.jsonl"))
            restored, lost = restored + count, lost + left
        for name, columns in manifest["columns"].items():
            table = tables[name]
            key = next(iter(table.primary_key)).name
            query = (
                update(table).where(table.c[key] == bindparam("_key")).values({c: bindparam(f"_{c}") for c in columns})
            )
            for batch in _batches(file, f"columns/{name}.jsonl"):
                rows = [{"_key": row[key], **{f"_{column}": row[column] for column in columns}} for row in batch]
                kept = connection.execute(query, rows).rowcount
                restored, lost = restored + kept, lost + len(rows) - kept
        for name in manifest.get("kept", ()):
            for batch in _batches(file, f"kept/{name}.jsonl"):
                rows = _missing(connection, KEPT[name], batch)
                restored += len(rows) - len(_insert(connection, KEPT[name], rows))
    return restored, lost


def _missing(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the rows that the table doesn't have: on the site where they were archived, uploads are still there."""
    query = select(table.c.id).where(table.c.id.in_([row["id"] for row in rows]))
    here = set(connection.scalars(query))
    return [row for row in rows if row["id"] not in here]


def _insert_all(connection: Connection, table: Table, batches: Iterable[list[dict[str, Any]]]) -> tuple[int, int]:
    """Insert the rows that fit; how many did, and how many could not. A row may point at one that comes after it."""
    restored, waiting = 0, list[dict[str, Any]]()
    for batch in batches:
        refused = _insert(connection, table, batch)
        restored += len(batch) - len(refused)
        waiting += refused
    while waiting and len(refused := _insert(connection, table, waiting)) < len(waiting):
        restored += len(waiting) - len(refused)
        waiting = refused
    return restored, len(waiting)


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Insert the rows that fit; those that don't. Together first, and one by one only when some don't."""
    if not rows:
        return []
    try:
        with connection.begin_nested():
            connection.execute(insert(table), rows)
        return []
    except IntegrityError:
        return rows if len(rows) == 1 else [row for row in rows if _insert(connection, table, [row])]


def _parents_first(tables: list[Table]) -> list[str]:
    """Table names such that what a foreign key points at comes before the table that has the key."""
    names = {table.name for table in tables}
    needs = {
        t.name: {key.column.table.name for key in t.foreign_keys if key.column.table.name in names} - {t.name}
        for t in tables
    }
    ordered: list[str] = []
    while ready := [name for name in needs if name not in ordered and needs[name] <= set(ordered)]:
        ordered.extend(ready)
    return ordered + [name for name in needs if name not in ordered]


def _batches(file: zipfile.ZipFile, member: str) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    with file.open(member) as stream:
        for line in stream:
            batch.append({key: _value(value) for key, value in json.loads(line).items()})
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch
