"""Office documents (docx, xlsx): zip files with limits on what they unpack to, and without anything that runs."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Sequence
from typing import IO

from kernel.files.media import OFFICE
from kernel.files.problems import FileDamaged, UnpacksTooLarge

MAX_PARTS = 2000
MAX_DIRECTORY = MAX_PARTS * 512
"""Bytes of the list of the parts."""
MAX_UNPACKED = 100 * 1_048_576
"""Bytes that all parts together may unpack to; really unpacked, since headers may lie."""
MAX_RATIO = 200
"""How many times larger than the file the whole may get, once it is above a mebibyte."""
_CHUNK = 65_536
_ENDS = 56 + 20 + 22
"""Bytes of what stands at an archive's end: of a large one, where that is, and of any."""
_MAIN_PARTS = {
    "word/document.xml": f"{OFFICE}wordprocessingml.document",
    "xl/workbook.xml": f"{OFFICE}spreadsheetml.sheet",
}
_ACTIVE = re.compile(
    r"vbaproject|vbadata|activex|oleobject|macrosheets|\.(?:exe|dll|js|vbs|bat|ps1|jar|html?)$", re.IGNORECASE
)
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def office_media(stream: IO[bytes]) -> str | None:
    """The document's media type; None for another zip file.

    Raises `FileDamaged` for broken files, bombs, macros and embedded programs, and for data around the archive,
    `UnpacksTooLarge` for a document of honest size that is too large.
    """
    try:
        _refuse_long_directories(stream)
        with zipfile.ZipFile(stream) as archive:
            media = next((media for part, media in _MAIN_PARTS.items() if part in archive.NameToInfo), None)
            if media is None or "[Content_Types].xml" not in archive.NameToInfo:
                return None
            _check(archive, stream)
            return media
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, OSError):
        raise FileDamaged from None


def _refuse_long_directories(stream: IO[bytes]) -> None:
    """The list of parts is read as a whole, some hundred bytes of memory for each, before anything can be checked."""
    stream.seek(-min(stream.seek(0, 2), _ENDS), 2)
    ends = stream.read().rjust(_ENDS, b"\x00")
    large, locator, end = ends[:56], ends[56:76], ends[76:]
    if not end.startswith(b"PK\x05\x06"):  # something follows the archive's end
        raise FileDamaged
    says_it_twice = large.startswith(b"PK\x06\x06") and locator.startswith(b"PK\x06\x07")
    size = int.from_bytes(large[40:48] if says_it_twice else end[12:16], "little")
    if size > MAX_DIRECTORY:
        raise FileDamaged


def _check(archive: zipfile.ZipFile, stream: IO[bytes]) -> None:
    parts = archive.infolist()
    end = stream.seek(0, 2)
    if len(parts) > MAX_PARTS or archive.comment or archive.start_dir >= end or parts[0].header_offset:
        raise FileDamaged
    for part in parts:
        _check_name(part)
    _check_size(archive, parts, max(1_048_576, end * MAX_RATIO))


def _check_name(part: zipfile.ZipInfo) -> None:
    path = part.filename
    outside = path.startswith(("/", "\\")) or ".." in path.replace("\\", "/").split("/") or ":" in path
    if outside or _ACTIVE.search(path) or part.flag_bits & 1 or part.compress_type not in _METHODS:
        raise FileDamaged


def _check_size(archive: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo], honest: int) -> None:
    """Unpack all, at most as far as the limit; a document that grows beyond ``honest`` is a bomb."""
    size = 0
    for part in parts:
        with archive.open(part) as content:
            while chunk := content.read(_CHUNK):
                size += len(chunk)
                if size > honest:
                    raise FileDamaged
                if size > MAX_UNPACKED:
                    raise UnpacksTooLarge(max_bytes=MAX_UNPACKED)
