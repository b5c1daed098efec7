"""Kinds of files that markets show. Everybody who has their address may read them."""

from __future__ import annotations

from addon_sdk.files import file_kind

_PICTURES = ("image/jpeg", "image/png", "image/webp")

LOGO = file_kind("market.logo", media=_PICTURES, private=False, max_edge=1024, thumbnails={"small": 96, "medium": 320})
BACKGROUND = file_kind("market.background", media=_PICTURES, private=False, thumbnails={"medium": 640})
PICTURE = file_kind("market.picture", media=_PICTURES, private=False, thumbnails={"small": 160, "medium": 640})
BADGE = file_kind("market.badge", media=_PICTURES, private=False, permission="market.moderate")
