"""Rows that are wrong: each is named with its column, and all others go in."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

import pytest
from asoud_category.testing import make_category
from asoud_market.testing import make_market
from asoud_product.models import Product, Variant
from asoud_product.testing import make_product
from openpyxl import Workbook
from sqlalchemy import select

HEADER = "sku,name,main_price"


def _read(client: Any, url: str) -> str:
    with client.get(url) as answer:
        return str(answer.data.decode("utf-8-sig"))


@pytest.mark.parametrize(
    ("column", "cell", "field", "code"),
    [
        ("main_price", "0", "main_price", "too_little"),
        ("main_price", "-5", "main_price", "too_little"),
        ("main_price", "1.5", "main_price", "whole"),
        ("main_price", "۱٫۵", "main_price", "whole"),
        ("main_price", "250.000", "main_price", "whole"),
        ("main_price", '"1,5"', "main_price", "whole"),
        ("main_price", "1e9", "main_price", "whole"),
        ("main_price", "NaN", "main_price", "whole"),
        ("main_price", "5 ریال", "main_price", "whole"),
        ("main_price", "1000000000000001", "main_price", "too_much"),
        ("main_price", "9" * 40, "main_price", "too_much"),
        ("main_price", "", "main_price", "required"),
        ("main_price", "=1+1", "main_price", "formula"),
        ("name", '"=HYPERLINK(""http://x"")"', "name", "formula"),
        ("name", " =1", "name", "formula"),
        ("name", "", "name", "required"),
        ("name", "a", "name", "length"),
        ("name", "n" * 201, "name", "length"),
        ("name", "n" * 2000, "name", "length"),
        ("name", "<b></b>", "name", "markup"),
        ("name", "نان <b>تازه</b>", "name", "markup"),
        ("name", "&lt;b&gt;", "name", "markup"),
        ("name", "\u200c\u200c", "name", "length"),
        ("name", "\u202e\u202e\u202e", "name", "length"),
        ("sku", "s" * 65, "sku", "length"),
        ("kind", "thing", "kind", "one_of"),
        ("currency", "rial", "currency", "currency"),
        ("colleague_price", "6", "colleague_price", "above_main"),
        ("is_marketer", "yes", "marketer_price", "required"),
        ("is_available", "maybe", "is_available", "boolean"),
        ("sale_price", "4", "sale_ends_at", "required"),
        ("sale_ends_at", "yesterday", "sale_ends_at", "time"),
        ("sale_ends_at", "9999-12-31T23:59:59-14:00", "sale_ends_at", "time"),
        ("category", "nowhere", "category", "unknown"),
        ("shelf", "هیچ", "shelf", "unknown"),
        ("attribute:size", "m", "attribute:size", "unknown_field"),
        ("keywords", "|".join("abcdefghijklmnopqrstu"), "keywords", "length"),
        ("appointment_minutes", "3", "appointment_minutes", "range"),
        ("weight_grams", "-1", "weight_grams", "range"),
        ("shipping", "پست", "shipping", "shipping"),
        ("shipping", "پست=رایگان", "shipping", "whole"),
        ("shipping", "پست=-1", "shipping", "range"),
        ("shipping", "=1", "shipping", "formula"),
        ("shipping", "پست=5|=6", "shipping", "length"),
        ("variant_price", "0", "variant_price", "too_little"),
        ("variant_sale_price", "3", "variant_sale_price", "no_main_price"),
    ],
)
def test_the_row_and_the_column_are_named(send: Any, db: Any, column: str, cell: str, field: str, code: str) -> None:
    cells = {"sku": "A-1", "name": "نان سنگک", "main_price": "5"}
    columns = {**cells, column: cell}
    good = {name: cells.get(name, "") if name != "sku" else "A-2" for name in columns}
    done = send("\n".join(",".join(row) for row in (columns, columns.values(), good.values())))
    assert (done["created"], done["wrong"]) == (1, 1), done
    assert (done["errors"][0]["row"], done["errors"][0]["field"], done["errors"][0]["code"]) == (2, field, code)
    assert done["errors"][0]["message"]
    assert db.all(select(Variant.sku)) == ["A-2"]


def test_bidi_characters_are_taken_out(send: Any, db: Any) -> None:
    send(f"{HEADER}\nA-1,نان \u202e\u2066سنگک تازه,5\n")
    assert db.all(select(Product.name)) == ["نان سنگک تازه"]


def test_a_number_twice_in_one_file_is_named_with_the_other_row(send: Any, db: Any) -> None:
    done = send(f"{HEADER}\nA-1,نان اول,5\nA-2,نان دوم,5\nA-1,نان سوم,5\n")
    assert (done["created"], done["wrong"]) == (2, 1)
    error = done["errors"][0]
    assert (error["row"], error["field"], error["code"]) == (4, "sku", "twice")
    assert "2" in error["message"]
    assert sorted(db.all(select(Product.name))) == ["نان اول", "نان دوم"]


def test_half_a_product_does_not_go_in(send: Any, db: Any) -> None:
    done = send(
        "group,sku,name,main_price,weight_grams,option:رنگ\n"
        "p,R-1,پیراهن,500000,,سرخ\np,B-1,,,heavy,آبی\np,G-1,,,,سبز\n,C-1,کلاه,1,,\n"
    )
    assert (done["created"], done["wrong"]) == (1, 3)
    codes = {error["row"]: error["code"] for error in done["errors"]}
    assert codes == {2: "left_out", 3: "whole", 4: "left_out"}
    assert db.all(select(Product.name)) == ["کلاه"]


@pytest.mark.parametrize(
    ("rows", "row", "field", "code"),
    [
        ("p,1,یک,5,سرخ\np,2,دو,,آبی", 3, "name", "differs"),
        ("p,1,یک,5,سرخ\np,2,,,سرخ", 3, "option", "twice"),
        ("p,1,یک,5,سرخ\np,2,,,", 3, "option", "options"),
        ("p,1,یک,5,\np,2,,,", 3, "option", "twice"),
        ("p,1,یک,5,\nq,2,دو,5,\np,3,سه,5,", 4, "group", "apart"),
        ("p,1,یک,5,,more", 2, "", "too_many_cells"),
    ],
)
def test_rows_of_a_group_fit_together(send: Any, rows: str, row: int, field: str, code: str) -> None:
    done = send(f"group,sku,name,main_price,option:رنگ\n{rows}\n".replace("یک", "یکم").replace("دو", "دوم"))
    assert (row, field, code) in [(error["row"], error["field"], error["code"]) for error in done["errors"]]


def test_a_group_without_an_end_is_refused(send: Any, db: Any, settings: Any) -> None:
    settings["product.max_variants"] = 3
    rows = "".join(
        f"p,{number},{'نان' if number == 0 else ''},{5 if number == 0 else ''},{number}\n" for number in range(8)
    )
    done = send(f"group,sku,name,main_price,option:n\n{rows},x,نان,5,\n")
    assert (done["created"], done["wrong"]) == (1, 8)
    assert {error["code"] for error in done["errors"]} == {"too_many_variants"}
    assert db.count(Product) == 1


def test_numbers_of_two_products_do_not_make_one(send: Any, db: Any) -> None:
    send(f"{HEADER}\nA-1,نان یک,5\nA-2,نان دو,5\n")
    done = send("group,sku,variant_price\np,A-1,6\np,A-2,7\n")
    assert [(error["row"], error["code"]) for error in done["errors"]] == [(3, "other_product"), (2, "left_out")]
    assert db.all(select(Variant.main_price)) == [None, None]


def test_another_market_s_numbers_shelves_and_categories_are_not_ours(
    send: Any, app: Any, sara: Any, db: Any, staff: Any
) -> None:
    with app.app_context():
        hers = make_market(sara.user_id)
        make_product(hers, sara.user_id, name="نان او", variants=[{"sku": "A-1"}])
    sara.post(f"/api/v1/product/my/markets/{hers}/shelves", json={"name": "قفسهٔ او"})
    make_category(app, "پنهان", slug="hidden", is_active=False)
    done = send(f"{HEADER},shelf,category\nA-1,نان ما,7,,\nA-2,نان ما,7,قفسهٔ او,\nA-3,نان ما,7,,hidden\n")
    assert (done["created"], [error["field"] for error in done["errors"]]) == (1, ["shelf", "category"])
    theirs = {product.market_id: product.main_price for product in db.all(select(Product))}
    assert theirs[UUID(str(hers))] == 250_000


def test_the_report_names_every_wrong_row(send: Any, client: Any) -> None:
    rows = "".join(f"S-{number},نان سنگک,{'x' if number % 2 else 5}\n" for number in range(300))
    done = send(f"{HEADER}\n{rows}")
    assert (done["created"], done["wrong"], len(done["errors"])) == (150, 150, 100)
    lines = list(csv.DictReader(io.StringIO(_read(client, done["report"]["url"]))))
    assert [int(line["row"]) for line in lines] == list(range(3, 302, 2))
    assert {(line["field"], line["code"]) for line in lines} == {("main_price", "whole")}


def test_a_report_is_no_larger_than_a_file_may_be(send: Any, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from asoud_product.services.transfer import report

    monkeypatch.setattr(report, "_MOST", 5000)
    rows = "".join(f"S-{number},نان سنگک,x\n" for number in range(300))
    done = send(f"{HEADER}\n{rows}")
    lines = _read(client, done["report"]["url"]).strip().splitlines()
    assert (done["wrong"], len(lines) < 100) == (300, True)
    assert str(300 - (len(lines) - 2)) in lines[-1]


def test_a_file_of_many_megabytes_is_taken_as_the_site_is_by_default(owner: Any) -> None:
    rows = "A-1,نان سنگک,5\n" * 1_000_000
    head = '--x\r\nContent-Disposition: form-data; name="'
    body = f'{head}kind"\r\n\r\nproduct.import\r\n{head}file"; filename="a.csv"\r\n\r\n{HEADER}\n{rows}\r\n--x--\r\n'
    answer = owner.post("/api/v1/kernel/files", data=body.encode(), content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 201, answer.text


def test_cells_of_a_workbook_are_read_as_they_are_shown(send: Any, db: Any) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["sku", "name", "main_price", "barcode", "is_advertised", "weight_grams"])
    sheet.append([1001, "نان سنگک", 250000.0, 6260000000000, True, None])
    sheet.append([])
    sheet.append(["A-2", "نان بربری", "=SUM(C2:C2)", None, False, 5])
    sheet.append(["A-3", "نان تافتون", 2.5, None, None, 5])
    file = io.BytesIO()
    book.save(file)
    done = send(file.getvalue())
    assert (done["format"], done["created"]) == ("xlsx", 1)
    assert [(error["row"], error["code"]) for error in done["errors"]] == [(4, "formula"), (5, "whole")]
    product, variant = db.all(select(Product))[0], db.all(select(Variant))[0]
    assert (variant.sku, variant.barcode, product.main_price) == ("1001", "6260000000000", 250_000)
    assert product.is_advertised is True
