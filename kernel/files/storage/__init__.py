"""Where bytes lie: a local folder, or an S3-compatible service. Rows know files; storages know keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Protocol

from config import Settings
from kernel.errors import ServiceUnavailable


class StorageAway(ServiceUnavailable):
    """The place where files lie cannot be reached."""

    code, title = "storage_unavailable", "Files cannot be reached at the moment; try again shortly."


class Storage(Protocol):
    """Keeps bytes under keys such as ``private/chat/3f/0192….jpg``. Everything may raise `StorageAway`."""

    def write(self, key: str, stream: IO[bytes], content_type: str) -> None:
        """Keep what ``stream`` holds from its start, all or nothing."""

    def open(self, key: str) -> IO[bytes]:
        """The bytes, seekable; the caller closes it. Raises FileNotFoundError."""

    def delete(self, key: str) -> None:
        """Remove the bytes; nothing happens if there are none."""

    def link(self, key: str, headers: Mapping[str, str], seconds: int) -> str | None:
        """An address that serves the bytes with these headers for ``seconds``; None when only `open` can."""


def make_storage(settings: Settings) -> Storage:
    """The storage that the settings name. Connects when first used."""
    if settings.storage == "s3":
        from kernel.files.storage.s3 import S3Storage

        return S3Storage(settings)
    from kernel.files.storage.local import LocalStorage

    return LocalStorage(settings.data_dir / "files")
