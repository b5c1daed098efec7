"""What the bare Flask views of the references share: a connection for each thread, and the platform's headers."""

from __future__ import annotations

import threading
import uuid
from hashlib import blake2b
from typing import Any

import psycopg
from flask import Response
from psycopg.rows import dict_row

from config import load_settings

SETTINGS = load_settings()
HEADERS = {
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "RateLimit-Limit": "1200",
    "RateLimit-Remaining": "1199",
    "RateLimit-Reset": "60",
}
_local = threading.local()


def rows(statement: str, params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Rows as dicts, on the thread's own autocommit connection."""
    if not hasattr(_local, "connection"):
        url = SETTINGS.database.replace("postgresql+psycopg://", "postgresql://")
        _local.connection = psycopg.connect(url, autocommit=True, row_factory=dict_row, prepare_threshold=1)
    return _local.connection.execute(statement, params).fetchall()  # type: ignore[no-any-return]  # an attribute of a thread


def answer(body: bytes) -> Response:
    """The body with the headers that the platform sends."""
    etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    own = {**HEADERS, "ETag": etag, "X-Request-ID": uuid.uuid4().hex}
    return Response(body, headers=own, content_type="application/json")
