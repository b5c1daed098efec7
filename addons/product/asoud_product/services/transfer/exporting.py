"""An export from the database to its file, for jobs and the command line alike."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, Protocol
from uuid import UUID

from asoud_category.services import subtree_ids, tree
from asoud_market.services import demand_market
from sqlalchemy import Select, func, select

from addon_sdk import NotFound, Problem, acting_as, platform, session, transaction
from addon_sdk.fields import guarded
from addon_sdk.files import FileTooLarge
from asoud_product.files import EXPORT
from asoud_product.models import Product, ProductKind, Shelf, Status, Variant
from asoud_product.services import prices, values
from asoud_product.services.transfer import columns
from asoud_product.services.transfer.account import Account, Advance, silent
from asoud_product.services.transfer.cells import Cell, written
from asoud_product.services.transfer.failures import ExportTooLarge, TooManyRows
from asoud_product.services.transfer.workbook import escaped

BATCH = 1000
"""Products that are read together."""
_MOST_OF_XLSX = 1_048_575
"""Rows that a sheet has beside its header."""
Filters = Mapping[str, Sequence[str]]


def export_file(transfer_id: UUID, filters: Filters, advance: Advance = silent) -> None:
    """Write the products of a market that fit ``filters`` into a file, and keep it with the transfer.

    ``filters`` are values by ``status``, ``kind``, ``category_id`` (with all below it) and ``shelf_id``.
    """
    account = Account.begin(transfer_id, advance)
    if account is None:
        return
    try:
        with acting_as(account.principal()), tempfile.TemporaryFile() as file:
            _write(account, filters, file)
            file.seek(0)
            name = f"products.{account.format}"
            kept = platform.files.store(file, name, kind=EXPORT.name, owner_user_id=account.user_id)
    except FileTooLarge:
        account.finish(problem=ExportTooLarge(max_bytes=EXPORT.max_bytes))
    except Problem as problem:
        account.finish(problem=problem)
    else:
        with transaction():
            platform.files.claim(kept.id, kinds={EXPORT.name})
            account.finish(file_id=kept.id)


def export_into(transfer_id: UUID, filters: Filters, file: IO[bytes], advance: Advance = silent) -> None:
    """The same into a file of the caller's, which may have any size."""
    account = Account.begin(transfer_id, advance)
    if account is None:
        return
    try:
        with acting_as(account.principal()):
            _write(account, filters, file)
    except Problem as problem:
        account.finish(problem=problem)
    else:
        account.finish()


def _write(account: Account, filters: Filters, file: IO[bytes]) -> None:
    """Write the file itself. Raises `TooManyRows` for more than a sheet of XLSX has, NotFound, PermissionDenied."""
    demand_market(account.market_id, "product.edit")  # which may have been taken away since it was started
    wanted = _wanted(account.market_id, filters)
    total = session().scalar(select(func.count()).select_from(_variants_of(wanted).subquery())) or 0
    if account.format == "xlsx" and total > _MOST_OF_XLSX:
        raise TooManyRows(max_rows=_MOST_OF_XLSX)
    account.expect(total)
    layout = _Columns(account.market_id, wanted)
    table = _Workbook(file) if account.format == "xlsx" else _Csv(file)
    table.row(layout.header())
    for batch in _batches(wanted.add_columns(Product.id)):
        products = [row.Product for row in batch]
        variants = prices.variants_by_product(product.id for product in products)
        rows = 0
        for product in products:
            for cells in layout.rows(product, variants.get(product.id, [])):
                table.row(cells)
                rows += 1
        account.count(rows=rows)
    table.close()


def _wanted(market_id: UUID, filters: Filters) -> Select[Any]:
    query = select(Product).where(Product.market_id == market_id)
    if filters.get("status"):
        query = query.where(Product.status.in_([Status(value) for value in filters["status"]]))
    if filters.get("kind"):
        query = query.where(Product.kind.in_([ProductKind(value) for value in filters["kind"]]))
    if filters.get("shelf_id"):
        query = query.where(Product.shelf_id.in_([UUID(value) for value in filters["shelf_id"]]))
    if filters.get("category_id"):
        query = query.where(Product.category_id.in_(list(_below(filters["category_id"]))))
    return query


def _below(category_ids: Sequence[str]) -> Iterator[UUID]:
    for category_id in category_ids:
        try:
            yield from subtree_ids(UUID(category_id))
        except NotFound:  # gone since it was asked for, and its products are elsewhere
            continue


def _variants_of(wanted: Select[Any]) -> Select[Any]:
    return select(Variant.id).where(Variant.product_id.in_(wanted.with_only_columns(Product.id)))


def _batches(wanted: Select[Any]) -> Iterator[Sequence[Any]]:
    """Rows that have the product's id, in the order in which products were added, some at a time.

    Products that come meanwhile come too; no cursor stays open, and no transaction.
    """
    last: UUID | None = None
    while True:
        query = wanted if last is None else wanted.where(Product.id > last)
        found = session().execute(query.order_by(Product.id).limit(BATCH)).all()
        if not found:
            return
        last = found[-1].id
        yield found


class _Columns:
    """Which columns an export has, and a product's cells in them."""

    def __init__(self, market_id: UUID, wanted: Select[Any]) -> None:
        """Options and attributes have a column each, if any product has them."""
        self._slugs = {node.id: node.slug for node in tree().nodes.values()}
        shelves = select(Shelf.id, Shelf.name).where(Shelf.market_id == market_id)
        self._shelves: dict[UUID, str] = dict(session().execute(shelves).all())
        self.options = _options(wanted)
        categories = session().scalars(wanted.with_only_columns(Product.category_id).distinct()).all()
        self.attributes = list(dict.fromkeys(key for each in categories for key in _keys(each)))

    def header(self) -> list[Cell]:
        """The names of the columns."""
        named = (*columns.NAMES, *(columns.OPTION + name for name in self.options))
        return [guarded(name) for name in (*named, *(columns.ATTRIBUTE + key for key in self.attributes))]

    def rows(self, product: Product, variants: Sequence[Variant]) -> Iterator[list[Cell]]:
        """A row for each variant; what is said of the product stands in the first."""
        group = str(product.id) if len(variants) > 1 else ""
        shared = [written(self._said(product, column.field)) for column in columns.PRODUCT]
        values_now = values.current(product)
        attributes = [written(values_now.get(key)) for key in self.attributes]
        for variant in variants:
            own = [written(getattr(variant, column.field)) for column in columns.VARIANT]
            chosen = [written(variant.choice.get(name)) for name in self.options]
            yield [group, guarded(variant.sku), *shared, *own, *chosen, *attributes]
            shared, attributes = [""] * len(shared), [""] * len(attributes)

    def _said(self, product: Product, field: str) -> Any:
        if field == "category_id":
            return self._slugs.get(product.category_id) if product.category_id else None
        if field == "shelf_id":
            return self._shelves.get(product.shelf_id) if product.shelf_id else None
        if field == "shipping_options":
            return [f"{option['name']}={option['price']}" for option in product.shipping_options]
        return getattr(product, field)


def _options(wanted: Select[Any]) -> list[str]:
    found: dict[str, None] = {}
    for batch in _batches(wanted.with_only_columns(Product.id, Product.options)):
        found.update((option["name"], None) for row in batch for option in row.options)
    return list(found)


def _keys(category_id: UUID | None) -> list[str]:
    return [each.key for each in values.attributes_for(category_id)]


class _Table(Protocol):
    def row(self, cells: Sequence[Cell]) -> None:
        """Write a row."""

    def close(self) -> None:
        """Nothing more comes."""


class _Csv:
    """UTF-8 with a byte order mark, by which spreadsheets know it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._text)

    def row(self, cells: Sequence[Cell]) -> None:
        self._rows.writerow(cells)

    def close(self) -> None:
        self._text.detach()


class _Workbook:
    """Rows go to the disk as they come."""

    def __init__(self, file: IO[bytes]) -> None:
        from openpyxl import Workbook  # slow to import, and needed in jobs only

        self._file, self._book = file, Workbook(write_only=True)
        self._sheet = self._book.create_sheet("Products")

    def row(self, cells: Sequence[Cell]) -> None:
        self._sheet.append([escaped(cell) if isinstance(cell, str) else cell for cell in cells])

    def close(self) -> None:
        self._book.save(self._file)
