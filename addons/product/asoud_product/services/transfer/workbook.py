"""Rows of the first sheet of an XLSX file, as text; what unpacks to too much is refused before it is parsed."""

from __future__ import annotations

import datetime as dt
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from asoud_product.services.transfer.failures import NotASheet, TooManyRows, UnpacksTooLarge

MAX_UNPACKED = 512 * 1_048_576
"""Bytes that all parts together may unpack to; really unpacked, since headers may lie."""
MAX_TEXT = 512 * 1_048_576
"""Letters that all cells together may have: many may share one text, which the file has once."""
MAX_RATIO = 200
"""How many times larger than the file the whole may get, once it is above some mebibytes."""
MAX_COLUMNS = 2000
_HEADERS = 1000
"""Empty rows and the header that may stand besides the rows that count."""
_FREE = 8 * 1_048_576
_CHUNK = 1_048_576
_EXACT = 10**15
_WRONG_CELLS = frozenset(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"))
_BROKEN = (zipfile.BadZipFile, zlib.error, ParseError, ValueError, KeyError, TypeError, IndexError, AttributeError)
"""What openpyxl, zipfile and the parser raise about files that are no workbooks; entities are a ValueError too."""


def workbook_rows(stream: IO[bytes], most: int) -> Iterator[list[str]]:
    """Every row from the first on, also empty ones. Formulas and errors begin with ``=``.

    Raises `NotASheet`, `UnpacksTooLarge`, `TooManyRows`.
    """
    left = MAX_TEXT
    try:
        _refuse_bombs(stream)
        for row in _rows(stream, most):
            left -= sum(map(len, row))
            if left < 0:
                raise UnpacksTooLarge(max_bytes=MAX_TEXT)
            yield row
    except (*_BROKEN, RuntimeError, EOFError, OSError):
        raise NotASheet from None


def _refuse_bombs(stream: IO[bytes]) -> None:
    size = stream.seek(0, 2)
    most = left = min(MAX_UNPACKED, max(_FREE, size * MAX_RATIO))
    with zipfile.ZipFile(stream) as archive:
        for part in archive.infolist():
            with archive.open(part) as content:
                while chunk := content.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise UnpacksTooLarge(max_bytes=most)


def _rows(stream: IO[bytes], most: int) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # slow to import, and needed in jobs only

    stream.seek(0)
    book = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
    try:
        if not book.worksheets:
            raise NotASheet
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size may be wrong
        written = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
        for number, values in enumerate(written):
            if number > most + _HEADERS:
                raise TooManyRows(max_rows=most)
            yield _trimmed(values)
    finally:
        book.close()


def _trimmed(values: tuple[Any, ...]) -> list[str]:
    end = len(values)
    while end and values[end - 1] is None:
        end -= 1
    return [_text(value) for value in values[:end]]


def _text(value: Any) -> str:
    """A cell as one would write it into a CSV file."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"={value}" if value in _WRONG_CELLS else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else f"{Decimal(repr(value)):f}"
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds")
    return str(value) if isinstance(value, int | dt.date | dt.time) else f"={value}"
