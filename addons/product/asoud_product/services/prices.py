"""What products cost: the rules of prices, what is to be paid now, and when that changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, select

from addon_sdk import FieldError, Money, current_principal, good_until, now, publish, session, transaction
from asoud_product.events import PriceChanged, ProductsChanged
from asoud_product.models import PriceChange, Product, Variant
from asoud_product.problems import field_error

LARGEST = 10**15
"""The highest price, in the smallest unit of its currency."""
PRICES = ("main_price", "colleague_price", "marketer_price", "maximum_price", "sale_price")
PRICE_FIELDS = (*PRICES, "sale_starts_at", "sale_ends_at", "is_marketer")
OF_SALE = ("sale_price", "sale_starts_at", "sale_ends_at")
OFFER_FIELDS = frozenset((*PRICE_FIELDS, "is_available"))
"""What `refresh` looks at."""
OWN_PRICES = ("main_price", "colleague_price", "sale_price")
"""What a variant may have for itself."""
OF_HISTORY = (*PRICES, "sale_starts_at", "sale_ends_at")
_BATCH = 500


class Sale(NamedTuple):
    """When a product costs less."""

    starts_at: datetime | None
    ends_at: datetime | None

    def lasts(self, at: datetime) -> bool:
        """Whether the sale is on at this moment."""
        return self.ends_at is not None and (self.starts_at is None or self.starts_at <= at) and at < self.ends_at

    def turns_at(self, at: datetime) -> datetime | None:
        """When it begins or ends next; None when it is over, or there is none."""
        if self.ends_at is None or at >= self.ends_at:
            return None
        return self.starts_at if self.starts_at is not None and at < self.starts_at else self.ends_at


def sale_of(product: Product) -> Sale:
    """The product's sale; one that never lasts when it has none."""
    return Sale(product.sale_starts_at, product.sale_ends_at)


def check_prices(values: Mapping[str, Any]) -> Iterator[FieldError]:
    """What is wrong with the prices of a product, given as `Money` or None under their names.

    All are positive and of one currency. Colleagues and marketers pay no more than others, a sale lowers the price for
    a time, and what is offered to marketers has a price for them and a maximum that is not below it.
    """
    given = {name: values[name] for name in PRICES if values.get(name) is not None}
    yield from _each(given)
    main = given.get("main_price")
    if main is None:
        yield field_error("/main_price", "required", "Say what the product costs.")
        return
    for name, price in given.items():
        if price.currency != main.currency:
            yield field_error(f"/{name}", "currency", "All prices of a product are in one currency.")
            return
    yield from _together(given, main, values)


def _each(given: Mapping[str, Money]) -> Iterator[FieldError]:
    for name, price in given.items():
        if price.amount < 1:
            yield field_error(f"/{name}", "too_little", "A price is 1 or more.")
        elif price.amount > LARGEST:
            yield field_error(f"/{name}", "too_much", "A price is {most} at most.", most=LARGEST)


def _together(given: Mapping[str, Money], main: Money, values: Mapping[str, Any]) -> Iterator[FieldError]:
    colleague, sale = given.get("colleague_price"), given.get("sale_price")
    marketer, maximum = given.get("marketer_price"), given.get("maximum_price")
    if colleague and colleague > main:
        yield field_error("/colleague_price", "above_main", "Colleagues pay no more than the main price.")
    if marketer and marketer > main:
        yield field_error("/marketer_price", "above_main", "Marketers pay no more than the main price.")
    elif marketer and maximum and marketer > maximum:
        yield field_error("/marketer_price", "above_maximum", "The marketers' price is no higher than the maximum.")
    if values.get("is_marketer"):
        for name in ("marketer_price", "maximum_price"):
            if name not in given:
                yield field_error(f"/{name}", "required", "What marketers may sell on has a price and a maximum.")
    if sale and sale >= main:
        yield field_error("/sale_price", "not_below_main", "During a sale the price is lower than the main price.")
    yield from _check_sale(sale, values.get("sale_starts_at"), values.get("sale_ends_at"))


def _check_sale(sale: Money | None, starts: datetime | None, ends: datetime | None) -> Iterator[FieldError]:
    if sale is not None and ends is None:
        yield field_error("/sale_ends_at", "required", "Say when the sale ends; for good, lower the main price.")
    if sale is None and (starts or ends):
        yield field_error("/sale_price", "required", "Say what the product costs during the sale.")
    if starts is not None and ends is not None and starts >= ends:
        yield field_error("/sale_ends_at", "before_start", "A sale ends after it has begun.")


def priced(product: Product) -> dict[str, Any]:
    """A product's prices as `check_prices` takes them."""
    amounts = {name: product.money(getattr(product, name)) for name in PRICES}
    return {**amounts, **{name: getattr(product, name) for name in PRICE_FIELDS if name not in PRICES}}


def regular_amount(product: Product, variant: Variant) -> int:
    """What everybody pays for a variant while there is no sale."""
    return product.main_price if variant.main_price is None else variant.main_price


def amount_now(product: Product, variant: Variant, *, at: datetime | None = None) -> int:
    """What everybody pays for a variant at a moment: now, unless told otherwise."""
    lasts = sale_of(product).lasts(at or now())
    return _during_sale(product, variant) if lasts else regular_amount(product, variant)


def colleague_amount(product: Product, variant: Variant, *, at: datetime | None = None) -> int | None:
    """What a colleague of the market pays, never more than everybody; None when there is no such price."""
    amount = _priced_by(product, variant).colleague_price
    return None if amount is None else min(amount, amount_now(product, variant, at=at))


def _priced_by(product: Product, variant: Variant) -> Product | Variant:
    """Whose prices count for a variant: a main price of its own brings its other prices with it."""
    return product if variant.main_price is None else variant


def _during_sale(product: Product, variant: Variant) -> int:
    reduced = _priced_by(product, variant).sale_price
    return regular_amount(product, variant) if reduced is None else reduced


Offer = Product | Row[Any]
"""A product, or a row that has the columns of `OFFER`."""
OFFER = (
    Product.currency,
    Product.lowest_price,
    Product.lowest_sale_price,
    Product.sale_starts_at,
    Product.sale_ends_at,
)


def lowest_now(offer: Offer, at: datetime) -> int:
    """What everybody pays at a moment for the cheapest variant that can be had.

    What is shown of it must not be kept any longer than it is right, so caches are told.
    """
    if offer.lowest_sale_price is None:
        return int(offer.lowest_price)
    sale = Sale(offer.sale_starts_at, offer.sale_ends_at)
    if (turns_at := sale.turns_at(at)) is not None:
        good_until(turns_at)
    return int(offer.lowest_sale_price if sale.lasts(at) else offer.lowest_price)


def lowest_for_colleagues(offer: Offer, at: datetime) -> int | None:
    """The same for colleagues of the market, who never pay more than everybody; None without such a price."""
    amount = offer.lowest_colleague_price
    return None if amount is None else min(amount, lowest_now(offer, at))


def refresh(product: Product, variants: Sequence[Variant]) -> None:
    """Bring up to date what lists say of all variants together, and the moment when that changes."""
    at = now()
    offered = [variant for variant in variants if variant.is_available] or list(variants)
    reduced = [_priced_by(product, each).colleague_price for each in offered]
    product.lowest_price = min(regular_amount(product, each) for each in offered)
    product.lowest_colleague_price = min((each for each in reduced if each is not None), default=None)
    product.lowest_sale_price = None
    if product.sale_ends_at is not None:
        product.lowest_sale_price = min(_during_sale(product, each) for each in offered)
    product.is_purchasable = product.is_available and any(variant.is_available for variant in variants)
    product.current_price = lowest_now(product, at)
    product.sale_turns_at = sale_of(product).turns_at(at)


def settle(product: Product, variants: Sequence[Variant]) -> None:
    """The same for a product that is there already; publish it when its price did change."""
    before = product.current_price
    refresh(product, variants)
    if before != product.current_price:
        publish(
            PriceChanged(
                product_id=product.id,
                market_id=product.market_id,
                before=before,
                after=product.current_price,
                currency=product.currency,
            )
        )


def record(product: Product, variant: Variant | None = None) -> None:
    """Write what a product, or a variant by its own prices, costs from now on into the history."""
    session().add(PriceChange(by_id=current_principal().user_id, **record_of(product, variant)))


def record_of(product: Product, variant: Variant | None = None) -> dict[str, Any]:
    """What the history says of a product, or of a variant, by column."""
    of_variant = {} if variant is None else {"variant_id": variant.id, "sku": variant.sku}
    priced_by: Any = product if variant is None else variant
    amounts = {name: getattr(priced_by, name, None) for name in OF_HISTORY}
    return {"product_id": product.id, "currency": product.currency, **of_variant, **amounts}


def turn_sales(at: datetime | None = None) -> int:
    """Begin and end the sales whose time has come; how many. One transaction for each batch of products."""
    turned = 0
    while done := _turn_batch(at or now()):
        turned += done
    return turned


@transaction
def _turn_batch(at: datetime) -> int:
    due = select(Product).where(Product.sale_turns_at <= at).order_by(Product.sale_turns_at).limit(_BATCH)
    due = due.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    products = session().scalars(due).all()
    variants = variants_by_product(product.id for product in products)
    for product in products:
        settle(product, variants.get(product.id, []))
        product.version += 1
    for market_id in {product.market_id for product in products}:
        publish(ProductsChanged(market_id=market_id))
    return len(products)


def variants_by_product(product_ids: Iterable[UUID]) -> dict[UUID, list[Variant]]:
    """The variants of several products, each product's in their order, by one statement."""
    query = select(Variant).where(Variant.product_id.in_(list(product_ids))).order_by(Variant.position, Variant.id)
    found: dict[UUID, list[Variant]] = {}
    for variant in session().scalars(query):
        found.setdefault(variant.product_id, []).append(variant)
    return found
