"""Kinds of files."""

from __future__ import annotations

from addon_sdk.files import file_kind

SLIDE = file_kind(
    "category.slide",
    media=("image/jpeg", "image/png", "image/webp"),
    private=False,
    permission="category.edit",
    thumbnails={"small": 480, "large": 1280},
)
