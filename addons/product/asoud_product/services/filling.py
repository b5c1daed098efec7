"""What people say about a product, put into its row by the rules of every way to write products."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from asoud_category.services import choose_category
from asoud_iran.services import alphabet_key
from asoud_market.models import Market
from sqlalchemy import select

from addon_sdk import FieldError, Money, ValidationFailed, new_id, now, platform, session, setting
from asoud_product.files import VIDEO
from asoud_product.models import Product, ProductKind, Shelf, ShipPayer
from asoud_product.problems import field_error
from asoud_product.services import prices, values, words
from asoud_product.services.access import caller_id

PLAIN = (
    "kind",
    "name",
    "description",
    "technical_detail",
    "keywords",
    "label",
    "label_corner",
    "sell_type",
    "ship_payer",
    "is_available",
    "is_advertised",
    "needs_appointment",
    "appointment_minutes",
)
"""Fields that are kept as they come."""
_KEPT = (
    *PLAIN,
    *prices.PRICE_FIELDS,
    "category_id",
    "attributes",
    "shelf_id",
    "shelf_position",
    "required_id",
    "gift_id",
    "shipping_options",
    "video_id",
)
Given = Mapping[str, Any]


def fill(product: Product, given: Given) -> None:
    """Set what is given, after it was checked together with what is there.

    ``given`` has fields of the model, prices as `Money`. Raises one ValidationFailed that names all that is wrong; the
    product may be half filled then.
    """
    for name in PLAIN:
        if name in given:
            setattr(product, name, given[name])
    parts = (_fill_kind, _fill_prices, _fill_category, _fill_neighbours, _fill_shelf, _fill_shipping, _fill_video)
    errors = [error for part in parts for error in part(product, given)]
    if errors:
        raise ValidationFailed(errors=errors)
    product.name_key = alphabet_key(product.name)[:240]
    product.search_key = words.keys_of(product.name, product.keywords)


def currency_of(product: Product) -> str:
    """In which currency its prices are: a product keeps its own, a new one has the site's."""
    return product.currency or str(setting("currency"))


def snapshot(product: Product) -> dict[str, Any]:
    """What people say about a product, by field: compared before and after a change."""
    return {name: getattr(product, name) for name in _KEPT}


def place_of(market: Market) -> dict[str, Any]:
    """Where a market is, as its products repeat it."""
    return {name: getattr(market, name) for name in ("province_id", "city_id")}


def _fill_kind(product: Product, given: Given) -> Iterator[FieldError]:
    """A service is not shipped, and says how long its appointments take; a good has none."""
    if product.kind is ProductKind.SERVICE:
        product.ship_payer, product.shipping_options = ShipPayer.FREE, []
        if product.needs_appointment and product.appointment_minutes is None:
            yield field_error("/appointment_minutes", "required", "Say how many minutes an appointment takes.")
        return
    for name in ("needs_appointment", "appointment_minutes"):
        if given.get(name):
            yield field_error(f"/{name}", "good", "Only services have appointments.")
    product.needs_appointment, product.appointment_minutes = False, None


def _fill_prices(product: Product, given: Given) -> Iterator[FieldError]:
    if not given.keys() & set(prices.PRICE_FIELDS):
        return
    there = prices.priced(product) if product.main_price is not None else {}
    together = {**there, **{name: given[name] for name in prices.PRICE_FIELDS if name in given}}
    if together.get("sale_price") is None and "sale_price" in given:
        together |= {name: None for name in ("sale_starts_at", "sale_ends_at") if name not in given}
    errors = [*prices.check_prices(together), *_check_end(there, together)]
    if errors:
        yield from errors
        return
    main: Money = together["main_price"]
    currency = currency_of(product)
    if main.currency != currency:
        yield field_error("/main_price", "currency", "Prices here are in {currency}.", currency=currency)
        return
    product.currency = currency
    for name in prices.PRICES:
        price: Money | None = together.get(name)
        setattr(product, name, None if price is None else price.amount)
    product.is_marketer = bool(together.get("is_marketer"))
    product.sale_starts_at, product.sale_ends_at = together.get("sale_starts_at"), together.get("sale_ends_at")


def _check_end(there: Given, together: Given) -> Iterator[FieldError]:
    """A sale that is over may stay as it is, but not be made or changed."""
    ends_at: datetime | None = together.get("sale_ends_at")
    is_new = any(there.get(name) != together.get(name) for name in prices.OF_SALE)
    if is_new and ends_at is not None and ends_at <= now():
        yield field_error("/sale_ends_at", "over", "This is over already; let the sale end later, or leave it out.")


def _fill_category(product: Product, given: Given) -> Iterator[FieldError]:
    if not given.keys() & {"category_id", "attributes"}:
        return
    category_id = given.get("category_id", product.category_id)
    try:
        if category_id not in (None, product.category_id):  # the one where it is may be hidden by now
            choose_category(category_id)
        if "attributes" in given:
            product.attributes = values.checked(category_id, given["attributes"])
        else:
            product.attributes = values.fitting(values.attributes_for(category_id), product.attributes)
        product.category_id = category_id
    except ValidationFailed as failure:
        yield from failure.errors


def _fill_neighbours(product: Product, given: Given) -> Iterator[FieldError]:
    """A required product and a gift are of the same market, and not the product itself."""
    for name in ("required_id", "gift_id"):
        if name in given:
            other = given[name]
            if other is not None and (other == product.id or _market_of(Product, other) != product.market_id):
                yield _unknown(name)
            else:
                setattr(product, name, other)


def _fill_shelf(product: Product, given: Given) -> Iterator[FieldError]:
    if "shelf_position" in given:
        product.shelf_position = given["shelf_position"]
    if "shelf_id" in given:
        if given["shelf_id"] is not None and _market_of(Shelf, given["shelf_id"]) != product.market_id:
            yield _unknown("shelf_id")
        else:
            product.shelf_id = given["shelf_id"]


def _fill_shipping(product: Product, given: Given) -> Iterator[FieldError]:
    """Ways of shipping, each with an id that stays; prices in the product's currency."""
    if "shipping_options" not in given:
        return
    options = given["shipping_options"]
    if options and product.kind is ProductKind.SERVICE:
        yield field_error("/shipping_options", "service", "A service is not shipped.")
        return
    known = {option["id"] for option in product.shipping_options}
    found = []
    for place, option in enumerate(options):
        yield from _check_shipping(product, option["price"], f"/shipping_options/{place}/price")
        kept = str(option.get("id"))
        option_id = kept if kept in known else str(new_id())
        known.discard(kept)
        found.append({"id": option_id, "name": option["name"], "price": option["price"].amount})
    product.shipping_options = found


def _check_shipping(product: Product, price: Money, at: str) -> Iterator[FieldError]:
    """Shipping may cost nothing; a product whose own price is wrong has no currency yet."""
    if product.currency not in (None, price.currency):
        yield field_error(at, "currency", "All prices of a product are in one currency.")
    if not 0 <= price.amount <= prices.LARGEST:
        yield field_error(at, "range", "Shipping costs between 0 and {most}.", most=prices.LARGEST)


def _fill_video(product: Product, given: Given) -> Iterator[FieldError]:
    """Show an upload of the caller's, and let go of the one before."""
    file_id = given.get("video_id", product.video_id)
    if file_id == product.video_id:
        return
    if file_id is not None:
        try:
            platform.files.claim(file_id, kinds={VIDEO.name}, user_id=caller_id(), field="video_id", once=True)
        except ValidationFailed as failure:
            yield from failure.errors
            return
    if product.video_id is not None:
        platform.files.release(product.video_id)
    product.video_id = file_id


def _market_of(model: type[Product] | type[Shelf], row_id: UUID) -> UUID | None:
    return session().scalar(select(model.market_id).where(model.id == row_id))


def _unknown(name: str) -> FieldError:
    return ValidationFailed.unknown(name).errors[0]
