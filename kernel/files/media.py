"""The media types that may be stored at all, and how each is served. What isn't listed here is refused."""

from __future__ import annotations

from dataclasses import dataclass

OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class Media:
    """How a media type is kept and served."""

    extension: str
    inline: bool = False
    """Whether browsers may show it in place: pictures, sound and video, which cannot run anything."""
    picture: bool = False
    charset: str = ""


MEDIA = {
    "image/jpeg": Media("jpg", inline=True, picture=True),
    "image/png": Media("png", inline=True, picture=True),
    "image/webp": Media("webp", inline=True, picture=True),
    "image/gif": Media("gif", inline=True, picture=True),
    "audio/mpeg": Media("mp3", inline=True),
    "audio/ogg": Media("ogg", inline=True),
    "audio/wav": Media("wav", inline=True),
    "audio/mp4": Media("m4a", inline=True),
    "audio/webm": Media("weba", inline=True),
    "video/mp4": Media("mp4", inline=True),
    "video/webm": Media("webm", inline=True),
    "application/pdf": Media("pdf"),
    f"{OFFICE}wordprocessingml.document": Media("docx"),
    f"{OFFICE}spreadsheetml.sheet": Media("xlsx"),
    "text/plain": Media("txt", charset="utf-8"),
    "text/csv": Media("csv", charset="utf-8"),
}
PICTURES = frozenset(name for name, media in MEDIA.items() if media.picture)
TEXTS = frozenset(name for name, media in MEDIA.items() if media.charset)


def content_type(media_type: str) -> str:
    """The Content-Type header for ``media_type``; of a type that we don't store, only bytes."""
    media = MEDIA.get(media_type)
    if media is None:
        return "application/octet-stream"
    return f"{media_type}; charset={media.charset}" if media.charset else media_type
