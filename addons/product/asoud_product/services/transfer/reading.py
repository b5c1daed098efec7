"""Files as tables: CSV as it stands, XLSX turned into one. Memory doesn't grow with the file."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from asoud_product.services.transfer.failures import NotASheet, TooManyRows, WrongEncoding
from asoud_product.services.transfer.workbook import workbook_rows

DELIMITERS = ",;\t"
Cells = list[str]
Known = Callable[[str], bool]
_LONGEST_ROW = 1_048_576
"""Letters, also where quoted cells make one row of many lines."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Sheet:
    """A table in a seekable file: its header, how many rows it has, and the rows as often as they are asked for.

    Rows have the numbers that a spreadsheet shows: the header is in row 1, empty rows count but don't come.
    """

    def __init__(self, stream: IO[bytes], known: Known, most: int) -> None:
        """Read it through once. ``known`` says what a column's name is, ``most`` how many rows there may be.

        Raises `WrongEncoding`, `NotASheet`, `TooManyRows`.
        """
        self._stream = stream
        self._refuse_other_encodings()
        self.delimiter = self._sniffed(known)
        self.header_row, self.header = self._first()
        self.total = 0
        for number, _ in self.rows():
            self.total += 1
            if self.total > most:
                raise TooManyRows(max_rows=most, row=number)

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """Each row that isn't empty, with its number."""
        for number, cells in self._records(self.delimiter):
            if number > self.header_row and any(map(str.strip, cells)):
                yield number, cells

    def _first(self) -> tuple[int, Cells]:
        for number, cells in self._records(self.delimiter):
            if any(map(str.strip, cells)):
                return number, cells
        raise NotASheet

    def _refuse_other_encodings(self) -> None:
        self._stream.seek(0)
        head = self._stream.read(2)
        if head in _UTF_16 or b"\x00" in head:
            raise WrongEncoding

    def _sniffed(self, known: Known) -> str:
        """The delimiter that makes most columns of the header known."""

        def columns(delimiter: str) -> int:
            return sum(map(known, next(csv.reader([first], delimiter=delimiter), [])))

        try:
            first = next((line for line in self._lines() if line.strip()), "")
            return max(DELIMITERS, key=columns)
        except csv.Error:
            raise NotASheet(row=1) from None
        except UnicodeDecodeError:
            raise WrongEncoding(row=1) from None

    def _records(self, delimiter: str) -> Iterator[tuple[int, Cells]]:
        number = letters = 0

        def lines() -> Iterator[str]:
            nonlocal letters
            for line in self._lines():
                letters += len(line)
                if letters > _LONGEST_ROW:
                    raise NotASheet(row=number + 1)
                yield line

        try:
            for cells in csv.reader(lines(), delimiter=delimiter, strict=True):
                number, letters = number + 1, 0
                yield number, cells
        except UnicodeDecodeError:
            raise WrongEncoding(row=number + 1) from None
        except csv.Error:
            raise NotASheet(row=number + 1) from None

    def _lines(self) -> Iterator[str]:
        self._stream.seek(0)
        text = io.TextIOWrapper(self._stream, encoding="utf-8-sig", newline="")
        try:
            while line := text.readline(_LONGEST_ROW):
                if len(line) == _LONGEST_ROW:
                    raise NotASheet
                yield line
        finally:
            text.detach()


@contextmanager
def opened(stream: IO[bytes], kind: str, known: Known, most: int) -> Iterator[Sheet]:
    """The table that a file of the kind ``csv`` or ``xlsx`` holds.

    Raises what `Sheet` raises, and `UnpacksTooLarge`.
    """
    if kind != "xlsx":
        yield Sheet(stream, known, most)
        return
    with tempfile.TemporaryFile() as spool:
        text = io.TextIOWrapper(spool, encoding="utf-8", newline="")
        csv.writer(text).writerows(workbook_rows(stream, most))
        text.detach()
        yield Sheet(spool, known, most)
