"""Taking a file in: counted, recognised by content, cleaned."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, NamedTuple, cast

from kernel.files.content import control_character, media_type_of
from kernel.files.kinds import FileKind
from kernel.files.media import PICTURES, TEXTS
from kernel.files.pictures import redraw
from kernel.files.problems import FileEmpty, FileTooLarge, FileTypeRefused
from kernel.i18n import translate

_CHUNK = 65_536
_IN_MEMORY = 1_048_576


class Content(NamedTuple):
    """Checked bytes, ready to be stored."""

    stream: IO[bytes]
    media_type: str
    size: int
    sha256: str
    width: int | None = None
    height: int | None = None


@contextmanager
def checked(stream: IO[bytes], kind: FileKind, max_bytes: int) -> Iterator[Content]:
    """What ``stream`` holds, if ``kind`` takes it; a picture is drawn anew.

    Raises `FileEmpty`, `FileTooLarge`, `FileTypeRefused`, `FileDamaged`, `UnpacksTooLarge` or `PictureTooLarge`.
    """
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        copy = cast(IO[bytes], spool)
        size, digest = _copy(stream, copy, max_bytes)
        if not size:
            raise FileEmpty
        media_type = _accepted(media_type_of(copy), copy, kind)
        if media_type in PICTURES:
            yield _picture(copy, media_type, kind)
        else:
            yield Content(copy, media_type, size, digest)


def _copy(source: IO[bytes], target: IO[bytes], max_bytes: int) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise FileTooLarge(max_bytes=max_bytes)
        digest.update(chunk)
        target.write(chunk)
    return size, digest.hexdigest()


def _accepted(found: str | None, content: IO[bytes], kind: FileKind) -> str:
    """The type to store it as. Content cannot tell CSV from other text, so text counts as CSV where that is taken."""
    if found == "text/plain" and found not in kind.media:
        found = "text/csv"
    if found is None or found not in kind.media:
        raise FileTypeRefused(_mend(content) if kind.media & TEXTS else None, media=sorted(kind.media))
    return found


def _mend(content: IO[bytes]) -> str:
    found = control_character(content)
    if found is None:
        return translate("Text is read as UTF-8; save it so.")
    text = "Line {line} has the control character {character}: take it out, and save the text as UTF-8."
    return translate(text, line=found[0], character=f"U+{found[1]:04X}")


def _picture(stream: IO[bytes], media_type: str, kind: FileKind) -> Content:
    made = redraw(stream, media_type, max_pixels=kind.max_pixels, max_edge=kind.max_edge)
    digest = hashlib.sha256(made.data).hexdigest()
    return Content(io.BytesIO(made.data), made.media_type, len(made.data), digest, made.width, made.height)
