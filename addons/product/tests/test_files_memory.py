"""No file takes memory by its size: what spreadsheets never write is refused, and the rest streams by."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook

_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_SHEET, _TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_RELATIONS, _STYLES, _BOOK = "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/workbook.xml"
_READ = """
import json, re, sys
from asoud_product.services.transfer import workbook
from asoud_product.services.transfer.failures import NotASheet
workbook.MAX_RATIO = 10**9  # as if the file had something else in it that is hard to pack
rows, code = 0, None
with open(sys.argv[1], "rb") as file:
    try:
        for _ in workbook.workbook_rows(file, 10_000_000):
            rows += 1
    except NotASheet as problem:
        code = problem.code
with open("/proc/self/status") as file:
    most = int(re.search(r"VmHWM:\\s+([0-9]+) kB", file.read())[1]) / 1024
print(json.dumps({"rows": rows, "code": code, "mebibytes": most}))
"""
_MOST = 24
"""Mebibytes that a file may take besides what reading the smallest one takes."""


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the most memory of a process from /proc")
Read = Callable[[dict[str, bytes]], dict[str, Any]]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Reads a workbook, some of its parts replaced, in a process of its own."""
    path = tmp_path_factory.mktemp("files") / "book.xlsx"
    book, plain = Workbook(), io.BytesIO()
    book.active.append(["sku", "name"])
    book.save(plain)

    def run(parts: dict[str, bytes]) -> dict[str, Any]:
        with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
            for name in {*old.namelist(), *parts}:
                new.writestr(name, parts.get(name) or old.read(name))
        done = subprocess.run([sys.executable, "-c", _READ, path], capture_output=True, text=True, check=True)
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return run


def _sheet(rows: str) -> bytes:
    return f"<worksheet {_NS}><sheetData>{rows}</sheetData></worksheet>".encode()


def _wide(count: int) -> dict[str, bytes]:
    return {_SHEET: _sheet("<row>" + "<c><v>1</v></c>" * count + "</row>")}


def _many(count: int) -> dict[str, bytes]:
    """As many rows and shared texts as ``count``, none like another."""
    texts = "".join(f"<si><t>نان شمارهٔ {number}</t></si>" for number in range(count))
    rows = "".join(f'<row r="{n + 1}"><c t="s"><v>{n}</v></c><c><v>{n}</v></c></row>' for n in range(count))
    related = f'<Relationships><Relationship Id="a" Type="t/worksheet" Target="/{_SHEET}"/>'
    related += f'<Relationship Id="b" Type="t/sharedStrings" Target="/{_TEXTS}"/></Relationships>'
    book = f'<workbook {_NS} xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="a"/></sheets></workbook>'
    return {
        _TEXTS: f"<sst {_NS}>{texts}</sst>".encode(),
        _SHEET: _sheet(rows),
        _RELATIONS: related.encode(),
        _BOOK: book.encode(),
    }


def _styles(inside: bytes) -> dict[str, bytes]:
    return {_STYLES: f"<styleSheet {_NS}>".encode() + inside + b"</styleSheet>"}


def _relations(count: int) -> bytes:
    each = (f'<Relationship Id="{number}" Type="t/worksheet" Target="a"/>' for number in range(count))
    return f"<Relationships>{''.join(each)}</Relationships>".encode()


def _names(count: int) -> bytes:
    return "".join(f"<a{number}/>" for number in range(count)).encode()


_FILES: dict[str, Callable[[], dict[str, bytes]]] = {
    "elements": lambda: _styles(b"<a/>" * 2_000_000),
    "elements of a part that nobody needs": lambda: {"xl/theme/theme1.xml": b"<a>" + b"<b/>" * 2_000_000 + b"</a>"},
    "cells": lambda: _wide(300_000),
    "rows and texts": lambda: _many(100_000),
}
_REFUSED: dict[str, Callable[[], dict[str, bytes]]] = {
    "depth": lambda: _styles(b"<a>" * 2_000_000),
    "names": lambda: _styles(_names(300_000)),
    "styles": lambda: _styles(b"<cellXfs>" + b"<xf/>" * 1_000_000 + b"</cellXfs>"),
    "comment": lambda: _styles(b"<!-- " + b">" * 48_000_000 + b" -->"),
    "no sheets": lambda: {_BOOK: f"<workbook {_NS}>".encode() + b"<a/>" * 1_000_000 + b"</workbook>"},
    "relations": lambda: {_RELATIONS: _relations(300_000)},
    "text": lambda: {_SHEET: _sheet(f'<row><c t="inlineStr"><is><t>{"x" * 24_000_000}</t></is></c></row>')},
    "attribute": lambda: {_SHEET: _sheet(f'<row><c t="{"x" * 48_000_000}"/></row>')},
    "parts of a text": lambda: {
        _SHEET: _sheet(f"<row><c><is>{'<t>xxxxxxxxxxxxxxxxxxxxxx</t>' * 1_000_000}</is></c></row>")
    },
}


@pytest.fixture(scope="module")
def least(read: Read) -> float:
    """The memory that the smallest workbook takes."""
    return float(read({})["mebibytes"])


@pytest.mark.parametrize("name", _FILES)
def test_no_workbook_takes_memory_by_its_size(read: Read, least: float, name: str) -> None:
    done = read(_FILES[name]())
    assert (done["code"], done["rows"] > 0) == (None, True)
    assert done["mebibytes"] < least + _MOST


@pytest.mark.parametrize("name", _REFUSED)
def test_what_no_spreadsheet_writes_is_refused_before_it_takes_memory(read: Read, least: float, name: str) -> None:
    done = read(_REFUSED[name]())
    assert done["code"] == "product.not_a_sheet"
    assert done["mebibytes"] < least + _MOST
