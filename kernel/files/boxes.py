"""MP4 and WebM: sound or video? And does the container fill the file exactly?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from kernel.files.problems import FileDamaged

_BRANDS = re.compile(rb"M4A |M4B |M4V |isom|iso[2-9]|mp4[12]|avc1|dash|MSNV|3gp[4-9]|3g2a|f4v ")
_TOP_LEVEL = frozenset(
    b"ftyp moov mdat free skip wide uuid moof mfra sidx styp udta meta pdin ssix prft emsg".split(b" ")
)
_LARGEST_INDEX = 16 * 1_048_576
_HEAD = 65_536
_EBML_UNKNOWN = (1 << 56) - 1


def mp4_media(stream: IO[bytes]) -> str | None:
    """``video/mp4`` or ``audio/mp4``; None for other files of this family (HEIC, AVIF, QuickTime).

    Raises `FileDamaged` when its boxes don't fill the file exactly or it has no track.
    """
    stream.seek(8)
    if not _BRANDS.match(stream.read(4)):
        return None
    handlers: set[bytes] = set()
    for kind, start, size in _boxes(stream):
        if kind == b"moov":
            handlers |= _handlers(stream, start, size)
    if b"vide" in handlers:
        return "video/mp4"
    if b"soun" in handlers:
        return "audio/mp4"
    raise FileDamaged


def _boxes(stream: IO[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and size of each box at the top level."""
    end, position = stream.seek(0, 2), 0
    while position < end:
        stream.seek(position)
        header = stream.read(16)
        size, kind = int.from_bytes(header[:4]), header[4:8]
        if size == 1:
            size = int.from_bytes(header[8:16])
        elif size == 0:
            size = end - position
        if size < 8 or kind not in _TOP_LEVEL or position + size > end:
            raise FileDamaged
        yield kind, position, size
        position += size


def _handlers(stream: IO[bytes], start: int, size: int) -> set[bytes]:
    """The kinds of the tracks that a ``moov`` box describes."""
    if size > _LARGEST_INDEX:
        raise FileDamaged
    stream.seek(start)
    index = stream.read(size)
    return {index[match.end() + 8 : match.end() + 12] for match in re.finditer(b"hdlr", index)}


def webm_media(stream: IO[bytes]) -> str | None:
    """``video/webm`` or ``audio/webm``; None for other Matroska files.

    Raises `FileDamaged` when its elements don't fill the file exactly.
    """
    stream.seek(0)
    head = stream.read(_HEAD)
    if b"\x42\x82\x84webm" not in head[:128]:
        return None
    _check_elements(stream)
    if re.search(rb"V_VP8|V_VP9|V_AV1", head):
        return "video/webm"
    return "audio/webm" if re.search(rb"A_OPUS|A_VORBIS", head) else None


def _check_elements(stream: IO[bytes]) -> None:
    """A header and one segment; recorders leave the segment's size unknown, and it goes to the end of the file."""
    end = stream.seek(0, 2)
    stream.seek(4)
    header = _ebml_number(stream)
    stream.seek(stream.tell() + header)
    if header > _HEAD or stream.read(4) != b"\x18\x53\x80\x67":
        raise FileDamaged
    size = _ebml_number(stream)
    if size != _EBML_UNKNOWN and stream.tell() + size != end:
        raise FileDamaged


def _ebml_number(stream: IO[bytes]) -> int:
    """A number whose leading zero bits say how long it is; all ones mean "unknown"."""
    first = stream.read(1)
    if not first or not first[0]:
        raise FileDamaged
    length = 9 - first[0].bit_length()
    value = int.from_bytes(first + stream.read(length - 1)) & ((1 << 7 * length) - 1)
    return _EBML_UNKNOWN if value == (1 << 7 * length) - 1 else value
