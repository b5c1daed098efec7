"""Pictures of the demo's products: rosettes as on tiles, each a little different."""

from __future__ import annotations

from io import BytesIO
from math import cos, pi, sin

from PIL import Image, ImageDraw

EDGE = 400
"""Pixels: what lists show, so that one without thumbnails yet is no larger than needed."""
_PALETTES = (
    ("#f6efe2", "#0f6e84", "#e0a526"),
    ("#eaf2f0", "#1d4e89", "#c8553d"),
    ("#fbeee6", "#8c2f39", "#2a9d8f"),
    ("#f1f0ea", "#3a5a40", "#bc6c25"),
    ("#eef1f8", "#5a189a", "#f4a259"),
    ("#fdf6ec", "#264653", "#e76f51"),
    ("#f4f1f6", "#6d597a", "#e5b25d"),
)
_POINTS = (8, 6, 12, 10, 5, 16)


def draw(number: int) -> BytesIO:
    """The picture of this number, as JPEG, which is written some times faster than PNG."""
    colours = _PALETTES[number % len(_PALETTES)]
    points = _POINTS[number // len(_PALETTES) % len(_POINTS)]
    turn = number % 360 * pi / 180
    image = Image.new("RGB", (EDGE, EDGE), colours[0])
    pen = ImageDraw.Draw(image)
    for radius, colour in ((0.45, 1), (0.38, 0), (0.34, 2), (0.24, 1), (0.1, 0)):
        pen.polygon(_star(points, radius * EDGE, turn), fill=colours[colour])
        turn += pi / points
    file = BytesIO()
    image.save(file, "JPEG", quality=85)
    file.seek(0)
    return file


def _star(points: int, radius: float, turn: float) -> list[tuple[float, float]]:
    corners = []
    for place in range(2 * points):
        reach = radius * (0.72 if place % 2 else 1)
        angle = turn + place * pi / points
        corners.append((EDGE / 2 + reach * cos(angle), EDGE / 2 + reach * sin(angle)))
    return corners
