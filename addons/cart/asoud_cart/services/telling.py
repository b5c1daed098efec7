"""A quote as it is shown: amounts with their currency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addon_sdk import Money
from asoud_cart.hookspecs import Adjustment, MarketQuote, QuoteLine
from asoud_cart.services.quoting import Priced


def told(found: Priced) -> dict[str, Any]:
    """A cart for its owner."""
    quote, currency = found.quote, found.quote.currency
    is_empty = not quote.markets
    return {
        "id": quote.cart_id,
        "currency": currency or None,
        "markets": [_market(market, currency) for market in quote.markets],
        "subtotal": None if is_empty else Money(quote.subtotal, currency),
        "total": None if is_empty else Money(quote.total, currency),
        "tenders": [
            {"code": each.code, "title": each.title, "amount": Money(each.amount, currency)} for each in quote.tenders
        ],
        "payable": None if is_empty else Money(quote.payable, currency),
        "obstacles": quote.obstacles,
        "changes": [
            {**each._asdict(), "before": Money(each.before, currency), "after": Money(each.after, currency)}
            for each in found.changes
        ],
        "tag": quote.tag,
    }


def _market(market: MarketQuote, currency: str) -> dict[str, Any]:
    return {
        "market_id": market.market_id,
        "name": market.name,
        "lines": [_line(line, currency) for line in market.lines],
        "adjustments": _adjustments(market.adjustments, currency),
        "delivery": market.delivery,
        "goods": Money(market.goods, currency),
        "total": Money(market.total, currency),
    }


def _line(line: QuoteLine, currency: str) -> dict[str, Any]:
    return {
        "id": line.id,
        "variant_id": line.variant_id,
        "product_id": line.product_id,
        "title": line.title,
        "options": line.options,
        "sku": line.sku,
        "quantity": line.quantity,
        "available": line.available,
        "unit_price": Money(line.unit_price, currency),
        "subtotal": Money(line.subtotal, currency),
        "adjustments": _adjustments(line.adjustments, currency),
        "total": Money(line.total, currency),
    }


def _adjustments(found: Sequence[Adjustment], currency: str) -> list[dict[str, Any]]:
    return [
        {
            "phase": each.phase,
            "code": each.code,
            "title": each.title,
            "amount": Money(each.amount, currency),
            "is_included": each.is_included,
            "source": each.source,
            "details": each.details,
        }
        for each in found
    ]
