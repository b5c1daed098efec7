"""What can be put into carts, and what it costs its buyer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from asoud_market.models import Market
from asoud_market.services import colleague_markets
from asoud_product.models import Product, SellType, Variant
from asoud_product.services import amount_now, colleague_amount
from sqlalchemy import Select, false, select

from addon_sdk import lazy

_GOODS = select(Variant, Product, Market).join(Product, Product.id == Variant.product_id)
_GOODS = _GOODS.join(Market, Market.id == Variant.market_id)

CLOSED = lazy("This market is closed at the moment.")
GONE = lazy("This is not on offer any more.")
UNAVAILABLE = lazy("This can't be had at the moment.")
IN_PERSON = lazy("This is sold in person only; ask the market.")


def goods(user_id: UUID | None) -> Select[Any]:
    """The statement for variants, each with its product, its market and whether this buyer is the market's colleague.

    It is to be narrowed.
    """
    colleague = false() if user_id is None else Market.id.in_(colleague_markets(user_id))
    return _GOODS.add_columns(colleague.label("for_colleague"))


def price_now(product: Product, variant: Variant, for_colleague: bool, at: datetime) -> int:
    """What one costs now; a colleague of the market never pays more than others."""
    own = colleague_amount(product, variant, at=at) if for_colleague else None
    return amount_now(product, variant, at=at) if own is None else own


def refusal_of(product: Product, variant: Variant, market: Market) -> Any:
    """Why this can't be bought; None when it can."""
    if not market.is_public:
        return CLOSED
    if not product.is_public:
        return GONE
    if not (product.is_available and variant.is_available):
        return UNAVAILABLE
    return IN_PERSON if product.sell_type is SellType.PERSON else None
