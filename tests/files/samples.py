"""Small files of every type, made by hand or by the library that owns the format."""

from __future__ import annotations

import io
import struct
import wave
import zipfile
from collections.abc import Mapping

from PIL import Image

ORIENTATION, SOFTWARE, GPS = 0x0112, 0x0131, 0x8825


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40), *, mode: str = "RGB", **options: object) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    buffer = io.BytesIO()
    image.convert(mode).save(buffer, form, **options)
    return buffer.getvalue()


def photo(orientation: int = 6) -> bytes:
    """A JPEG as a telephone makes it: lying on its side, with place and maker."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[SOFTWARE] = "secret-maker"
    exif[GPS] = {1: "N", 2: (35.0, 41.0, 21.0)}
    return picture(exif=exif, comment=b"secret-comment")


def box(kind: bytes, content: bytes = b"") -> bytes:
    """One box of an MP4 file."""
    return struct.pack(">I", len(content) + 8) + kind + content


def mp4(handler: bytes = b"vide", brand: bytes = b"isom", extra: bytes = b"") -> bytes:
    """An MP4 file with one track."""
    track = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + handler + bytes(12))))
    return box(b"ftyp", brand + bytes(4)) + box(b"moov", track) + box(b"mdat", b"\x01" * 64) + extra


def webm(codec: bytes = b"V_VP9", *, known_size: bool = True, extra: bytes = b"") -> bytes:
    """A WebM file with one track."""
    header = b"\x42\x82\x84webm\x42\x87\x81\x02"
    segment = b"\x16\x54\xae\x6b" + bytes([0x80 | (len(codec) + 2)]) + b"\x86" + bytes([0x80 | len(codec)]) + codec
    size = (0x10000000 | len(segment)).to_bytes(4) if known_size else b"\x01" + b"\xff" * 7
    return b"\x1a\x45\xdf\xa3" + bytes([0x80 | len(header)]) + header + b"\x18\x53\x80\x67" + size + segment + extra


def wav() -> bytes:
    """A tenth of a second of silence."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(1600))
    return buffer.getvalue()


def mp3(*, tag: bool = True) -> bytes:
    """An MP3 frame, after an ID3 tag or not."""
    return (b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10) if tag else b"") + b"\xff\xfb\x90\x64" + bytes(413)


OGG = b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead\x01\x01" + bytes(30)
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
TEXT = "نام,شهر\nسارا,شیراز\n".encode()


def office(main: str = "word/document.xml", parts: Mapping[str, bytes] | None = None, **options: int) -> bytes:
    """An office document with one main part and others."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": b"<Types/>", main: b"<document/>", **(parts or {})}.items():
            archive.writestr(name, content)
    return buffer.getvalue()


SOUND = {
    "audio/wav": wav(),
    "audio/mpeg": mp3(),
    "audio/ogg": OGG,
    "audio/mp4": mp4(b"soun", b"M4A "),
    "audio/webm": webm(b"A_OPUS"),
}
VIDEO = {"video/mp4": mp4(), "video/webm": webm()}
DOCUMENTS = {
    "application/pdf": PDF,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": office(),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": office("xl/workbook.xml"),
    "text/plain": TEXT,
}
PICTURES = {
    "image/jpeg": picture("JPEG"),
    "image/png": picture("PNG"),
    "image/webp": picture("WEBP"),
    "image/gif": picture("GIF"),
}
ALL = {**PICTURES, **SOUND, **VIDEO, **DOCUMENTS}
