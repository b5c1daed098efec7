"""Kinds of files that products show, and files that bring and take products."""

from __future__ import annotations

from addon_sdk.files import file_kind

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MIB = 1_048_576

PICTURE = file_kind(
    "product.picture",
    media=("image/jpeg", "image/png", "image/webp"),
    private=False,
    thumbnails={"small": 160, "card": 400, "large": 1000},
)
VIDEO = file_kind("product.video", media=("video/mp4", "video/webm"), private=False, max_bytes=50 * MIB)
IMPORT = file_kind("product.import", media=("text/csv", XLSX), max_bytes=500 * MIB)
"""What a market's people upload; a million rows of CSV have some 150 MiB."""
EXPORT = file_kind("product.export", media=("text/csv", XLSX), max_bytes=1000 * MIB, upload=False)
REPORT = file_kind("product.report", media=("text/csv",), max_bytes=100 * MIB, upload=False)
