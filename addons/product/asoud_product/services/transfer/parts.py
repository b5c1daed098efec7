"""Parts of an XLSX file as they stream by: no tree is built, so a file takes no more memory than one of its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO
from xml.parsers import expat

MAX_CELL = 131_072
"""Letters of one element, as of one cell of a CSV file; spreadsheets have 32,767."""
MAX_DEPTH = 64
MAX_NAMES = 2000
"""Different names of elements and attributes, which the parser keeps."""
_LONGEST_TAG = 2 * 1_048_576
"""Bytes of one tag, comment or the like, which the parser takes as a whole."""
_CHUNK = 65_536

Event = tuple[str, Mapping[str, str] | None, str]
"""An element's name without its prefix; its attributes as it begins; None and its own text as it ends."""


def events(part: IO[bytes]) -> Iterator[Event]:
    """The beginning and end of every element, in order. The text is what follows the last tag before the end.

    How texts are pronounced, which stands beside them, is left out. Raises ValueError for what is no XML in UTF-8,
    declares entities, or has more of something than any spreadsheet writes.
    """
    hidden = False
    for event in _Reader(part):
        if event[0] == "rPh":
            hidden = event[1] is not None
        elif not hidden:
            yield event


class _Reader:
    def __init__(self, part: IO[bytes]) -> None:
        self._part = part
        self._names: dict[str, str] = {}
        self._parser = expat.ParserCreate("utf-8", intern=self._names)
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text_comes
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._events: list[Event] = []
        self._text: list[str] = []
        self._letters = self._depth = self._fed = 0

    def __iter__(self) -> Iterator[Event]:
        try:
            while chunk := self._part.read(_CHUNK):
                self._parser.Parse(chunk, False)
                self._fed += len(chunk)
                if len(self._names) > MAX_NAMES or self._fed - self._parser.CurrentByteIndex > _LONGEST_TAG:
                    raise ValueError
                yield from self._events
                self._events.clear()
            self._parser.Parse(b"", True)
            yield from self._events
        except expat.ExpatError as error:
            raise ValueError(str(error)) from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ValueError
        self._forget_text()
        self._events.append((name.rpartition(":")[2], attributes, ""))

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._events.append((name.rpartition(":")[2], None, "".join(self._text)))
        self._forget_text()

    def _text_comes(self, text: str) -> None:
        self._letters += len(text)
        if self._letters > MAX_CELL:
            raise ValueError
        self._text.append(text)

    def _forget_text(self) -> None:
        self._text.clear()
        self._letters = 0

    def _refuse(self, *declared: object) -> None:
        raise ValueError
