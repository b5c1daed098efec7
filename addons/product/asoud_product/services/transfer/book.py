"""What an XLSX file says of itself: where its first sheet is, its texts, and which styles make numbers dates."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from asoud_product.services.transfer.parts import Event, events

_MOST = 65_536
"""Sheets, formats or styles that a file may name."""
_LONGEST_FORMAT = 255
Attributes = Mapping[str, str]


class Book(NamedTuple):
    """Where the parts are that count, and in which calendar its dates are."""

    sheet: str
    texts: str | None
    styles: str | None
    is_from_1904: bool


def book_of(archive: zipfile.ZipFile) -> Book | None:
    """What the archive holds; None when no sheet of it has cells. Raises ValueError and KeyError for no workbook."""
    main = _main_part(archive)
    sheets, texts, styles = _related(archive, main)
    is_from_1904 = False
    for name, attributes in _begun(archive, main):
        if name == "workbookPr":
            is_from_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "sheet" and (sheet := sheets.get(_unprefixed(attributes).get("id", ""))):  # others are charts
            return Book(sheet, texts, styles, is_from_1904)
    return None


def date_styles(archive: zipfile.ZipFile, part: str | None) -> bytearray:
    """By the number of a cell's style, whether it shows numbers as dates (1) or durations (2)."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format  # slow to import

    def meaning(code: str) -> int:
        return 2 if is_timedelta_format(code) else int(is_date_format(code))

    found = bytearray()
    formats = {str(number): meaning(code) for number, code in BUILTIN_FORMATS.items()}
    is_cell = False
    for name, attributes, _ in () if part is None else part_events(archive, part):
        if name == "cellXfs":
            is_cell = attributes is not None
        elif name == "numFmt" and attributes is not None:
            formats[attributes["numFmtId"]] = meaning(attributes["formatCode"][:_LONGEST_FORMAT])
        elif name == "xf" and is_cell and attributes is not None:
            found.append(formats.get(attributes.get("numFmtId", ""), 0))
        if len(formats) > _MOST or len(found) > _MOST:
            raise ValueError
    return found


def part_events(archive: zipfile.ZipFile, part: str) -> Iterator[Event]:
    """A part of an archive as it streams by. Raises KeyError when there is none."""
    with archive.open(part) as content:
        yield from events(content)


def _main_part(archive: zipfile.ZipFile) -> str:
    for name, attributes in _begun(archive, "[Content_Types].xml"):
        if name == "Override" and attributes["ContentType"].endswith(".sheet.main+xml"):
            return attributes["PartName"].lstrip("/")
    raise ValueError


def _related(archive: zipfile.ZipFile, main: str) -> tuple[dict[str, str], str | None, str | None]:
    """The paths of sheets by their ids, of texts, and of styles."""
    folder, name = posixpath.split(main)
    sheets: dict[str, str] = {}
    single: dict[str, str] = {}
    for element, relation in _begun(archive, posixpath.join(folder, "_rels", f"{name}.rels")):
        if element != "Relationship":
            continue
        kind = relation["Type"].rpartition("/")[2]
        path = posixpath.normpath(posixpath.join("/", folder, relation["Target"])).lstrip("/")
        if kind == "worksheet":
            sheets[relation["Id"]] = path
        elif kind in ("sharedStrings", "styles"):
            single[kind] = path
        if len(sheets) > _MOST:
            raise ValueError
    return sheets, single.get("sharedStrings"), single.get("styles")


def _begun(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, Attributes]]:
    return ((name, attributes) for name, attributes, _ in part_events(archive, part) if attributes is not None)


def _unprefixed(attributes: Attributes) -> dict[str, str]:
    return {name.rpartition(":")[2]: value for name, value in attributes.items()}
