"""Addresses of files: plain for public ones, signed and short-lived for private ones."""

from __future__ import annotations

from time import time
from urllib.parse import urlencode
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from config import Settings
from kernel.crypto import derived_key
from kernel.errors import NotFound
from kernel.files.problems import LinkExpired

DEFAULT_SECONDS = 3600
STEP_SECONDS = 900
"""Links end at whole quarters of an hour, so that a list's links, and its ETag, stay the same for a while."""


class Links:
    """Makes and checks links of one site."""

    def __init__(self, settings: Settings) -> None:
        self._base = settings.public_url.rstrip("/")

    def make(self, file_id: UUID, *, private: bool, size: str | None, seconds: int | None = None) -> str:
        """The address of a file or of its thumbnail ``size``; a private one is good for ``seconds`` or some more."""
        query = {"size": size} if size else {}
        if private:
            end = int(time()) + (DEFAULT_SECONDS if seconds is None else seconds)
            query["link"] = _signer().dumps([file_id.hex, size, -(-end // STEP_SECONDS) * STEP_SECONDS])
        return f"{self._base}/api/v1/kernel/files/{file_id}/content" + (f"?{urlencode(query)}" if query else "")

    def check(self, link: str, file_id: UUID, size: str | None) -> int:
        """How many more seconds ``link`` opens this file in this size. Raises `LinkExpired` or `NotFound`."""
        try:
            signed, signed_size, end = _signer().loads(link)
        except (BadData, ValueError, TypeError):
            raise NotFound from None
        if (signed, signed_size) != (file_id.hex, size):
            raise NotFound
        left = int(end - time())
        if left <= 0:
            raise LinkExpired
        return left


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(derived_key("files.links"))
