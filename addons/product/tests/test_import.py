"""Importing products: what goes in, and that it goes in once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from asoud_category.testing import make_attribute, make_category
from asoud_product.models import Change, PriceChange, Product, ProductKind, Transfer, TransferState, Value, Variant
from asoud_product.services import transfer
from asoud_product.testing import API
from sqlalchemy import select

HEADER = "sku,name,main_price"


def _named(db: Any) -> dict[str, Product]:
    return {product.name: product for product in db.all(select(Product))}


def test_rows_become_products(send: Any, db: Any, outbox: Any) -> None:
    done = send(f'{HEADER}\nA-1,نان سنگک,250000\nA-2,نان بربری,"۲۰۰,۰۰۰"\n')
    assert (done["state"], done["problem"]) == ("done", None)
    assert (done["total"], done["rows"], done["created"], done["wrong"]) == (2, 2, 2, 0)
    found = _named(db)
    assert found["نان بربری"].main_price == found["نان بربری"].current_price == 200_000
    assert (found["نان سنگک"].status.value, found["نان سنگک"].is_public) == ("draft", False)
    assert found["نان سنگک"].search_key
    assert {variant.sku for variant in db.all(select(Variant))} == {"A-1", "A-2"}
    assert (db.count(Change), db.count(PriceChange)) == (2, 2)
    assert outbox.names().count("product.products_changed") == 1
    assert outbox.payloads("product.transfer_finished")[0]["state"] == "done"


def test_every_column_is_read(send: Any, app: Any, owner: Any, market: UUID, db: Any) -> None:
    make_category(app, "پوشاک", slug="clothes")
    owner.post(f"/api/v1/product/my/markets/{market}/shelves", json={"name": "تازه‌ها"})
    cells = {
        "sku": "S-1",
        "kind": "کالا",
        "name": "پیراهن",
        "description": '"دو خط،\nدر یک خانه"',
        "keywords": "پیراهن|لباس",
        "category": "clothes",
        "main_price": "1٬000٬000",
        "colleague_price": "900000",
        "marketer_price": "800000",
        "maximum_price": "۱۲۰۰۰۰۰",
        "is_marketer": "بله",
        "sale_price": "950000",
        "sale_starts_at": "2026-03-21 00:00",
        "sale_ends_at": "2040-03-21T12:30:00Z",
        "label": "جدید",
        "label_corner": "top_end",
        "sell_type": "حضوری",
        "ship_payer": "رایگان",
        "shipping": "پست پیشتاز=۵۰٬۰۰۰|پیک=0",
        "is_available": "no",
        "is_advertised": "1",
        "shelf": "تازه‌ها",
        "shelf_position": "3",
        "barcode": "6260000000000",
        "weight_grams": "250",
        "variant_available": "خیر",
    }
    done = send(f"{','.join(cells)}\n{','.join(cells.values())}\n")
    assert (done["errors"], done["created"]) == ([], 1)
    product = db.all(select(Product))[0]
    assert (product.kind, product.keywords) == (ProductKind.GOOD, ["پیراهن", "لباس"])
    assert product.description == "دو خط،\nدر یک خانه"
    assert (product.colleague_price, product.marketer_price, product.maximum_price) == (900_000, 800_000, 1_200_000)
    assert (product.is_marketer, product.is_available, product.is_advertised) == (True, False, True)
    assert product.sale_starts_at.isoformat() == "2026-03-20T20:30:00+00:00"
    assert (product.label.value, product.sell_type.value, product.ship_payer.value) == ("new", "person", "free")
    ways = [(option["name"], option["price"]) for option in product.shipping_options]
    assert ways == [("پست پیشتاز", 50_000), ("پیک", 0)]
    assert product.category_id is not None
    assert product.shelf_id is not None
    assert product.shelf_position == 3
    variant = db.all(select(Variant))[0]
    assert (variant.barcode, variant.weight_grams, variant.is_available) == ("6260000000000", 250, False)


def test_rows_of_one_group_are_the_variants_of_one_product(send: Any, db: Any) -> None:
    done = send(
        "group,sku,name,main_price,variant_price,option:رنگ,option:اندازه\n"
        "p,R-1,پیراهن,500000,,سرخ,بزرگ\n"
        "p,B-1,,,450000,آبی,بزرگ\n"
        ",C-1,کلاه,100000,,,\n"
    )
    assert (done["errors"], done["created"]) == ([], 3)
    shirt = _named(db)["پیراهن"]
    assert shirt.options == [{"name": "رنگ", "values": ["سرخ", "آبی"]}, {"name": "اندازه", "values": ["بزرگ"]}]
    assert shirt.current_price == 450_000
    variants = db.all(select(Variant).where(Variant.product_id == shirt.id).order_by(Variant.position))
    assert [variant.choice["رنگ"] for variant in variants] == ["سرخ", "آبی"]
    assert [variant.main_price for variant in variants] == [None, 450_000]


def test_attributes_are_checked_and_indexed(send: Any, app: Any, db: Any) -> None:
    category = make_category(app, "پوشاک", slug="clothes")
    make_attribute(app, category, "size", "choice", choices=["s", "m"], filterable=True)
    make_attribute(app, category, "tags", "choices", choices=["a", "b"], filterable=True)
    make_attribute(app, category, "weight", "decimal")
    header = f"{HEADER},category,attribute:size,attribute:tags,attribute:weight"
    done = send(f"{header}\n1,یکی,5,clothes,s,a|b,۱٫۵۰\n2,دیگری,5,clothes,xl,,\n3,سومی,5,,m,,\n")
    assert (done["created"], done["wrong"]) == (1, 2)
    assert [(error["row"], error["field"]) for error in done["errors"]] == [
        (3, "attribute:size"),
        (4, "attribute:size"),
    ]
    assert _named(db)["یکی"].attributes == {"size": "s", "tags": ["a", "b"], "weight": "1.5"}
    assert db.count(Value) == 3


def test_a_repeated_import_doubles_nothing(send: Any, db: Any) -> None:
    text = f"{HEADER}\nA-1,با شماره,5\n,بی شماره,6\n"
    assert send(text)["created"] == 2
    before = {product.id: product.version for product in db.all(select(Product))}
    again = send(text)
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 2)
    assert {product.id: product.version for product in db.all(select(Product))} == before


def test_an_import_that_was_cut_off_goes_on(send: Any, db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from asoud_product.services.transfer import importing

    monkeypatch.setattr(importing, "BATCH", 2)
    real, calls = importing.store, []

    def dying(*args: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit
        return real(*args, **more)

    monkeypatch.setattr(importing, "store", dying)
    rows = "\n".join(f",نام {number},{number}" for number in range(1, 6))
    cut = send(f"{HEADER}\n{rows}\n")
    assert (cut["state"], cut["created"]) == ("running", 2)
    db.run(transfer.run_import, UUID(cut["id"]))
    done = db.all(select(Transfer))[0]
    assert (done.state.value, done.rows, done.created, done.unchanged) == ("done", 5, 3, 2)
    db.run(transfer.run_import, UUID(cut["id"]))
    assert db.count(Product) == 5


def test_what_is_there_is_changed_by_its_number(send: Any, db: Any, add: Any) -> None:
    made = add(name="نان", description="تازه", variants=[{"sku": "A-1"}]).json
    done = send("sku,main_price\nA-1,300000\n")
    assert (done["changed"], done["errors"]) == (1, [])
    product = db.all(select(Product))[0]
    assert (str(product.id), product.name, product.description) == (made["id"], "نان", "تازه")
    assert product.main_price == product.current_price == 300_000
    assert db.all(select(Change).order_by(Change.id))[-1].fields == {"main_price": [250_000, 300_000]}


def test_a_published_product_that_is_reviewed_anew_must_be_complete(send: Any, published: Any, db: Any) -> None:
    product_id = UUID(published())
    sku = db.all(select(Variant.sku))[0]
    assert send(f"sku,main_price\n{sku},5000\n")["changed"] == 1
    assert db.all(select(Product.status))[0].value == "published"
    assert send(f"sku,description\n{sku},\n")["errors"][0]["field"] == "description"
    assert send(f"sku,name\n{sku},نام دیگر\n")["changed"] == 1
    product = db.all(select(Product).where(Product.id == product_id))[0]
    assert (product.status.value, product.name, product.description) == ("queue", "نام دیگر", "هر روز تازه")


def test_ways_of_shipping_keep_their_ids_and_a_cleared_cell_takes_them_away(send: Any, db: Any) -> None:
    send(f"{HEADER},shipping\nA-1,نان,5,پست=10|پیک=20\n")
    before = {way["name"]: way["id"] for way in db.all(select(Product.shipping_options))[0]}
    assert send("sku,shipping\nA-1,پیک=30|تیپاکس=40\n")["changed"] == 1
    after = db.all(select(Product.shipping_options))[0]
    assert [(way["name"], way["price"]) for way in after] == [("پیک", 30), ("تیپاکس", 40)]
    assert (after[0]["id"], after[1]["id"] in before.values()) == (before["پیک"], False)
    refused = send("sku,kind,shipping\nA-1,service,پیک=30\n")["errors"]
    assert [(error["field"], error["code"]) for error in refused] == [("shipping", "service")]
    assert send("sku,shipping\nA-1,\n")["changed"] == 1
    assert db.all(select(Product.shipping_options)) == [[]]


def test_a_deactivated_product_stays_as_it_is(send: Any, published: Any, staff: Any, db: Any) -> None:
    product = published()
    version = db.all(select(Product.version))[0]
    body = {"to": "inactive", "products": [{"id": product, "version": version}]}
    assert staff.post("/api/v1/product/all/decisions", json=body).status_code == 204
    done = send(f"sku,main_price\n{db.all(select(Variant.sku))[0]},5000\n")
    assert done["errors"][0]["code"] == "product.not_editable"
    assert db.all(select(Product.main_price))[0] == 250_000


def test_variants_come_to_a_product_that_is_there(send: Any, add: Any, db: Any) -> None:
    options = [{"name": "رنگ", "values": ["سرخ", "زرد"]}]
    add(options=options, variants=[{"sku": "R", "choice": {"رنگ": "سرخ"}}])
    done = send("group,sku,variant_price,option:رنگ\n1,R,,سرخ\n1,G,100000,سبز\n")
    assert (done["created"], done["changed"], done["errors"]) == (1, 1, [])
    product = db.all(select(Product))[0]
    assert (product.options[0]["values"], product.current_price) == (["سرخ", "زرد", "سبز"], 100_000)
    refused = send("group,sku,option:جنس\n2,R,چرم\n")
    assert refused["errors"][0]["code"] == "options"
    assert db.count(Variant) == 2


def test_checking_writes_nothing(send: Any, db: Any, outbox: Any) -> None:
    done = send(f"{HEADER}\nA-1,نان,5\nA-2,نان,0\n", check_only=True)
    assert (done["created"], done["wrong"], done["check_only"]) == (1, 1, True)
    assert (db.count(Product), db.count(Variant), db.count(Change)) == (0, 0, 0)
    assert "product.products_changed" not in outbox.names()


def test_only_who_may_edit_imports(send: Any, owner: Any, sara: Any, market: UUID, db: Any) -> None:
    base = f"/api/v1/product/my/markets/{market}"
    done = send(f"{HEADER}\nA-1,نان,5\n")
    for method, path in (("GET", f"transfers/{done['id']}"), ("GET", "transfers"), ("GET", "import-template")):
        assert sara.open(f"{base}/{path}", method=method).status_code in (403, 404)
    for body in ({"file_id": done["file"]["id"]}, {"file_id": str(market)}):
        assert sara.post(f"{base}/imports", json=body).status_code in (403, 404)
    assert owner.post(f"{base}/imports", json={"file_id": str(market)}).json["errors"][0]["pointer"] == "/file_id"


def test_a_file_of_somebody_else_is_not_imported(send: Any, owner: Any, sara: Any, market: UUID) -> None:
    body = {"file_id": sara.upload("product.import", HEADER.encode(), "products.csv")}
    answer = owner.post(f"/api/v1/product/my/markets/{market}/imports", json=body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/file_id")


def test_progress_comes_over_the_socket(send: Any, socket: Any, owner: Any, market: UUID) -> None:
    told = socket("/product", owner)
    done = send(f"{HEADER}\nA-1,نان,5\n")
    last = told.receive("transfer")
    assert last["state"] == "running"
    while last["state"] == "running":
        last = told.receive("transfer")
    assert (last["id"], last["state"], last["rows"], last["total"]) == (done["id"], "done", 1, 1)


def test_the_template_has_the_columns_of_a_category(owner: Any, market: UUID, app: Any) -> None:
    category = make_category(app, "پوشاک")
    make_attribute(app, category, "size")
    path = f"/api/v1/product/my/markets/{market}/import-template"
    answer = owner.get(f"{path}?category_id={category}")
    assert answer.mimetype == "text/csv"
    header = answer.text.removeprefix("\ufeff").strip().split(",")
    assert header[:2] == ["group", "sku"]
    assert header[-1] == "attribute:size"
    assert owner.get(f"{path}?category_id={market}").status_code == 422


def test_rows_of_one_product_may_come_apart_when_it_is_there(send: Any, add: Any, db: Any) -> None:
    options = [{"name": "رنگ", "values": ["سرخ", "آبی"]}]
    add(options=options, variants=[{"sku": "R", "choice": {"رنگ": "سرخ"}}, {"sku": "B", "choice": {"رنگ": "آبی"}}])
    done = send("sku,main_price,weight_grams\nR,300000,5\nB,0,6\n")
    assert (done["changed"], done["wrong"]) == (1, 1)
    assert db.all(select(Product.main_price)) == [300_000]
    assert sorted(db.all(select(Variant.weight_grams)), key=str) == [5, None]


@pytest.fixture
def hand(owner: Any, sara: Any, market: UUID) -> Any:
    """Somebody who may edit the market's products, until ``dismiss``."""
    base = f"/api/v1/market/my/markets/{market}"
    offer = owner.post(f"{base}/invitations", json={"permissions": ["product.edit"]}).json
    sara.post("/api/v1/market/my/invitations/answers", json={"token": offer["token"], "accept": True})
    sara.dismiss = lambda: owner.delete(f"{base}/staff/{sara.user_id}")
    return sara


def test_who_is_dismissed_meanwhile_imports_nothing(hand: Any, market: UUID, jobs: Any, db: Any) -> None:
    file_id = hand.upload("product.import", "sku,name,main_price\nA-1,نان,5\n".encode(), "a.csv")
    assert hand.post(f"{API}/my/markets/{market}/imports", json={"file_id": file_id}).status_code == 202
    assert hand.dismiss().status_code == 204
    jobs.run()
    assert db.all(select(Transfer.state)) == [TransferState.FAILED]
    assert db.count(Product) == 0


def test_who_is_dismissed_meanwhile_exports_nothing(hand: Any, market: UUID, jobs: Any, db: Any) -> None:
    assert hand.post(f"{API}/my/markets/{market}/exports", json={}).status_code == 202
    assert hand.dismiss().status_code == 204
    jobs.run()
    assert db.all(select(Transfer.state)) == [TransferState.FAILED]
    assert db.all(select(Transfer.file_id)) == [None]
