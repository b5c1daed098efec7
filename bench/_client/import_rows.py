"""Imports a file of as many rows, in the format, as the command line says; prints rows a second and the most MiB."""

from __future__ import annotations

import csv
import io
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import IO

from asoud_category.testing import make_attribute, make_category
from asoud_market.testing import make_market
from asoud_product.models import Direction, Transfer
from asoud_product.services import transfer
from asoud_users.testing import make_user

from addon_sdk import Principal, acting_as, session
from config import load_settings
from kernel.app import create_app

OF_PRODUCT = ("sku", "name", "description", "keywords", "category", "main_price", "colleague_price", "label")
HEADER = (*OF_PRODUCT, "attribute:size", "attribute:weight", "barcode")
LETTERS = "ابپتجچخدرزسشفقکگلمنوهی"
WORDS = ["".join(LETTERS[(i * 7 + j * 5 + i * j) % len(LETTERS)] for j in range(5)) for i in range(97)]


def main(count: int, kind: str) -> None:
    """Once, with a category that has attributes, a market, and its owner."""
    app = create_app(load_settings(), role="worker")
    owner_id = make_user(app)
    category = make_category(app, "پوشاک", slug="clothes")
    make_attribute(app, category, "size", "choice", choices=["s", "m"], filterable=True)
    make_attribute(app, category, "weight", "decimal", filterable=True)
    with tempfile.TemporaryFile() as file, app.app_context(), acting_as(Principal(user_id=owner_id)):
        {"csv": _write_csv, "xlsx": _write_xlsx}[kind](file, count)
        file.seek(0)
        begun = transfer.added(make_market(owner_id), Direction.IMPORT, kind).id
        start = time.perf_counter()
        transfer.import_file(begun, file)
        taken = time.perf_counter() - start
        done = session().get_one(Transfer, begun, populate_existing=True)
        if done.created != count:
            raise RuntimeError(f"{done.created} of {count} rows went in: {done.errors[:3]}")
    mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rate": count / taken, "mebibytes": mebibytes}))


def _write_csv(file: IO[bytes], count: int) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    csv.writer(text).writerows(_rows(count))
    text.detach()


def _write_xlsx(file: IO[bytes], count: int) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in _rows(count):
        sheet.append(row)
    book.save(file)


def _rows(count: int) -> Iterator[list[str | int]]:
    yield [*HEADER]
    for i in range(count):
        one, two, three = WORDS[i % 97], WORDS[i // 97 % 97], WORDS[i * 7 % 97]
        texts = (f"{one} {two} {three} {i % 50}", f"توضیح کوتاه دربارهٔ {one} {two} با کیفیت بالا", f"{one}|{two}")
        yield [f"S-{i:07}", *texts, "clothes", 100_000 + i, 90_000 + i, "new", "s", "1.5", f"626{i:010}"]


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
