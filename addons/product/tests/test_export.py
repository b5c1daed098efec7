"""Exporting products: what goes out comes in again as it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from asoud_category.services import delete_category
from asoud_category.testing import make_attribute, make_category
from asoud_product.models import Change, Direction, Product, ProductKind, Shelf, Status, Transfer, Variant
from asoud_product.services import products, transfer, variants
from asoud_product.testing import make_product, publish_product
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select, update

from addon_sdk import Money, Principal, acting_as, session, transaction
from addon_sdk.fields import clean_text


@pytest.fixture
def export(owner: Any, market: UUID, jobs: Any, client: Any) -> Callable[..., Any]:
    """Exports over REST; the bytes of the file."""

    def run(form: str = "csv", **filters: Any) -> bytes:
        base = f"/api/v1/product/my/markets/{market}"
        started = owner.post(f"{base}/exports", json={"format": form, "filters": filters})
        assert started.status_code == 202, started.text
        jobs.run()
        done = owner.get(f"{base}/transfers/{started.json['id']}").json
        assert (done["state"], done["rows"]) == ("done", done["total"] or 0), done
        with client.get(done["file"]["url"]) as answer:
            return bytes(answer.data)

    return run


def _rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def _state(db: Any) -> list[Any]:
    found: list[Any] = []
    for model in (Product, Variant):
        names = [column.key for column in model.__mapper__.column_attrs if column.key != "updated_at"]
        found += [{name: getattr(row, name) for name in names} for row in db.all(select(model).order_by(model.id))]
    return found


def _fill(app: Any, owner: Any, market: UUID) -> None:
    """Products of all kinds: in every field, with variants, attributes and awkward texts."""
    category = make_category(app, "پوشاک", slug="clothes")
    make_attribute(app, category, "size", "choices", choices=["s", "m"], filterable=True)
    make_attribute(app, category, "weight", "decimal")
    make_attribute(app, category, "note")
    path = f"/api/v1/product/my/markets/{market}/shelves"
    shelf_ids = [owner.post(path, json={"name": name}).json["id"] for name in ("تازه", "دیگر")]
    with app.app_context():
        with transaction():
            session().get_one(Shelf, UUID(shelf_ids[1])).name = "تازه"  # as it could be called in former times
        shirt = make_product(
            market,
            owner.user_id,
            name="=پیراهن+",
            description='\'-دو خط،\n"نقل"؛ @',
            keywords=["الف|ب", "=ج", "د\\"],
            category_id=category,
            attributes={"size": ["m", "s"], "weight": "-1.5", "note": "-یادداشت"},
            colleague_price=240_000,
            shelf_id=UUID(shelf_ids[1]),
            shipping_options=[{"name": name, "price": Money(5, "IRR")} for name in ("=پست|ویژه", "پیک", "پیک")],
            options=[{"name": "رنگ", "values": ["سرخ", "آبی", "زرد"]}],
            variants=[
                {"sku": "+1", "choice": {"رنگ": "آبی"}, "main_price": Money(9, "IRR"), "weight_grams": 0},
                {"sku": "'2", "choice": {"رنگ": "سرخ"}, "is_available": False, "barcode": "0012"},
            ],
        )
        publish_product(shirt)
        visit = {"needs_appointment": True, "appointment_minutes": 30}
        make_product(market, owner.user_id, kind=ProductKind.SERVICE, name="مشاوره", **visit)
        make_product(market, owner.user_id, name="نان")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_importing_an_export_changes_nothing(
    export: Any, send: Any, app: Any, owner: Any, market: UUID, db: Any, clock: Any, kind: str
) -> None:
    _fill(app, owner, market)
    clock.tick(5)  # until the job is due that indexes a category anew
    data = export(kind)  # also runs that, and the jobs that the pictures wait for
    before, changes = _state(db), db.count(Change)
    done = send(data)
    assert (done["errors"], done["unchanged"], done["rows"]) == ([], 4, 4)
    assert _state(db) == before
    assert db.count(Change) == changes


@pytest.mark.parametrize("status", Status)
def test_importing_an_export_changes_nothing_in_any_state(
    export: Any, send: Any, app: Any, published: Any, db: Any, status: Status
) -> None:
    product_id = UUID(published(options=[{"name": "رنگ", "values": ["سرخ"]}], variants=[{"choice": {"رنگ": "سرخ"}}]))
    with app.app_context(), transaction():
        session().execute(update(Product).where(Product.id == product_id).values(status=status))
    data = export()
    before = _state(db)
    done = send(data)
    assert (done["errors"], done["unchanged"], done["rows"]) == ([], 1, 1)
    assert _state(db) == before


def test_an_export_makes_the_same_products_elsewhere(export: Any, app: Any, owner: Any, market: UUID, db: Any) -> None:
    from asoud_market.testing import make_market

    _fill(app, owner, market)
    for path in ("shelves",):
        data = export()
        with app.app_context(), acting_as(Principal(user_id=owner.user_id)):
            other = make_market(owner.user_id)
            owner.post(f"/api/v1/product/my/markets/{other}/{path}", json={"name": "تازه"})
            started = transfer.added(other, Direction.IMPORT, "csv").id
            transfer.import_file(started, io.BytesIO(data))
            done = session().get_one(Transfer, started, populate_existing=True)
            assert (done.errors, done.created) == ([], 4)
    names = ("name", "description", "keywords", "attributes", "main_price", "current_price", "kind", "search_key")
    both = [db.all(select(Product).where(Product.market_id == each).order_by(Product.id)) for each in (market, other)]
    for ours, theirs in zip(*both, strict=True):
        assert [getattr(ours, name) for name in names] == [getattr(theirs, name) for name in names]


def test_no_cell_is_a_formula(export: Any, app: Any, owner: Any, market: UUID) -> None:
    _fill(app, owner, market)
    for row in csv.reader(io.StringIO(export().decode("utf-8-sig"))):
        assert not [cell for cell in row if cell.startswith(("=", "+", "@", "\t", "\r"))]
    sheet = load_workbook(io.BytesIO(export("xlsx"))).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}


def test_filters_narrow_an_export(export: Any, app: Any, owner: Any, market: UUID, db: Any) -> None:
    _fill(app, owner, market)
    assert {row["name"] for row in _rows(export(kind=["service"]))} == {"مشاوره"}
    assert {row["sku"] for row in _rows(export(status=["published", "queue"]))} == {"'+1", "''2"}
    category = db.all(select(Product.category_id).where(Product.category_id.is_not(None)))[0]
    assert len(_rows(export(category_id=[str(category)]))) == 2


def test_an_export_of_a_category_that_goes_meanwhile_is_empty(
    app: Any, owner: Any, market: UUID, jobs: Any, client: Any
) -> None:
    category = make_category(app, "پوشاک", slug="clothes")
    base = f"/api/v1/product/my/markets/{market}"
    started = owner.post(f"{base}/exports", json={"filters": {"category_id": [str(category)]}}).json
    with app.app_context():
        delete_category(category)
    jobs.run()
    done = owner.get(f"{base}/transfers/{started['id']}").json
    assert (done["state"], done["rows"]) == ("done", 0)


@pytest.mark.parametrize("name", ["category_id", "shelf_id"])
def test_an_export_of_what_there_is_not_is_refused(
    app: Any, owner: Any, sara: Any, market: UUID, db: Any, name: str
) -> None:
    from asoud_market.testing import make_market

    with app.app_context():
        other = make_market(sara.user_id)
    shelf = sara.post(f"/api/v1/product/my/markets/{other}/shelves", json={"name": "بیگانه"}).json["id"]
    answer = owner.post(f"/api/v1/product/my/markets/{market}/exports", json={"filters": {name: [shelf]}})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, f"/filters/{name}")
    assert db.count(Transfer) == 0


def test_an_export_that_is_too_large_says_so(
    app: Any, owner: Any, market: UUID, jobs: Any, published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from addon_sdk.files import FileTooLarge

    def full(*args: Any, **more: Any) -> Any:
        raise FileTooLarge(max_bytes=1)

    published()
    monkeypatch.setattr(app.extensions["asoud"].files, "store", full)
    base = f"/api/v1/product/my/markets/{market}"
    started = owner.post(f"{base}/exports", json={"format": "csv"}).json
    jobs.run()
    done = owner.get(f"{base}/transfers/{started['id']}").json
    assert (done["state"], done["problem"]["code"]) == ("failed", "product.export_too_large")


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60).map(
    lambda text: clean_text(text, multiline=False)
)
_LONG = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("=+-@'\"|\\,;\t\n"), max_size=200).map(
    clean_text
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=_TEXT.filter(lambda text: len(text) >= 2),
    description=_LONG,
    keywords=st.lists(_TEXT.map(lambda text: text[:50].strip()).filter(bool), max_size=5),
    sku=_TEXT.filter(lambda text: len(text) >= 1),
    price=st.integers(1, 10**15),
    kind=st.sampled_from(["csv", "xlsx"]),
)
def test_any_text_goes_out_and_comes_in_as_it_was(
    app: Any,
    owner: Any,
    market: UUID,
    name: str,
    description: str,
    keywords: list[str],
    sku: str,
    price: int,
    kind: str,
) -> None:
    with app.app_context(), acting_as(Principal(user_id=owner.user_id)):
        texts = {"name": name, "description": description, "keywords": keywords}
        made = make_product(market, owner.user_id, main_price=price, variants=[{"sku": sku}], **texts)
        file = io.BytesIO()
        transfer.export_into(transfer.added(market, Direction.EXPORT, kind).id, {}, file)
        file.seek(0)
        started = transfer.added(market, Direction.IMPORT, kind).id
        transfer.import_file(started, file)
        done = session().get_one(Transfer, started, populate_existing=True)
        assert (done.problem, done.errors, done.unchanged) == (None, [], 1)
        assert len(variants.of(made)) == 1
        products.delete_product(market, made)
