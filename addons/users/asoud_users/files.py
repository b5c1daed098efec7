"""Kinds of files that users hand in."""

from __future__ import annotations

from addon_sdk import Principal
from addon_sdk.files import StoredFile, file_kind

MIB = 1_048_576


def _reviewer(principal: Principal, file: StoredFile) -> bool:
    return principal.can("users.documents_review")


DOCUMENT = file_kind(
    "users.document",
    media=("application/pdf", "image/jpeg", "image/png", "image/webp"),
    max_bytes=10 * MIB,
    may_read=_reviewer,
)
PICTURE = file_kind(
    "users.picture",
    media=("image/jpeg", "image/png", "image/webp"),
    private=False,
    max_edge=1024,
    thumbnails={"small": 96, "medium": 320},
)
