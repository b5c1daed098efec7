"""What the site's staff looks through."""

from __future__ import annotations

from asoud_market.models import Market
from sqlalchemy import select

from addon_sdk import ListArgs, Page, paginate
from asoud_product.models import Product

_ALL = select(Product, Market.name).join(Market, Market.id == Product.market_id)


def list_all(args: ListArgs) -> Page:
    """A page of products in any state, each with its market's name."""
    page = paginate(_ALL, args)
    return Page([(row[0], row[1]) for row in page.items], page.next)
