"""Rows made products: those of one group together, and no number twice in one file."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from asoud_product.services.transfer.layout import Layout, Row, RowError, row_error
from asoud_product.services.transfer.reading import Sheet


@dataclass(slots=True)
class Draft:
    """What a file says about one product; with ``errors`` nothing of it goes in."""

    rows: list[Row]
    product: dict[str, Any] = field(default_factory=dict)
    """By field, what its first row says; ``attributes`` as they are written."""
    variants: list[dict[str, Any]] = field(default_factory=list)
    """Of each row, by field, with ``sku`` and ``choice``."""
    errors: list[RowError] = field(default_factory=list)

    @property
    def first(self) -> Row:
        """The row that speaks of the product as a whole."""
        return self.rows[0]

    def options(self) -> list[dict[str, Any]]:
        """In which ways its variants differ, in the order of the file."""
        found: dict[str, dict[str, None]] = {}
        for variant in self.variants:
            for name, value in variant["choice"].items():
                found.setdefault(name, {})[value] = None
        return [{"name": name, "values": list(values)} for name, values in found.items()]

    def refuse(self, errors: Iterable[RowError]) -> None:
        """Leave the product out, every row of it; half a product would be none."""
        self.errors.extend(errors)
        named = {error.row for error in self.errors}
        message = "Left out, because another row of the same product is wrong."
        others = [row.number for row in self.rows if row.number not in named]
        self.errors.extend(row_error(number, "", "left_out", message) for number in others)


class Seen:
    """The numbers and groups that a file has had so far, each with its row; on disk, as a file may have millions."""

    def __init__(self) -> None:
        """Nothing is seen yet."""
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute("CREATE TABLE seen (name TEXT PRIMARY KEY, row INTEGER) WITHOUT ROWID")
        self._rows.execute("BEGIN")

    def earlier(self, kind: str, name: str, row: int) -> int | None:
        """The row where it stood before; None when this one is the first, which is remembered."""
        key = (f"{kind}:{name}",)
        if self._rows.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (*key, row)).rowcount:
            return None
        return int(self._rows.execute("SELECT row FROM seen WHERE name = ?", key).fetchone()[0])

    def close(self) -> None:
        """Give the disk back."""
        self._rows.close()


@contextmanager
def seen() -> Iterator[Seen]:
    """A `Seen` for one reading of a file."""
    found = Seen()
    try:
        yield found
    finally:
        found.close()


class Drafting:
    """Makes drafts of a file's rows. ``digest`` is the file's, ``most`` how many variants a product may have."""

    def __init__(self, layout: Layout, seen: Seen, digest: str, most: int) -> None:
        """Begin with a file."""
        self._layout, self._seen, self._digest, self._most = layout, seen, digest, most

    def of(self, sheet: Sheet) -> Iterator[Draft]:
        """A draft of each product, in the order of the file."""
        rows: list[Row] = []
        crowded = False
        for number, cells in sheet.rows():
            row = self._layout.row(number, cells)
            if rows and (not row.group or row.group != rows[0].group):
                yield self._draft(rows, crowded)
                rows, crowded = [], False
            elif len(rows) >= self._most:  # a group without an end must not fill the memory
                yield self._crowded(rows)
                rows, crowded = [], True
            rows.append(row)
        if rows:
            yield self._draft(rows, crowded)

    def _draft(self, rows: list[Row], crowded: bool) -> Draft:
        if crowded:
            return self._crowded(rows)
        draft, errors = Draft(rows), []
        product = self._layout.read_product(draft.first)
        draft.product = product.values
        errors.extend(product.errors)
        for row in rows:
            errors.extend(self._read(draft, row))
        if errors:
            draft.refuse(errors)
        return draft

    def _read(self, draft: Draft, row: Row) -> Iterator[RowError]:
        variant = self._layout.read_variant(row)
        sku = row.sku or self._made_up(row)
        draft.variants.append({**variant.values, "sku": sku})
        yield from variant.errors
        if row is not draft.first:
            yield from self._layout.differing(row, draft.first)
        elif row.group and (before := self._seen.earlier("group", row.group, row.number)) is not None:
            message = "The group has begun in row {first}; rows of one product stand together."
            yield row_error(row.number, "group", "apart", message, first=before)
        if (before := self._seen.earlier("sku", sku, row.number)) is not None:
            yield row_error(row.number, "sku", "twice", "Row {first} has this number already.", first=before)

    def _made_up(self, row: Row) -> str:
        """The number of a row without one: the same whenever the same file comes, so that nothing comes twice."""
        return f"R-{hashlib.sha256(f'{self._digest}:{row.number}'.encode()).hexdigest()[:16]}".upper()

    def _crowded(self, rows: list[Row]) -> Draft:
        draft = Draft(rows)
        message = "A product has {most} variants at most."
        draft.refuse(row_error(row.number, "group", "too_many_variants", message, most=self._most) for row in rows)
        return draft


def batches(drafts: Iterable[Draft], rows: int) -> Iterator[list[Draft]]:
    """Drafts in lists of about so many rows together."""
    batch: list[Draft] = []
    size = 0
    for draft in drafts:
        batch.append(draft)
        size += len(draft.rows)
        if size >= rows:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
