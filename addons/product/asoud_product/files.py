"""Kinds of files that products show, and files that bring and take products."""

from __future__ import annotations

from addon_sdk.files import file_kind

PICTURE = file_kind(
    "product.picture",
    media=("image/jpeg", "image/png", "image/webp"),
    private=False,
    thumbnails={"small": 160, "card": 400, "large": 1000},
)
VIDEO = file_kind("product.video", media=("video/mp4", "video/webm"), private=False, max_bytes=50 * 1_048_576)
