"""Pictures, drawn anew: upright, within limits, in one of four formats, and without a trace of what came with them."""

from __future__ import annotations

import io
import threading
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from kernel.files.problems import FileDamaged, PictureTooLarge

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}
_OPTIONS: dict[str, dict[str, Any]] = {
    "image/jpeg": {"quality": 88, "optimize": True, "progressive": True},
    "image/png": {"optimize": True},
    "image/webp": {"quality": 85, "method": 4},
}
_two_at_a_time = threading.BoundedSemaphore(2)
"""A picture of 25 million pixels takes about 200 MB while it is drawn; small machines have no room for more."""


class Picture(NamedTuple):
    """A picture as it is stored."""

    data: bytes
    media_type: str
    width: int
    height: int


def redraw(stream: IO[bytes], media_type: str, *, max_pixels: int, max_edge: int) -> Picture:
    """The picture in ``stream``, upright, at most ``max_edge`` pixels long, without metadata.

    A GIF becomes the WebP of its first frame. Raises `PictureTooLarge` and `FileDamaged`.
    """
    made = "image/webp" if media_type == "image/gif" else media_type
    return _draw(stream, _FORMATS[media_type], made, max_pixels, max_edge)


def fitted(width: int, height: int, edge: int) -> tuple[int, int]:
    """The size of a picture that is made to fit into a square of ``edge`` pixels; a smaller one keeps its own."""
    longest = max(width, height)
    if longest <= edge:
        return width, height
    return max(1, round(width * edge / longest)), max(1, round(height * edge / longest))


def thumbnail(stream: IO[bytes], edge: int) -> Picture:
    """A WebP of a stored picture, at most ``edge`` pixels wide and high. Raises `FileDamaged`."""
    return _draw(stream, None, "image/webp", None, edge)


def _draw(stream: IO[bytes], source: str | None, made: str, max_pixels: int | None, edge: int) -> Picture:
    from PIL import Image

    stream.seek(0)
    try:
        with _two_at_a_time, Image.open(stream, formats=[source] if source else list(_FORMATS.values())) as image:
            if max_pixels is not None and image.width * image.height > max_pixels:
                raise PictureTooLarge(max_pixels=max_pixels)
            return _save(_upright(image, edge), made)
    except PictureTooLarge:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureTooLarge(max_pixels=max_pixels) from None
    except Exception as error:
        raise FileDamaged from error


def _upright(image: Image, edge: int) -> Image:
    from PIL import ImageOps
    from PIL.Image import Resampling

    size = fitted(*image.size, edge)  # of the original: the draft rounds
    image.draft("RGB", (edge, edge))  # JPEG decodes to a fraction of the size when that is enough
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.size != image.size:
        size = size[::-1]
    return upright if upright.size == size else upright.resize(size, Resampling.BICUBIC, reducing_gap=2)


def _save(image: Image, made: str) -> Picture:
    """Only pixels go into a new picture: comments, profiles, locations and previews stay behind."""
    from PIL import Image

    mode = "RGB" if made == "image/jpeg" or not image.has_transparency_data else "RGBA"
    clean = Image.new(mode, image.size)
    clean.paste(image.convert(mode))
    buffer = io.BytesIO()
    clean.save(buffer, _FORMATS[made], **_OPTIONS[made])
    return Picture(buffer.getvalue(), made, clean.width, clean.height)
