"""Files that are wrong as a whole: a clear answer, and nothing of them goes in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from asoud_product.models import Direction, Product, Transfer
from asoud_product.services import transfer
from asoud_product.services.transfer import workbook as workbook_module
from asoud_product.services.transfer.failures import UnpacksTooLarge
from openpyxl import Workbook
from sqlalchemy import select

from addon_sdk import Principal, acting_as, session

HEADER = "sku,name,main_price"
GOOD = f"{HEADER}\nA-1,نان سنگک,250000\n"


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(data: bytes, changes: dict[str, bytes]) -> bytes:
    """An XLSX with some of its parts replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, changes.get(part.filename, old.read(part)))
    return file.getvalue()


@pytest.fixture
def take(app: Any, owner: Any, market: UUID) -> Callable[..., Any]:
    """Imports bytes as the command line does, whatever they are; the finished transfer."""

    def run(data: bytes, kind: str = "csv") -> Any:
        with app.app_context(), acting_as(Principal(user_id=owner.user_id)):
            started = transfer.added(market, Direction.IMPORT, kind)
            transfer.import_file(started.id, io.BytesIO(data))
            session().expire_all()
            return session().get_one(Transfer, started.id)

    return run


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (GOOD.encode("utf-16"), "product.wrong_encoding"),
        (GOOD.encode("utf-16-le"), "product.wrong_encoding"),
        (GOOD.encode("utf-16-be"), "product.wrong_encoding"),
        (GOOD.replace("ی", "ي").encode("cp1256", "replace"), "product.wrong_encoding"),
        (HEADER.encode() + b"\n" + b"A,Name,5\n" * 5000 + b"B,\xe4\xc7\xe4,5\n", "product.wrong_encoding"),
        (b"", "product.not_a_sheet"),
        (b"\n\n,,\n", "product.not_a_sheet"),
        (f'{GOOD}A-2,"never closed,5\n'.encode() + b"x" * 300_000, "product.not_a_sheet"),
        (b"x" * 2_000_000, "product.not_a_sheet"),
        (HEADER.encode() + b'\n"' + b'\n","' * 500_000 + b'"\n', "product.not_a_sheet"),
        (b"PK\x03\x04 no csv", "product.wrong_header"),
        (b"name\nbread\n", "product.wrong_header"),
        (b"sku,sku\nA,B\n", "product.wrong_header"),
        (f"{HEADER},colour\nA,B,5,red\n".encode(), "product.wrong_header"),
        (f"{HEADER},option:\nA,B,5,red\n".encode(), "product.wrong_header"),
        (f"{HEADER},,currency\nA,B,5,,IRR\n".encode(), "product.wrong_header"),
    ],
)
def test_a_wrong_csv_is_refused_as_a_whole(take: Any, db: Any, data: bytes, code: str) -> None:
    done = take(data)
    assert (done.state.value, done.problem["code"]) == ("failed", code)
    assert done.problem["title"]
    assert db.count(Product) == 0


def test_a_wrong_header_names_each_column_and_what_is_meant(take: Any) -> None:
    problem = take(b"sku,nam,price_main,main_price\nA,B,5,5\n").problem
    assert [error["pointer"] for error in problem["errors"]] == ["/nam", "/price_main"]
    assert "name" in problem["errors"][0]["message"]


def test_the_language_is_the_caller_s(owner: Any, market: UUID, jobs: Any) -> None:
    body = {"file_id": owner.upload("product.import", b"nam\nx\n", "products.csv")}
    base = f"/api/v1/product/my/markets/{market}"
    started = owner.post(f"{base}/imports", json=body, headers={"Accept-Language": "fa"}).json
    jobs.run()
    problem = owner.get(f"{base}/transfers/{started['id']}").json["problem"]
    assert (problem["code"], problem["title"].isascii()) == ("product.wrong_header", False)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_marks_delimiters_and_line_ends_make_no_difference(take: Any, mark: str, delimiter: str, end: str) -> None:
    text = mark + GOOD.replace(",", delimiter).replace("\n", end)
    done = take(text.encode())
    assert (done.problem, done.created) == (None, 1)


def test_too_many_rows_are_refused_before_any_goes_in(take: Any, db: Any, settings: Any) -> None:
    settings["product.max_import_rows"] = 3
    assert take(GOOD.encode() * 1 + b"\n\nA-2,b b,1\nA-3,b b,1\n").problem is None
    many = "".join(f"B-{number},نان,5\n" for number in range(4))
    for data, kind in (
        (f"{HEADER}\n{many}".encode(), "csv"),
        (workbook(HEADER.split(","), *(line.split(",") for line in many.split())), "xlsx"),
    ):
        done = take(data, kind)
        assert (done.problem["code"], done.problem["max_rows"]) == ("product.too_many_rows", 3)
    assert db.count(Product) == 3


@pytest.mark.parametrize(
    "data",
    [
        b"no zip at all",
        workbook(["sku"])[:-200],
        repacked(workbook(["sku"]), {"xl/worksheets/sheet1.xml": b"<worksheet><row"}),
        repacked(workbook(["sku"]), {"xl/workbook.xml": b"<workbook/>"}),
        repacked(workbook(["sku"]), {"[Content_Types].xml": b"<Types/>"}),
        repacked(
            workbook(["sku"]),
            {
                "xl/worksheets/sheet1.xml": b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
                b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
                b'<row r="1"><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
            },
        ),
    ],
)
def test_what_is_no_workbook_is_refused(take: Any, db: Any, data: bytes) -> None:
    done = take(data, "xlsx")
    assert (done.state.value, done.problem["code"]) == ("failed", "product.not_a_sheet")
    assert db.count(Product) == 0


def bomb() -> bytes:
    """A workbook of some kilobytes that unpacks to a thousand times as much."""
    return repacked(workbook(["sku"]), {"xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * (32 * 1024 * 1024)})


def test_a_zip_bomb_is_refused_before_it_is_parsed(take: Any, owner: Any) -> None:
    data = bomb()
    assert len(data) < 100_000
    assert take(data, "xlsx").problem["code"] == "product.unpacks_too_large"
    form = {"kind": "product.import", "file": (io.BytesIO(data), "bomb.xlsx")}
    answer = owner.post("/api/v1/kernel/files", data=form, content_type="multipart/form-data")
    assert (answer.status_code, answer.json["code"]) == (422, "file_damaged")


def test_a_sheet_that_lies_about_its_size_ends(take: Any, settings: Any) -> None:
    settings["product.max_import_rows"] = 10
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>sku</t></is></c></row>'
        '<row r="999999999"><c r="XFD999999999" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
    )
    data = repacked(workbook(["sku"]), {"xl/worksheets/sheet1.xml": sheet.encode()})
    assert take(data, "xlsx").problem["code"] == "product.too_many_rows"


def test_an_encoding_other_than_utf_8_is_refused_at_the_upload(owner: Any) -> None:
    form = {"kind": "product.import", "file": (io.BytesIO(GOOD.encode("utf-16")), "products.csv")}
    answer = owner.post("/api/v1/kernel/files", data=form, content_type="multipart/form-data")
    assert (answer.status_code, answer.json["code"]) == (415, "file_type_refused")
    assert "UTF-8" in answer.json["detail"]


def test_control_characters_are_named_with_their_place(take: Any, owner: Any) -> None:
    data = f"{HEADER}\nA-1,نان,5\nA-2,نا\x07ن,5\nA\x003,نان,5\n".encode()
    errors = [{"row": 3, "field": "name"}, {"row": 4, "field": "sku"}]
    book = workbook(HEADER.split(","), ["A-1", "نان", 5], ["A-2", "نا_x0007_ن", 5], ["A_x0000_3", "نان", 5])
    for done in (take(data), take(book, "xlsx")):
        assert (done.wrong, [{name: each[name] for name in ("row", "field")} for each in done.errors]) == (2, errors)
        assert {each["code"] for each in done.errors} == {"control_character"}
        assert ["U+0007" in each["message"] for each in done.errors] == [True, False]
    form = {"kind": "product.import", "file": (io.BytesIO(data), "products.csv")}
    headers = {"Accept-Language": "en"}
    answer = owner.post("/api/v1/kernel/files", data=form, content_type="multipart/form-data", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (415, "file_type_refused")
    assert answer.json["detail"].startswith("Line 3 has the control character U+0007")


def test_pictures_that_are_scripts_are_not_taken(owner: Any) -> None:
    for name, content in (("a.png", b"<script>alert(1)</script>"), ("a.svg", b"<svg onload='alert(1)'/>")):
        form = {"kind": "product.picture", "file": (io.BytesIO(content), name)}
        answer = owner.post("/api/v1/kernel/files", data=form, content_type="multipart/form-data")
        assert (answer.status_code, answer.json["code"]) == (415, "file_type_refused")


def test_a_failed_transfer_is_told_to_those_who_wait(take: Any, outbox: Any, db: Any) -> None:
    take(b"")
    assert outbox.payloads("product.transfer_finished")[-1]["state"] == "failed"
    assert db.all(select(Transfer.finished_at))[0] is not None


@pytest.mark.parametrize(
    ("text", "row"),
    [(f'{HEADER},description\nA-1,نان,5,"باز\n' + "A-2,نان,5,خوب\n" * 20, 2), (f'{HEADER}\nA-1,"نان"تازه,5\n', 2)],
)
def test_a_quote_that_is_left_open_swallows_no_rows(send: Any, db: Any, text: str, row: int) -> None:
    done = send(text)
    assert (done["state"], done["problem"]["code"], done["problem"]["row"]) == ("failed", "product.not_a_sheet", row)
    assert db.count(Product) == 0


def test_a_text_that_all_cells_share_is_no_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_module, "MAX_TEXT", 50_000)
    shared = io.BytesIO(workbook(["name"], *[["ب" * 10_000]] * 9))
    with pytest.raises(UnpacksTooLarge):
        list(workbook_module.workbook_rows(shared, 100))
