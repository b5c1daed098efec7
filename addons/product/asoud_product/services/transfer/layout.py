"""A file's header: which column stands where, and rows read by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rapidfuzz import process

from addon_sdk import FieldError, translate
from asoud_product.problems import field_error
from asoud_product.services.transfer import columns
from asoud_product.services.transfer.cells import Read, Wrong, cleared
from asoud_product.services.transfer.columns import KEEP, Column
from asoud_product.services.transfer.failures import WrongHeader
from asoud_product.services.transfer.workbook import MAX_COLUMNS

_ALIKE = 75
"""From which likeness on, of 100, a column's name counts as mistyped."""
_MOST_OPTIONS = 5


class RowError(NamedTuple):
    """What is wrong in a row: in which column (empty: the row as a whole), which rule, and a message for people."""

    row: int
    field: str
    code: str
    message: str


def row_error(row: int, column: str, code: str, message: str, **values: Any) -> RowError:
    """The same in the caller's language."""
    return RowError(row, column, code, translate(message, **values))


class Row(NamedTuple):
    """One row as it came, with the two cells that say to which product it belongs."""

    number: int
    cells: Sequence[str]
    group: str
    sku: str
    """Empty where there is none, or a wrong one."""


@dataclass(slots=True)
class Reading:
    """Values that were read from a row, and what is wrong with it."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)


class Layout:
    """Which column stands where."""

    def __init__(self, header: Sequence[str]) -> None:
        """Raises `WrongHeader`, which names every column that is unknown, missing or there twice."""
        names = [columns.canonical(title) for title in header]
        while names and not names[-1]:
            names.pop()
        errors = list(_errors(names))
        if errors:
            raise WrongHeader(errors=errors)
        self.width = len(names)
        places = {name: place for place, name in enumerate(names)}
        self.group, self.sku = places.get("group"), places.get("sku")
        self.product = [(places[each.name], each) for each in columns.PRODUCT if each.name in places]
        self.variant = [(places[each.name], each) for each in columns.VARIANT if each.name in places]
        self.options = list(_prefixed(places, columns.OPTION, columns.CHOICE))
        self.attributes = list(_prefixed(places, columns.ATTRIBUTE, str))
        identity = ((self.group, columns.GROUP), (self.sku, columns.SKU))
        self._identity = [(place, column) for place, column in identity if place is not None]
        self._shared = [*self.product, *self.attributes]

    def row(self, number: int, cells: Sequence[str]) -> Row:
        """A row with as many cells as there are columns, at least."""
        padded = cells if len(cells) >= self.width else [*cells, *[""] * (self.width - len(cells))]
        return Row(number, padded, _silent(columns.GROUP, padded, self.group), _silent(columns.SKU, padded, self.sku))

    def read_product(self, row: Row) -> Reading:
        """What a row says about its product; ``attributes`` as they are written."""
        reading, found = _read(row, self.product), _read(row, self.attributes)
        reading.values["attributes"] = found.values
        reading.errors.extend(found.errors)
        return reading

    def read_variant(self, row: Row) -> Reading:
        """What a row says about its variant, with ``choice``; also whether the row itself is well-formed."""
        reading, chosen = _read(row, self.variant), _read(row, self.options)
        choice = reading.values["choice"] = {name: value for name, value in chosen.values.items() if value}
        reading.errors.extend((*chosen.errors, *_read(row, self._identity).errors))
        if len(choice) > _MOST_OPTIONS:
            message = "A product has {most} options at most."
            reading.errors.append(row_error(row.number, self.options[0][1].name, "length", message, most=_MOST_OPTIONS))
        if any(map(str.strip, row.cells[self.width :])):
            message = "The row has more cells than there are columns; is a text without its quotes?"
            reading.errors.append(row_error(row.number, "", "too_many_cells", message))
        return reading

    def differing(self, row: Row, first: Row) -> Iterator[RowError]:
        """Where a later row of a product says something else about it than the first; empty cells say nothing."""
        for place, column in self._shared:
            said = row.cells[place].strip()
            if said and said != first.cells[place].strip():
                message = "Row {first} says something else about the same product; leave this cell empty."
                yield row_error(row.number, column.name, "differs", message, first=first.number)


def _errors(names: Sequence[str]) -> Iterator[FieldError]:
    for place, name in enumerate(names[:MAX_COLUMNS]):
        if names.index(name) != place:
            yield field_error(f"/{name}", "twice", "This column is there twice.")
        elif not columns.is_known(name):
            yield _unknown(name, place)
        elif name.startswith(columns.OPTION) and not _fits(name.removeprefix(columns.OPTION)):
            yield field_error(f"/{name}", "length", "An option's name has 1 to {most} characters.", most=40)
    if len(names) > MAX_COLUMNS:
        yield field_error("", "too_many", "A file has {most} columns at most.", most=MAX_COLUMNS)
    if "sku" not in names and not {"name", "main_price"} <= set(names):
        message = "Name the columns name and main_price for new products, or sku for those that are there."
        yield field_error("/sku", "required", message)


def _unknown(name: str, place: int) -> FieldError:
    pointer = f"/{name}" if name else f"/{place}"
    near = process.extractOne(name, columns.NAMES, score_cutoff=_ALIKE)
    if near is not None:
        return field_error(pointer, "unknown_column", "There is no such column; is {name} meant?", name=near[0])
    message = "There is no such column; the template has all that there are."
    return field_error(pointer, "unknown_column", message)


def _fits(option: str) -> bool:
    try:
        return columns.OPTION_NAME(option) == option
    except Wrong:
        return False


def _prefixed(places: Mapping[str, int], prefix: str, read: Read) -> Iterator[tuple[int, Column]]:
    for name, place in places.items():
        if name.startswith(prefix):
            yield place, Column(name, name.removeprefix(prefix), read, "")


def _read(row: Row, wanted: Sequence[tuple[int, Column]]) -> Reading:
    reading = Reading()
    values, cells = reading.values, row.cells
    for place, column in wanted:
        try:
            cell = cleared(cells[place])
            value = column.read(cell) if cell else column.empty
        except Wrong as wrong:
            reading.errors.append(row_error(row.number, column.name, wrong.code, wrong.message, **wrong.values))
            continue
        if value is not KEEP:
            values[column.field] = value
    return reading


def _silent(column: Column, cells: Sequence[str], place: int | None) -> str:
    """A cell's value; what is wrong with it is told when the whole row is read."""
    try:
        return "" if place is None else str(column.read(cleared(cells[place])))
    except Wrong:
        return ""
