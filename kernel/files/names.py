"""What a file is called: the user's words, without anything that could lead or mislead."""

from __future__ import annotations

import unicodedata
from uuid import UUID

from kernel.files.kinds import FileKind
from kernel.files.media import MEDIA

_LONGEST = 120
_REFUSED = frozenset('/\\:*?"<>|;%')
_FORMATS_KEPT = frozenset("\u200c\u200d")
"""The joiners of Persian script; other invisible characters, such as those that turn the reading order, go."""


def clean_name(given: str | None, media_type: str) -> str:
    """A file name of one harmless word or more, with the extension of ``media_type``."""
    text = unicodedata.normalize("NFC", (given or "").replace("\\", "/").rpartition("/")[2])
    kept = "".join(character for character in text if _harmless(character))
    stem = kept.rpartition(".")[0] or kept
    return f"{stem.strip(' .')[:_LONGEST].rstrip(' .') or 'file'}.{MEDIA[media_type].extension}"


def _harmless(character: str) -> bool:
    if character in _REFUSED:
        return False
    return character in _FORMATS_KEPT or not unicodedata.category(character).startswith(("C", "Zl", "Zp"))


def storage_key(file_id: UUID, kind: FileKind, media_type: str, *, private: bool) -> str:
    """``private/chat/9f/<id>.jpg``: made of nothing that a user said."""
    shelf = "private" if private else "public"
    return f"{shelf}/{kind.owner}/{file_id.hex[-2:]}/{file_id.hex}.{MEDIA[media_type].extension}"
