"""What a file is, by its content alone; its name and what the client says about it play no part.

Each check also makes sure that the file is nothing else besides: no bytes before its start, none after its end,
no markup at its head that a browser could take for a page.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Callable
from typing import IO

from kernel.files.boxes import mp4_media, webm_media
from kernel.files.office import office_media
from kernel.files.problems import FileDamaged

_HEAD = 4096
_TAIL = 2048
_CHUNK = 1_048_576
_OVERLAP = 128
"""More than any markup that is looked for has bytes."""
_MARKUP = re.compile(
    rb"<\s{0,64}(?:!doctype|html|head|body|script|svg|iframe|img|object|embed|\?xml|\?php|%)", re.IGNORECASE
)
_PDF_HEADER = re.compile(rb"%PDF-[12]\.\d")
_PDF_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia)\b")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")

Check = Callable[[IO[bytes], bytes], str | None]


def media_type_of(stream: IO[bytes]) -> str | None:
    """The media type of the content; None for everything that isn't known or not exactly what it should be.

    Raises `FileDamaged` for a file of a known type that is broken or holds what it shouldn't.
    """
    stream.seek(0)
    head = stream.read(_HEAD)
    for signature, check in _SIGNATURES:
        if signature(head):
            return check(stream, head)
    return _text(stream)


def control_character(stream: IO[bytes]) -> tuple[int, int] | None:
    """The line, counted from 1, and the number of the first character that no text has; None when there is none."""
    stream.seek(0)
    line = 1
    while chunk := stream.read(_CHUNK):
        if (found := _CONTROL.search(chunk)) is not None:
            return line + chunk.count(b"\n", 0, found.start()), found[0][0]
        line += chunk.count(b"\n")
    return None


def _starts(*prefixes: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(prefixes)


def _riff(form: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(b"RIFF") and head[8:12] == form


def _is(media_type: str) -> Check:
    """Pictures: decoding and drawing them anew is the check."""
    return lambda stream, head: media_type


def _wav(stream: IO[bytes], head: bytes) -> str | None:
    size = int.from_bytes(head[4:8], "little")
    if size + 8 > _length(stream) or _length(stream) > size + 9:
        raise FileDamaged
    return "audio/wav" if head[12:16] in (b"fmt ", b"bext", b"JUNK", b"LIST") else None


def _ogg(stream: IO[bytes], head: bytes) -> str | None:
    return "audio/ogg" if re.search(rb"OpusHead|\x01vorbis|\x7fFLAC|Speex   ", head[:128]) else None


def _mp3(stream: IO[bytes], head: bytes) -> str | None:
    start = 0
    if head.startswith(b"ID3"):
        size = head[6:10]
        if len(size) < 4 or max(size) > 0x7F:
            raise FileDamaged
        start = 10 + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3])
    stream.seek(start)
    frame = stream.read(4)
    valid = len(frame) == 4 and frame[0] == 0xFF and frame[1] >> 5 == 7
    layer, rate, sampling = (frame[1] >> 1 & 3, frame[2] >> 4, frame[2] >> 2 & 3) if valid else (0, 15, 3)
    return "audio/mpeg" if layer and rate != 15 and sampling != 3 and not _MARKUP.search(head) else None


def _pdf(stream: IO[bytes], head: bytes) -> str | None:
    if not _PDF_HEADER.match(head) or _MARKUP.search(head[:1024]):
        return None
    stream.seek(0)
    content = stream.read()
    _, ending, rest = content[-_TAIL:].rpartition(b"%%EOF")
    if not ending or rest.strip(b"\r\n\t \x00") or _PDF_ACTIVE.search(content):
        raise FileDamaged
    return "application/pdf"


def _text(stream: IO[bytes]) -> str | None:
    """Read in parts, since text may be long; each with the end of the one before, where markup may begin."""
    stream.seek(0)
    decoder = getincrementaldecoder("utf-8-sig")()
    part, begun = b"", False
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
            part = part[-_OVERLAP:] + chunk
            start = part.lstrip()
            if _CONTROL.search(chunk) or _MARKUP.search(part) or (not begun and start.startswith(b"#!")):
                return None
            begun = begun or len(start) > 1
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return "text/plain"


def _length(stream: IO[bytes]) -> int:
    return stream.seek(0, 2)


_SIGNATURES: tuple[tuple[Callable[[bytes], bool], Check], ...] = (
    (_starts(b"\xff\xd8\xff"), _is("image/jpeg")),
    (_starts(b"\x89PNG\r\n\x1a\n"), _is("image/png")),
    (_starts(b"GIF87a", b"GIF89a"), _is("image/gif")),
    (_riff(b"WEBP"), _is("image/webp")),
    (_riff(b"WAVE"), _wav),
    (_starts(b"OggS"), _ogg),
    (_starts(b"%PDF-"), _pdf),
    (_starts(b"PK\x03\x04"), lambda stream, head: office_media(stream)),
    (_starts(b"\x1a\x45\xdf\xa3"), lambda stream, head: webm_media(stream)),
    (lambda head: head[4:8] == b"ftyp", lambda stream, head: mp4_media(stream)),
    (_starts(b"ID3", b"\xff\xe2", b"\xff\xe3", b"\xff\xf2", b"\xff\xf3", b"\xff\xfa", b"\xff\xfb"), _mp3),
)
