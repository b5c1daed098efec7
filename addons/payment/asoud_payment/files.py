"""Kinds of files."""

from __future__ import annotations

from addon_sdk import Principal
from addon_sdk.files import StoredFile, file_kind


def _may_read(principal: Principal, file: StoredFile) -> bool:
    return principal.can("payment.approve")


RECEIPT = file_kind("payment.receipt", media=("image/jpeg", "image/png", "application/pdf"), may_read=_may_read)
"""A bank receipt: its owner reads it, and who decides on it."""
