"""Office documents (docx, xlsx): zip files with limits on what they unpack to, and without anything that runs."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import IO

from kernel.files.media import OFFICE
from kernel.files.problems import FileDamaged

MAX_PARTS = 2000
MAX_UNPACKED = 100 * 1_048_576
"""Bytes that all parts together may unpack to; really unpacked, since headers may lie."""
MAX_RATIO = 200
"""How many times larger than the file the whole may get, once it is above a mebibyte."""
_CHUNK = 65_536
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

    Raises `FileDamaged` for broken files, bombs, macros and embedded programs, and for data around the archive.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            media = next((media for part, media in _MAIN_PARTS.items() if part in archive.NameToInfo), None)
            if media is None or "[Content_Types].xml" not in archive.NameToInfo:
                return None
            _check(archive, stream)
            return media
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, OSError):
        raise FileDamaged from None


def _check(archive: zipfile.ZipFile, stream: IO[bytes]) -> None:
    parts = archive.infolist()
    end = stream.seek(0, 2)
    if len(parts) > MAX_PARTS or archive.comment or archive.start_dir >= end or parts[0].header_offset:
        raise FileDamaged
    stream.seek(-22, 2)
    if stream.read(4) != b"PK\x05\x06":  # something follows the archive's end
        raise FileDamaged
    limit = min(MAX_UNPACKED, max(1_048_576, end * MAX_RATIO))
    for part in parts:
        _check_name(part)
        limit -= _unpacked_size(archive, part, limit)


def _check_name(part: zipfile.ZipInfo) -> None:
    path = part.filename
    outside = path.startswith(("/", "\\")) or ".." in path.replace("\\", "/").split("/") or ":" in path
    if outside or _ACTIVE.search(path) or part.flag_bits & 1 or part.compress_type not in _METHODS:
        raise FileDamaged


def _unpacked_size(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limit: int) -> int:
    size = 0
    with archive.open(part) as content:
        while chunk := content.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise FileDamaged
    return size
