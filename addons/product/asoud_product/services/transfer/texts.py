"""The texts that cells of an XLSX file share: on the disk, as a file may have millions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO

_PLACE = 8
"""Bytes of the place where a text ends."""


class Texts:
    """Texts by their number."""

    def __init__(self, texts: IO[bytes], ends: IO[bytes]) -> None:
        """Use `kept`."""
        self._texts, self._ends = texts, ends

    def __getitem__(self, number: int) -> str:
        """Raises IndexError when there is none."""
        if number < 0:
            raise IndexError
        self._ends.seek(max(0, number - 1) * _PLACE)
        places = self._ends.read(_PLACE * min(2, number + 1))
        if len(places) < _PLACE * min(2, number + 1):
            raise IndexError
        end = int.from_bytes(places[-_PLACE:], "big")
        start = int.from_bytes(places[:_PLACE], "big") if number else 0
        self._texts.seek(start)
        return self._texts.read(end - start).decode()


@contextmanager
def kept(texts: Iterable[str]) -> Iterator[Texts]:
    """These texts, as long as they are needed."""
    with tempfile.TemporaryFile() as content, tempfile.TemporaryFile() as ends:
        end = 0
        for text in texts:
            end += content.write(text.encode())
            ends.write(end.to_bytes(_PLACE, "big"))
        yield Texts(content, ends)
