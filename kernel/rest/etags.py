"""ETags: of the bytes on every read, of a version where updates contend for a resource."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

from flask import request

from kernel.errors import PreconditionFailed, PreconditionRequired
from kernel.rest.endpoint import F, VersionOf, endpoint_of
from kernel.runtime import platform

_LENGTH = 12


def etag_of_bytes(body: bytes, generation: int) -> str:
    """The ETag of an answer; the generation is in it because addons change what a resource looks like."""
    return f'"{generation}-{blake2b(body, digest_size=_LENGTH).hexdigest()}"'


def etag_of_version(version: object, generation: int) -> str:
    """The ETag of a resource that has a version of its own: a number, a moment, or text."""
    text = version.isoformat() if isinstance(version, datetime) else str(version)
    return etag_of_bytes(text.encode(), generation)


def matches(header: str, etag: str) -> bool:
    """Whether ``etag`` is in an If-Match or If-None-Match header; proxies may have made it weak (``W/``)."""
    if header.strip() == "*":
        return True
    return any(part.strip().removeprefix("W/") == etag for part in header.split(","))


def not_modified(environ: Mapping[str, Any], etag: str) -> bool:
    """Whether the client has this version already."""
    header: str | None = environ.get("HTTP_IF_NONE_MATCH")
    return header is not None and matches(header, etag)


def etag(version_of: VersionOf) -> Any:
    """Take a read's ETag from ``version_of(**path_arguments)`` instead of from the bytes.

    Use it, with the same function, on the GET of every resource whose update is `contended`, or of one above it.
    """

    def mark(function: F) -> F:
        endpoint_of(function).version_of = version_of
        return function

    return mark


def contended(version_of: VersionOf) -> Any:
    """Ask for If-Match on an update, and run check and view in one transaction.

    ``version_of(**path_arguments)`` gives the present version inside that transaction; it should lock the row
    (``with_for_update()``), so that of two updates with the same If-Match one gets `PreconditionFailed`. It raises
    `NotFound` for what the caller may not read.
    """

    def mark(function: F) -> F:
        endpoint_of(function).contended = version_of
        return function

    return mark


def demand_match(version_of: VersionOf, path: Mapping[str, Any]) -> None:
    """Raise `PreconditionRequired` without If-Match, `PreconditionFailed` for one that isn't the present version."""
    header = request.headers.get("If-Match")
    if header is None:
        raise PreconditionRequired
    if not matches(header, etag_of_version(version_of(**path), platform.gate.generation)):
        raise PreconditionFailed
