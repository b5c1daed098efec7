"""What stands in the cells of a workbook, whichever program has written it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from asoud_product.services.transfer.failures import NotASheet
from asoud_product.services.transfer.workbook import escaped, workbook_rows
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904

_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def _saved(book: Workbook) -> io.BytesIO:
    file = io.BytesIO()
    book.save(file)
    return file


def _rows(sheet: str) -> list[list[str]]:
    """The rows of a workbook with this XML in its sheet."""
    book, file = _saved(Workbook()), io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, f"<worksheet {_NS}>{sheet}</worksheet>" if "/sheet1" in name else old.read(name))
    return list(workbook_rows(file, 100))


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904])
def test_dates_numbers_and_texts_are_read_as_they_are_shown(epoch: dt.datetime | None) -> None:
    book = Workbook()
    if epoch is not None:
        book.epoch = epoch
    moment = dt.datetime(2026, 3, 21, 12, 30)
    bold = CellRichText("نان ", TextBlock(InlineFont(b=True), "سنگک"))
    book.active.append([moment, moment.date(), dt.time(8, 15), dt.timedelta(hours=30), 5, 2.5, 1e20, True, bold])
    book.active.append([])
    book.active.append([None, "#N/A", "=A1+1", "a|b", "  پیش و پس  "])
    times = ["2026-03-21 12:30:00", "2026-03-21 00:00:00", "08:15:00", "1 day, 6:00:00"]
    assert list(workbook_rows(_saved(book), 100)) == [
        [*times, "5", "2.5", "1" + "0" * 20, "true", "نان سنگک"],
        [],
        ["", "=#N/A", "=A1+1", "a|b", "  پیش و پس  "],
    ]


def test_charts_before_the_first_sheet_are_passed_over() -> None:
    book = Workbook()
    book.active.append(["sku"])
    book.create_chartsheet(index=0)
    assert list(workbook_rows(_saved(book), 100)) == [["sku"]]


def test_cells_without_places_prefixes_formulas_and_readings() -> None:
    assert _rows(
        '<x:sheetData xmlns:x="x"><x:row><x:c><x:v>1</x:v></x:c><x:c t="str"><x:v>a</x:v></x:c></x:row></x:sheetData>'
    ) == [["1", "a"]]
    assert _rows(
        '<sheetData><row r="2"><c r="C2" t="inlineStr"><is><r><t>ب</t></r><rPh><t>be</t></rPh></is></c>'
        '<c r="D2"><f t="shared" si="0"/><v>5</v></c><c r="E2" t="b"><v>0</v></c></row></sheetData><f>x</f>'
    ) == [[], ["", "", "ب", "=", "false"]]


def test_what_looks_like_an_escape_goes_out_and_comes_in_as_it_was() -> None:
    book = Workbook()
    book.active.append([escaped("a_x000D_b"), "c_x000D_\nd_xD800_"])
    assert list(workbook_rows(_saved(book), 100)) == [["a_x000D_b", "c\r\nd_xD800_"]]


@pytest.mark.parametrize(
    "sheet",
    [
        '<sheetData><row r="2"/><row r="1"/></sheetData>',
        '<sheetData><row r="x"/></sheetData>',
        '<sheetData><row><c r="5"><v>1</v></c></row></sheetData>',
        '<sheetData><row><c r="AAAA1"><v>1</v></c></row></sheetData>',
        '<sheetData><row><c t="s"><v>7</v></c></row></sheetData>',
        '<sheetData><row><c t="s"><v>-1</v></c></row></sheetData>',
        "<sheetData><row><c><v>five</v></c></row></sheetData>",
    ],
)
def test_a_sheet_that_contradicts_itself_is_refused(sheet: str) -> None:
    with pytest.raises(NotASheet):
        _rows(sheet)
