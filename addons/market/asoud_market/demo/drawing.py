"""Logos and backgrounds of the demo's markets: mosaics of tiles."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

_TILE = 64
"""Pixels."""
_PALETTES = (
    ("#0f6e84", "#f6efe2", "#e0a526"),
    ("#1d4e89", "#eaf2f0", "#f4a259"),
    ("#8c2f39", "#fbeee6", "#e5b25d"),
    ("#3a5a40", "#f1f0ea", "#bc6c25"),
    ("#5a189a", "#eef1f8", "#2a9d8f"),
)
_Corners = list[tuple[float, float]]


def logo(number: int) -> BytesIO:
    """The square mosaic of this number, as JPEG."""
    return _mosaic(number, 6, 6)


def background(number: int) -> BytesIO:
    """A wide one. Numbers that are five apart share their colours."""
    return _mosaic(number, 16, 4)


def _mosaic(number: int, columns: int, rows: int) -> BytesIO:
    """The right half mirrors the left, as on a wall of tiles."""
    chance = Random(number)
    ground, light, accent = _PALETTES[number % len(_PALETTES)]
    image = Image.new("RGB", (columns * _TILE, rows * _TILE), ground)
    pen = ImageDraw.Draw(image)
    for row in range(rows):
        for column in range(columns // 2):
            shape, colour = chance.choice(_SHAPES), chance.choice((light, light, accent))
            for mirrored in (False, True):
                place = columns - 1 - column if mirrored else column
                pen.polygon(list(_scaled(shape, place, row, mirrored=mirrored)), fill=colour)
    file = BytesIO()
    image.save(file, "JPEG", quality=85)
    file.seek(0)
    return file


_SHAPES: tuple[_Corners, ...] = (
    [(0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)],
    [(0, 0), (1, 0), (0, 1)],
    [(0, 1), (1, 1), (1, 0)],
    [(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)],
    [(0, 0), (0.5, 0.25), (1, 0), (0.75, 0.5), (1, 1), (0.5, 0.75), (0, 1), (0.25, 0.5)],
)
"""What lies on a tile, its corners between 0 and 1."""


def _scaled(shape: _Corners, column: int, row: int, *, mirrored: bool) -> Iterator[tuple[float, float]]:
    for x, y in shape:
        yield (column + (1 - x if mirrored else x)) * _TILE, (row + y) * _TILE
