"""What a file is, by its content alone."""

from __future__ import annotations

import io
import os
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.files import content as content_module
from kernel.files import office as office_module
from kernel.files.content import media_type_of
from kernel.files.media import MEDIA, content_type
from kernel.files.names import clean_name
from kernel.files.office import MAX_PARTS
from kernel.files.problems import FileDamaged, UnpacksTooLarge
from tests.files import samples
from tests.files.samples import box, mp4, office, webm

HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


def media_of(content: bytes) -> str | None:
    return media_type_of(io.BytesIO(content))


def verdict(content: bytes) -> str | None:
    """The media type, None for an unknown one, "damaged" for a broken one."""
    try:
        return media_of(content)
    except FileDamaged:
        return "damaged"


@pytest.mark.parametrize("end", [b"<script>", b"<  svg", b"\xd9", b"\x00", b"caf\xe9", b"\xd9\x85"])
@pytest.mark.parametrize("shift", [-7, -2, -1, 0])
def test_long_text_is_looked_through_to_its_end(monkeypatch: pytest.MonkeyPatch, end: bytes, shift: int) -> None:
    monkeypatch.setattr(content_module, "_CHUNK", 1000)
    text = "سلام ".encode() * 400
    content = text[: 2000 + shift].decode(errors="ignore").encode() + end
    assert (media_of(content) is not None) == (end == b"\xd9\x85")


def test_a_shebang_behind_blanks_is_seen_wherever_parts_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_module, "_CHUNK", 1000)
    for blanks in range(997, 1003):
        assert media_of(b" " * blanks + b"#!/bin/sh\n") is None
        assert media_of(b"x" + b" " * blanks + b"#!/bin/sh\n") == "text/plain"


@pytest.mark.parametrize(("media_type", "content"), samples.ALL.items(), ids=samples.ALL)
def test_each_type_is_known_by_its_content(media_type: str, content: bytes) -> None:
    assert media_of(content) == media_type
    assert media_type in MEDIA


@pytest.mark.parametrize(
    "content",
    [
        HTML,
        b"\xef\xbb\xbf  <HTML>",
        b"some words, and then < script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><x/>",
        b"<?php system($_GET[0]);",
        b"#!/bin/sh\nrm -rf /\n",
        b"\n#!/usr/bin/env python\n",
        b"MZ\x90\x00\x03",
        b"\x7fELF\x02\x01",
        b"\xca\xfe\xba\xbe\x00",
        b"caf\xe9 in latin-1",
        b"text with a \x00 in it",
        b"\x1b[31mcolours of a terminal",
        b"RIFF\x00\x00\x00\x00AVI LIST",
        b"OggS\x00\x02" + bytes(40) + b"theora",
        b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"<html>",
        b"\xff\xfb\xf0\x64" + bytes(64),
        b"%PDF-x",
        b"%PDF-1.4\n<html><script>alert(1)</script>\n%%EOF",
        box(b"ftyp", b"heic" + bytes(4)) + box(b"mdat"),
        box(b"ftyp", b"qt  " + bytes(4)) + box(b"mdat"),
        b"\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska",
        webm(b"S_TEXT/UTF8"),
        samples.wav()[:12] + b"evil" + samples.wav()[16:],
    ],
)
def test_everything_else_is_refused(content: bytes) -> None:
    assert media_of(content) is None


@pytest.mark.parametrize(
    "content",
    [
        samples.wav() + HTML,
        samples.wav()[:-10],
        samples.PDF.replace(b"endobj", b"endobj\n" + b"% words\n" * 200) + HTML,
        samples.PDF + office(),
        samples.PDF.replace(b"%%EOF", b""),
        samples.PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
        samples.PDF.replace(b"/Catalog", b"/Catalog /Names << /EmbeddedFile 3 0 R >>"),
        mp4(extra=HTML),
        mp4(extra=office()),
        mp4()[:-5],
        mp4(b"text"),
        box(b"ftyp", b"isom" + bytes(4)) + struct.pack(">I", 4) + b"moov",
        box(b"ftyp", b"isom" + bytes(4)) + struct.pack(">I", 17 * 1_048_576) + b"moov" + bytes(17 * 1_048_576 - 8),
        webm(extra=HTML),
        webm()[:-1],
        b"\x1a\x45\xdf\xa3\x00\x42\x82\x84webm",
        b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm" + bytes(8),
        b"ID3\x04\x00\x00\xff\xff\xff\xff",
        b"ID3",
    ],
)
def test_a_known_type_with_something_besides_is_damaged(content: bytes) -> None:
    with pytest.raises(FileDamaged):
        media_of(content)


def test_boxes_may_have_long_sizes_or_run_to_the_end() -> None:
    long = struct.pack(">I", 1) + b"mdat" + struct.pack(">Q", 16 + 4) + b"abcd"
    assert media_of(mp4() + long) == "video/mp4"
    assert media_of(mp4() + struct.pack(">I", 0) + b"mdat" + b"rest") == "video/mp4"


def test_recorders_leave_the_segments_size_open() -> None:
    assert media_of(webm(b"A_OPUS", known_size=False)) == "audio/webm"


def _prefixed_zip() -> bytes:
    buffer = io.BytesIO(HTML)
    buffer.seek(0, 2)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", "")
    return b"PK\x03\x04" + buffer.getvalue()


def _with_comment() -> bytes:
    buffer = io.BytesIO(office())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = HTML
    return buffer.getvalue()


def _encrypted() -> bytes:
    content = bytearray(office())
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        content[content.index(signature) + offset] |= 1
    return bytes(content)


BOMB = {"word/media/zeros.bin": bytes(60 * 1_048_576)}


@pytest.mark.parametrize(
    "content",
    [
        office(parts=BOMB),
        office(parts={f"word/{number}.xml": b"" for number in range(MAX_PARTS)}),
        office(parts={"word/vbaProject.bin": b"macro"}),
        office(parts={"word/activeX/activeX1.xml": b"x"}),
        office(parts={"word/embeddings/oleObject1.bin": b"x"}),
        office(parts={"../../etc/passwd": b"x"}),
        office(parts={"/etc/passwd": b"x"}),
        office(parts={"C:evil": b"x"}),
        office(parts={"word/page.html": HTML}),
        office() + HTML,
        office()[:-8],
        b"PK\x03\x04" + bytes(100),
        _prefixed_zip(),
        _with_comment(),
        _encrypted(),
    ],
)
def test_bombs_macros_and_strange_archives_are_damaged(content: bytes) -> None:
    assert verdict(content) == "damaged"


def test_a_header_that_lies_about_its_size_does_not_help_a_bomb() -> None:
    content = bytearray(office(parts=BOMB))
    real = struct.pack("<I", 60 * 1_048_576)
    while (position := content.find(real)) >= 0:
        content[position : position + 4] = struct.pack("<I", 10)
    assert verdict(bytes(content)) == "damaged"


def _large_zip(*, says_it_twice: bool) -> bytes:
    """An archive whose list of parts has 2 MB, as its end says or, as in archives above 4 GB, the record before."""
    end = b"PK\x05\x06" + bytes(8) + (2_000_000).to_bytes(4, "little") + bytes(6)
    if says_it_twice:
        end = end[:12] + b"\xff\xff\xff\xff" + end[16:]
        end = b"PK\x06\x06" + bytes(36) + (2_000_000).to_bytes(8, "little") + bytes(8) + b"PK\x06\x07" + bytes(16) + end
    return b"PK\x03\x04" + bytes(2_000_000) + end


@pytest.mark.parametrize("says_it_twice", [False, True])
def test_a_long_list_of_parts_is_not_even_read(monkeypatch: pytest.MonkeyPatch, says_it_twice: bool) -> None:
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(FileDamaged):
        media_of(_large_zip(says_it_twice=says_it_twice))


def test_an_archive_that_says_its_size_twice_is_read() -> None:
    content = office()
    end = content[-22:]
    twice = b"PK\x06\x06" + (44).to_bytes(8, "little") + bytes(12)
    twice += b"".join(int.from_bytes(part, "little").to_bytes(8, "little") for part in (end[8:10], end[10:12]))
    twice += b"".join(int.from_bytes(part, "little").to_bytes(8, "little") for part in (end[12:16], end[16:20]))
    locator = b"PK\x06\x07" + bytes(4) + (len(content) - 22).to_bytes(8, "little") + (1).to_bytes(4, "little")
    assert verdict(content[:-22] + twice + locator + end) == verdict(content)


def test_another_zip_is_no_document() -> None:
    assert media_of(office("index.html")) is None


@given(st.sampled_from(sorted(samples.ALL)), st.data())
def test_broken_files_are_refused_or_damaged_never_an_error(name: str, data: st.DataObject) -> None:
    content = bytearray(samples.ALL[name])
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert verdict(bytes(content[: data.draw(st.integers(1, len(content)))])) in {*MEDIA, None, "damaged"}


@given(st.text() | st.none(), st.sampled_from(sorted(MEDIA)))
def test_names_are_harmless(given_name: str | None, media_type: str) -> None:
    name = clean_name(given_name, media_type)
    assert name.endswith(f".{MEDIA[media_type].extension}")
    assert not set(name) & set('/\\:*?"<>|;%\r\n\t\0\u202e\u2066')
    assert 1 < len(name) <= 130
    assert not name.startswith(".")


@pytest.mark.parametrize(
    ("given_name", "cleaned"),
    [
        ("گزارش فروش.pdf", "گزارش فروش.jpg"),
        ("می‌خواهم.png", "می‌خواهم.jpg"),
        ("C:\\Users\\x\\photo.jpeg", "photo.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("evil\u202egpj.exe", "evilgpj.jpg"),
        ("shell.php.jpg", "shell.php.jpg"),
        ("", "file.jpg"),
        (None, "file.jpg"),
    ],
)
def test_names_keep_the_users_words(given_name: str | None, cleaned: str) -> None:
    assert clean_name(given_name, "image/jpeg") == cleaned


def test_only_known_types_are_said_to_clients() -> None:
    assert content_type("text/plain") == "text/plain; charset=utf-8"
    assert content_type("text/html") == "application/octet-stream"
    assert not {"text/html", "image/svg+xml", "application/javascript", "text/xml"} & MEDIA.keys()


def test_an_honest_document_that_unpacks_to_too_much_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_module, "MAX_UNPACKED", 100_000)
    assert media_of(office(parts={"word/a.xml": os.urandom(90_000)}))
    with pytest.raises(UnpacksTooLarge) as refused:
        media_of(office(parts={f"word/{name}.xml": os.urandom(60_000) for name in "ab"}))
    assert refused.value.extra == {"max_bytes": 100_000}
