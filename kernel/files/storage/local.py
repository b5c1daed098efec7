"""Files in a folder of this machine, or one that all machines mount."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from kernel.files.storage import StorageAway

_PASSING = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE, errno.EACCES, errno.EROFS, errno.EMFILE}


class LocalStorage:
    """Keys are paths below ``folder``. Files are never executable, and readable by the platform's user only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()

    def write(self, key: str, stream: IO[bytes], content_type: str) -> None:
        """Keep what ``stream`` holds from its start; a half-written file never shows under its key."""
        path = self._path(key)
        half = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        stream.seek(0)
        with _trouble():
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
                    shutil.copyfileobj(stream, target)
                    target.flush()
                    os.fsync(target.fileno())
                half.replace(path)
            except BaseException:
                half.unlink(missing_ok=True)
                raise

    def open(self, key: str) -> IO[bytes]:
        """The file itself. Raises FileNotFoundError."""
        with _trouble():
            return self._path(key).open("rb")

    def delete(self, key: str) -> None:
        """Remove the file, and its folder when that is empty now."""
        path = self._path(key)
        with _trouble():
            path.unlink(missing_ok=True)
        with suppress(OSError):
            path.parent.rmdir()

    def link(self, key: str, headers: Mapping[str, str], seconds: int) -> str | None:
        """None: the platform serves the bytes itself."""
        return None

    def _path(self, key: str) -> Path:
        path = (self.folder / key).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            raise ValueError(f"storage key {key!r} leads out of the folder.")
        return path


@contextmanager
def _trouble() -> Iterator[None]:
    """A full or missing disk is a problem for later, not an error of this request."""
    try:
        yield
    except OSError as error:
        if error.errno in _PASSING:
            raise StorageAway from error
        raise
