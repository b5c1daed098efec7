"""Pictures are drawn anew: nothing of what came with them survives."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kernel.files.pictures import Picture, fitted, redraw, thumbnail
from kernel.files.problems import FileDamaged, PictureTooLarge
from tests.files.samples import PICTURES, photo, picture


def drawn(content: bytes, media_type: str = "image/jpeg", *, max_pixels: int = 10**6, max_edge: int = 500) -> Picture:
    return redraw(io.BytesIO(content), media_type, max_pixels=max_pixels, max_edge=max_edge)


def opened(made: Picture) -> Image.Image:
    return Image.open(io.BytesIO(made.data))


def test_metadata_goes_and_the_picture_stands_upright() -> None:
    made = drawn(photo(orientation=6))
    image = opened(made)
    assert (made.width, made.height) == image.size == (40, 60)
    assert not image.getexif()
    assert "comment" not in image.info
    assert b"secret" not in made.data
    red, _, blue = image.convert("RGB").getpixel((20, 5))  # type: ignore[misc]  # three channels
    assert red > 200 > 60 > blue


@pytest.mark.parametrize("media_type", PICTURES)
def test_every_format_stays_what_it_is_except_gif(media_type: str) -> None:
    made = drawn(PICTURES[media_type], media_type)
    assert made.media_type == ("image/webp" if media_type == "image/gif" else media_type)
    assert Image.MIME[opened(made).format or ""] == made.media_type


def test_what_hides_behind_a_picture_is_gone() -> None:
    script = b"<script>alert(1)</script>"
    for media_type, content in PICTURES.items():
        assert script not in drawn(content + script, media_type).data


def test_transparency_stays_where_the_format_has_it() -> None:
    clear = picture("PNG", mode="RGBA")
    assert opened(drawn(clear, "image/png")).mode == "RGBA"
    assert opened(drawn(picture("PNG", mode="LA"), "image/png")).mode == "RGBA"
    assert opened(drawn(picture("GIF", mode="P"), "image/gif")).mode == "RGB"


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_other_colours_become_plain_ones(mode: str) -> None:
    assert opened(drawn(picture("JPEG", mode=mode))).mode == "RGB"


def test_large_pictures_become_smaller_and_small_ones_stay() -> None:
    assert drawn(picture(size=(400, 100)), max_edge=200)[2:] == (200, 50)
    assert drawn(picture(size=(40, 10)), max_edge=200)[2:] == (40, 10)


def test_a_picture_with_too_many_pixels_is_refused() -> None:
    with pytest.raises(PictureTooLarge) as caught:
        drawn(picture(size=(101, 100)), max_pixels=10_000)
    assert caught.value.extra == {"max_pixels": 10_000}


def png_that_says_it_is(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("edge", [1000, 10_000, 60_000])
def test_a_bomb_is_refused_before_it_is_unpacked(edge: int) -> None:
    with pytest.raises(PictureTooLarge):
        drawn(png_that_says_it_is(edge, edge), "image/png", max_pixels=900_000)


@pytest.mark.parametrize(
    "content", [b"\xff\xd8\xff", picture()[:200], b"\x89PNG\r\n\x1a\n", png_that_says_it_is(9, 9)[:45]]
)
def test_a_broken_picture_is_damaged(content: bytes) -> None:
    with pytest.raises(FileDamaged):
        drawn(content, "image/png" if content.startswith(b"\x89") else "image/jpeg")


def test_a_picture_of_another_format_than_its_start_says_is_damaged() -> None:
    with pytest.raises(FileDamaged):
        drawn(picture("PNG"), "image/jpeg")


@settings(max_examples=60)
@given(st.sampled_from(sorted(PICTURES)), st.data())
def test_hostile_bytes_make_problems_never_errors(media_type: str, data: st.DataObject) -> None:
    content = bytearray(PICTURES[media_type])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(FileDamaged, PictureTooLarge):
        made = drawn(bytes(content), media_type)
        assert max(made.width, made.height) <= 500


@settings(max_examples=40)
@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 120), st.sampled_from(["JPEG", "PNG"]))
def test_the_size_of_a_thumbnail_is_known_before_it_is_made(width: int, height: int, edge: int, form: str) -> None:
    made = thumbnail(io.BytesIO(picture(form, size=(width, height))), edge)
    assert (made.width, made.height) == fitted(width, height, edge)
    assert max(made.width, made.height) == min(edge, max(width, height))


def test_thumbnails_are_small_webp() -> None:
    made = thumbnail(io.BytesIO(picture(size=(400, 200))), 80)
    assert made[1:] == ("image/webp", 80, 40)
    assert opened(made).format == "WEBP"
