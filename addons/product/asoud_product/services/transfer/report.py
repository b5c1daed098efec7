"""The report of an import: a CSV file with every wrong row."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO
from uuid import UUID

from addon_sdk import platform, translate
from addon_sdk.fields import clean_text, guarded
from asoud_product.files import REPORT
from asoud_product.services.transfer.layout import RowError

HEADER = ("row", "field", "code", "message")
_MOST = REPORT.max_bytes - 4096
"""How many bytes of errors are written; some stay free for the last line."""


class Report:
    """Errors on their way into a file as large as a stored one may be; it says how many more there are."""

    def __init__(self, file: IO[bytes]) -> None:
        """Begin with the header."""
        self.file = file
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        self._rows = csv.writer(self._text)
        self._rows.writerow(HEADER)
        self._left_out = 0
        self.is_empty = True

    def add(self, errors: Iterable[RowError]) -> None:
        """Write these errors down."""
        for error in errors:
            self.is_empty = False
            if self.file.tell() > _MOST:
                self._left_out += 1
                continue
            message = guarded(clean_text(error.message, multiline=False))
            self._rows.writerow((error.row, guarded(error.field), error.code, message))

    def store(self, name: str, owner_id: UUID | None) -> UUID | None:
        """Keep the file, unclaimed; its id. None when nothing was wrong."""
        if self.is_empty:
            return None
        if self._left_out:
            message = translate("{count} more errors are left out.", count=self._left_out)
            self._rows.writerow(("", "", "more", message))
        self.file.seek(0)
        return platform.files.store(self.file, name, kind=REPORT.name, owner_user_id=owner_id).id


@contextmanager
def report() -> Iterator[Report]:
    """A report in a file that lies on the disk for a while."""
    with tempfile.TemporaryFile() as file:
        made = Report(file)
        try:
            yield made
        finally:
            made._text.detach()
