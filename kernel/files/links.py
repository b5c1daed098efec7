"""Addresses of files: plain for public ones, signed and short-lived for private ones."""

from __future__ import annotations

from functools import lru_cache
from time import time
from urllib.parse import urlencode
from uuid import UUID

from itsdangerous import Signer

from config import Settings
from kernel.crypto import derived_key
from kernel.errors import NotFound
from kernel.files.problems import LinkExpired

DEFAULT_SECONDS = 3600
STEP_SECONDS = 900
"""Links end at whole quarters of an hour, so that a list's links, and its ETag, stay the same for a while."""


class Links:
    """Makes and checks links of one site. A link is the second at which it ends, and a signature of that."""

    def __init__(self, settings: Settings) -> None:
        self._base = settings.public_url.rstrip("/")

    def make(self, file_id: UUID, *, private: bool, size: str | None, seconds: int | None = None) -> str:
        """The address of a file or of its thumbnail ``size``; a private one is good for ``seconds`` or some more."""
        if not private:
            return self.public(file_id, size)
        end = int(time()) + (DEFAULT_SECONDS if seconds is None else seconds)
        end = -(-end // STEP_SECONDS) * STEP_SECONDS
        link = urlencode({"link": f"{end}.{_signature(_key(), _text(file_id, size, end))}"})
        return f"{self.public(file_id, size)}{'&' if size else '?'}{link}"

    def public(self, file_id: UUID | str, size: str | None = None) -> str:
        """The address of a public file or of its thumbnail ``size``; lists make many."""
        address = f"{self._base}/api/v1/kernel/files/{file_id}/content"
        return f"{address}?size={size}" if size else address

    def check(self, link: str, file_id: UUID, size: str | None) -> int:
        """How many more seconds ``link`` opens this file in this size. Raises `LinkExpired` or `NotFound`."""
        end, _, signature = link.partition(".")
        if not (end.isascii() and end.isdigit() and signature.isascii()):
            raise NotFound
        if not Signer(_key()).verify_signature(_text(file_id, size, int(end)), signature):
            raise NotFound
        left = int(int(end) - time())
        if left <= 0:
            raise LinkExpired
        return left


def _key() -> bytes:
    return derived_key("files.links")


def _text(file_id: UUID, size: str | None, end: int) -> str:
    return f"{file_id.hex}:{size or ''}:{end}"


@lru_cache(maxsize=8192)
def _signature(key: bytes, text: str) -> str:
    """Signing costs some 20 µs, and a page of a chat has a hundred links that are the same for a quarter of an hour."""
    return Signer(key).get_signature(text).decode()
