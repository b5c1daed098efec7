"""What happened to products, for those who belong to the market."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from addon_sdk import ListArgs, ListQuery, Money, Page, paginate
from asoud_product.models import Change, PriceChange
from asoud_product.services.access import product_of
from asoud_product.services.prices import PRICES


class ChangeQuery(ListQuery):
    """How to list changes, the latest first."""

    class Meta:
        model = Change


class PriceQuery(ListQuery):
    """How to list prices, the latest first."""

    class Meta:
        model = PriceChange


def changes_of(market_id: UUID, product_id: UUID, args: ListArgs) -> Page:
    """A page of a product's changes. Raises NotFound, PermissionDenied."""
    product_of(market_id, product_id, "product.view")
    return paginate(select(Change).where(Change.product_id == product_id), args)


def prices_of(market_id: UUID, product_id: UUID, args: ListArgs) -> Page:
    """A page of what a product and its variants have cost. Raises NotFound, PermissionDenied."""
    product_of(market_id, product_id, "product.view")
    page = paginate(select(PriceChange).where(PriceChange.product_id == product_id), args)
    return Page([_in_money(change) for change in page.items], page.next)


def _in_money(change: PriceChange) -> dict[str, Any]:
    row = {column.key: getattr(change, column.key) for column in change.__mapper__.column_attrs}
    for name in PRICES:
        row[name] = None if row[name] is None else Money(row[name], change.currency)
    return row
