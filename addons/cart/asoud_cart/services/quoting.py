"""What a cart costs now, why, and what keeps it from being ordered: asked anew each time, and never stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from asoud_market.models import Market
from asoud_product.models import Product, ProductKind, Variant
from asoud_product.services import regular_amount
from sqlalchemy import Row

from addon_sdk import now, session, translate
from asoud_cart.hookspecs import Adjustment, MarketQuote, Obstacle, Quote, QuoteLine, availability, price
from asoud_cart.models import Cart, CartLine
from asoud_cart.services.goods import goods, price_now, refusal_of

_TOGETHER = "{name} is sold together with another product only; put that into the cart too."


class Change(NamedTuple):
    """What is different from what the cart's owner has seen."""

    line_id: UUID
    code: str
    message: str
    before: int
    after: int


class Priced(NamedTuple):
    """A cart's quote, and what has changed since its owner looked."""

    quote: Quote
    changes: Sequence[Change]


def quote_of(cart: Cart) -> Quote:
    """What a cart costs now. Writes nothing."""
    return priced(cart).quote


def priced(cart: Cart) -> Priced:
    """The same, with what has changed."""
    query = goods(cart.owner_id).add_columns(CartLine).join(CartLine, CartLine.variant_id == Variant.id)
    rows = session().execute(query.where(CartLine.cart_id == cart.id).order_by(CartLine.id)).all()
    currency = rows[0].Product.currency if rows else ""
    quote = Quote(cart.id, cart.owner_id, currency, now())
    there = availability_of([row.Variant.id for row in rows])
    markets: dict[UUID, MarketQuote] = {}
    for row in rows:
        part = markets.setdefault(row.Market.id, MarketQuote(row.Market.id, row.Market.name))
        part.lines.append(_line(row, there.get(row.Variant.id)))
    quote.markets = list(markets.values())
    quote.obstacles += _obstacles(rows, there)
    return Priced(price(quote), [change for row in rows for change in _change(row, quote)])


def availability_of(variant_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many of each counted variant can be had now."""
    if not variant_ids:
        return {}
    there: dict[UUID, int] = {}
    for said in availability(variant_ids=variant_ids):
        there.update(said)
    return there


def reduce_to_present(quote: Quote) -> None:
    """Phase ``sale``: what a sale, or being the market's colleague, takes off."""
    for line in quote.lines:
        less = price_now(line.product, line.variant, line.for_colleague, quote.at) - regular_amount(
            line.product, line.variant
        )
        everybody = price_now(line.product, line.variant, False, quote.at) - regular_amount(line.product, line.variant)
        code, title = ("colleague", "Price for colleagues") if less < everybody else ("sale", "Sale")
        line.add(Adjustment("sale", code, translate(title), less * line.quantity))


def _line(row: Row[Any], available: int | None) -> QuoteLine:
    variant, product, kept = row.Variant, row.Product, row.CartLine
    return QuoteLine(
        id=kept.id,
        variant_id=variant.id,
        product_id=product.id,
        market_id=variant.market_id,
        category_id=product.category_id,
        title=product.name,
        options=[{"name": name, "value": str(value)} for name, value in variant.choice.items()],
        sku=variant.sku,
        quantity=kept.quantity,
        unit_price=regular_amount(product, variant),
        is_service=product.kind is ProductKind.SERVICE,
        available=available,
        product=product,
        variant=variant,
        for_colleague=row.for_colleague,
    )


def _obstacles(rows: Sequence[Row[Any]], there: dict[UUID, int]) -> Iterator[Obstacle]:
    currencies = {row.Product.currency for row in rows}
    present = {row.Product.id for row in rows}
    for row in rows:
        product, variant, market, line = row.Product, row.Variant, row.Market, row.CartLine
        if why := _why_not(product, variant, market, line.quantity, there.get(variant.id)):
            yield Obstacle(*why, line.id, market.id)
        elif product.required_id is not None and product.required_id not in present:
            message = translate(_TOGETHER, name=product.name)
            yield Obstacle("cart.required_missing", message, line.id, market.id)
    if len(currencies) > 1:
        yield Obstacle("cart.other_currency", translate("A cart is in one currency; take out what is in another."))


def _why_not(
    product: Product, variant: Variant, market: Market, quantity: int, available: int | None
) -> tuple[str, str] | None:
    if (refusal := refusal_of(product, variant, market)) is not None:
        return "cart.not_for_sale", f"{refusal} {translate('Take it out of the cart.')}"
    if available is None or available >= quantity:
        return None
    if available < 1:
        return "cart.not_enough", translate("This is sold out. Take it out of the cart.")
    return "cart.not_enough", translate("Only {available} are left; take as many or fewer.", available=available)


def _change(row: Row[Any], quote: Quote) -> Iterable[Change]:
    before = row.CartLine.seen_price
    after = price_now(row.Product, row.Variant, row.for_colleague, quote.at)
    if before == after:
        return ()
    if after > before:
        return (Change(row.CartLine.id, "price_rose", translate("The price has risen."), before, after),)
    return (Change(row.CartLine.id, "price_fell", translate("The price has fallen."), before, after),)
