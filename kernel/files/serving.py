"""Sending bytes so that no browser runs them: known types, no sniffing, a sandbox, download unless harmless."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, redirect, request
from werkzeug.wsgi import wrap_file

from kernel.errors import NotFound
from kernel.files.media import MEDIA, content_type
from kernel.files.models import StoredFile
from kernel.runtime import platform

_FOREVER = 365 * 24 * 3600
_UNTIL_MADE = 60
"""Seconds for which a picture may stand in for its thumbnail, which is made within moments."""
_SANDBOX = "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
_STORAGE_LINK_SECONDS = 300


def send(file: StoredFile, size: str | None, seconds: int) -> Response:
    """The bytes of a file or of its thumbnail ``size``, whole or the range that was asked for.

    ``seconds`` says how long a private one may be kept. Until a thumbnail is made the picture itself stands in for it.
    Raises `NotFound` for a size that its kind doesn't have.
    """
    keep = f"private, max-age={seconds}" if file.private else f"public, max-age={_FOREVER}, immutable"
    if size is not None and size not in file.thumbnails:
        if size not in platform.files.kind(file.kind).thumbnails:
            raise NotFound
        size, seconds = None, min(seconds, _UNTIL_MADE)
        keep = f"{'private' if file.private else 'public'}, max-age={seconds}"
    headers = headers_for(file, size, keep)
    key = file.key_of(size)
    address = platform.files.storage.link(key, headers, _STORAGE_LINK_SECONDS)
    if address is not None:
        answer = redirect(address, 302)
        answer.headers["Cache-Control"] = f"private, max-age={min(seconds, _STORAGE_LINK_SECONDS // 2)}"
        return answer  # type: ignore[return-value]  # Flask's redirect makes Flask's Response
    return _stream(file, size, headers)


def headers_for(file: StoredFile, size: str | None, keep: str) -> dict[str, str]:
    """Every header of the answer except length, range and ETag; ``keep`` says who may keep it for how long."""
    media_type = "image/webp" if size else file.media_type
    media = MEDIA.get(media_type)
    disposition = "inline" if media is not None and media.inline else "attachment"
    name = f"{file.name.rpartition('.')[0]}-{size}.webp" if size else file.name
    return {
        "Content-Type": content_type(media_type),
        "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": keep,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": _SANDBOX,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }


def _stream(file: StoredFile, size: str | None, headers: dict[str, str]) -> Response:
    try:
        stream = platform.files.storage.open(file.key_of(size))
    except FileNotFoundError:
        raise NotFound from None
    length = stream.seek(0, 2)
    stream.seek(0)
    response = Response(wrap_file(request.environ, stream), headers=headers, direct_passthrough=True)
    response.call_on_close(stream.close)
    response.content_length = length
    response.set_etag(f"{file.sha256[:32]}-{size}" if size else file.sha256[:32])
    try:
        return response.make_conditional(request.environ, accept_ranges=True, complete_length=length)  # type: ignore[return-value]  # itself
    except BaseException:
        response.close()
        raise
