"""Pictures for the tests of addons that take them."""

from __future__ import annotations

from io import BytesIO

from PIL import Image


def small_picture(colour: str = "red", size: tuple[int, int] = (8, 8)) -> bytes:
    """A PNG of one colour; ``size`` is its width and height in pixels."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()
