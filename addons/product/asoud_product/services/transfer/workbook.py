"""Rows of the first sheet of an XLSX file, as text; what unpacks to too much is refused before it is parsed."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from string import digits
from typing import IO

from asoud_product.services.transfer.book import Attributes, Book, book_of, date_styles, part_events
from asoud_product.services.transfer.failures import NotASheet, TooManyRows, UnpacksTooLarge
from asoud_product.services.transfer.parts import MAX_CELL, Event
from asoud_product.services.transfer.texts import Texts, kept

MAX_UNPACKED = 512 * 1_048_576
"""Bytes that all parts together may unpack to; really unpacked, since headers may lie."""
MAX_TEXT = 512 * 1_048_576
"""Letters that all cells together may have: many may share one text, which the file has once."""
MAX_RATIO = 200
"""How many times larger than the file the whole may get, once it is above some mebibytes."""
MAX_COLUMNS = 2000
MAX_ROW = 1_048_576
"""Letters of one row."""
_HEADERS = 1000
"""Empty rows and the header that may stand besides the rows that count."""
_FREE = 8 * 1_048_576
_CHUNK = 1_048_576
_EXACT = 10**15
_KEPT = 1024
_ESCAPE = re.compile("_x((?!D[89A-F])[0-9A-F]{4})_", re.IGNORECASE)
"""How the format writes a character that XML doesn't have, or that would begin an escape; halves of pairs are none."""
_BROKEN = (zipfile.BadZipFile, zlib.error, ValueError, KeyError, IndexError, RuntimeError, EOFError, OSError)
"""What zipfile and the parser raise about files that are no workbooks."""


def workbook_rows(stream: IO[bytes], most: int) -> Iterator[list[str]]:
    """Every row from the first on, also empty ones. Formulas and errors begin with ``=``.

    Raises `NotASheet`, `UnpacksTooLarge`, `TooManyRows`.
    """
    left = MAX_TEXT
    try:
        size = stream.seek(0, 2)
        with zipfile.ZipFile(stream) as archive:
            _refuse_bombs(archive, size)
            for row in _rows(archive, most):
                left -= sum(map(len, row))
                if left < 0:
                    raise UnpacksTooLarge(max_bytes=MAX_TEXT)
                yield row
    except _BROKEN:
        raise NotASheet from None


def escaped(text: str) -> str:
    """Text as a workbook has it, with nothing in it that only looks like an escape."""
    return _ESCAPE.sub(r"_x005F_x\1_", text)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _refuse_bombs(archive: zipfile.ZipFile, size: int) -> None:
    most = left = min(MAX_UNPACKED, max(_FREE, size * MAX_RATIO))
    for part in archive.infolist():
        with archive.open(part) as content:
            while chunk := content.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise UnpacksTooLarge(max_bytes=most)


def _rows(archive: zipfile.ZipFile, most: int) -> Iterator[list[str]]:
    book = book_of(archive)
    if book is None:
        raise NotASheet
    shared = () if book.texts is None else part_events(archive, book.texts)
    with kept(_texts(shared)) as texts:
        cells = _Cells(book, texts, date_styles(archive, book.styles))
        last = 0
        for number, row in _numbered(part_events(archive, book.sheet), cells):
            if number <= last:
                raise NotASheet(row=last + 1)
            if number > most + _HEADERS:
                raise TooManyRows(max_rows=most)
            yield from ([] for _ in range(last + 1, number))
            yield row
            last = number


def _texts(events: Iterable[Event]) -> Iterator[str]:
    found = ""
    for name, attributes, text in events:
        if name == "t":
            found += text
        elif name == "si" and attributes is None:
            yield _unescaped(found)
            found = ""
        if len(found) > MAX_CELL:
            raise ValueError


def _numbered(events: Iterable[Event], cells: _Cells) -> Iterator[tuple[int, list[str]]]:
    """Each row with its number, without empty cells at its end."""
    number = 0
    for name, attributes, text in events:
        if name in ("v", "t"):
            cells.add(text)
        elif name == "c":
            if attributes is None:
                cells.end()
            else:
                cells.begin(attributes)
        elif name == "f":
            cells.formula = "=" + text
        elif name == "row":
            if attributes is None:
                yield number, cells.row
            else:
                number = int(attributes.get("r", number + 1))
                cells.next_row()
        elif name == "sheetData" and attributes is None:
            return


class _Cells:
    """The cells of the row that is just read."""

    def __init__(self, book: Book, texts: Texts, dates: bytearray) -> None:
        from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel  # slow to import

        self._texts, self._dates, self._moment = texts, dates, from_excel
        self._epoch = MAC_EPOCH if book.is_from_1904 else WINDOWS_EPOCH
        self.next_row()
        self.begin({})

    def next_row(self) -> None:
        """A row begins."""
        self.row: list[str] = []
        self._letters, self._last = 0, -1

    def begin(self, attributes: Attributes) -> None:
        """A cell begins."""
        self._at = attributes.get("r")
        self._kind = attributes.get("t", "n")
        self._style = int(attributes.get("s", 0))
        self.text = self.formula = ""

    def add(self, text: str) -> None:
        """It holds this, too."""
        self.text += text
        if len(self.text) > MAX_CELL:
            raise ValueError

    def end(self) -> None:
        """It ends, and comes to the row if it holds something; far to the right one place stands for all."""
        self._last = self._last + 1 if self._at is None else _column(self._at.rstrip(digits))
        said = self.formula or self._said()
        if not said:
            return
        self._letters += len(said)
        if self._letters > MAX_ROW:
            raise ValueError
        place = min(self._last, MAX_COLUMNS)
        self.row += [""] * (place + 1 - len(self.row))
        self.row[place] = said

    def _said(self) -> str:
        """What it holds, as one would write it into a CSV file."""
        text = self.text
        if self._kind in ("inlineStr", "str"):
            return _unescaped(text)
        if not text:
            return ""
        if self._kind == "s":
            return self._texts[int(text)]
        if self._kind == "b":
            return "true" if text == "1" else "false"
        if self._kind == "e":
            return f"={text}"
        return text if self._kind == "d" else self._number(text)

    def _number(self, text: str) -> str:
        meaning = self._dates[self._style] if self._style < len(self._dates) else 0
        if not meaning:
            return _plain_number(text)
        try:
            found = self._moment(float(text), self._epoch, timedelta=meaning == 2)
        except (ValueError, OverflowError):
            return "=#VALUE!"
        return found.isoformat(" ", "seconds") if isinstance(found, dt.datetime) else str(found)


@lru_cache(maxsize=_KEPT)
def _column(letters: str) -> int:
    """The place of a column, from 0 on. Raises ValueError."""
    from openpyxl.utils import column_index_from_string

    return int(column_index_from_string(letters)) - 1


def _plain_number(text: str) -> str:
    """Without an exponent, and as a whole number where it is one."""
    if not {".", "e", "E"} & set(text):
        return str(int(text))
    value = float(text)
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else f"{Decimal(repr(value)):f}"
