"""Adding products, changing what they are, and deleting them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from asoud_iran.services import alphabet_key
from asoud_market.models import Market
from asoud_market.services import demand_market
from sqlalchemy import or_, select

from addon_sdk import ListArgs, Money, Page, ValidationFailed, new_id, paginate, platform, publish, session, transaction
from asoud_product.events import ProductCreated, ProductDeleted
from asoud_product.files import VIDEO
from asoud_product.hookspecs import before_delete
from asoud_product.models import Actor, Product, ProductKind, Shelf, ShipPayer
from asoud_product.problems import NeededByOthers
from asoud_product.services import life, prices, values, variants, words
from asoud_product.services.access import caller_id, product_of
from asoud_product.services.editing import editable, touched

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
_TEXTS = frozenset(("name", "keywords"))


@transaction
def create_product(market_id: UUID, given: Mapping[str, Any]) -> Product:
    """Add a product to a market, as a draft with one variant or those that are given.

    ``given`` has the fields of the model, prices as `Money`, and ``variants`` as `variants.create` takes them. Raises
    NotFound, PermissionDenied, `TooManyVariants`, and one ValidationFailed that names all that is wrong.
    """
    market = demand_market(market_id, "product.edit")
    product = Product(id=new_id(), market_id=market_id, name="", name_key="", **place_of(market))
    product.attributes, product.shipping_options, product.options, product.keywords = {}, [], [], []
    fill(product, given)
    made = variants.make_all(product, given.get("options", []), given.get("variants") or [{}])
    session().add(product)
    session().flush()  # variants refer to it
    session().add_all(made)
    session().flush()
    prices.record(product)
    words.learn([product])
    values.index(product)
    life.note(product, None, Actor.OWNER)
    session().flush()
    publish(ProductCreated(product_id=product.id, market_id=market_id))
    return product


@transaction
def change_product(market_id: UUID, product_id: UUID, given: Mapping[str, Any]) -> Product:
    """Change fields of a product; what the site's staff reviews sends a published one back to the queue.

    Raises NotFound, PermissionDenied, `NotEditable`, `Incomplete`, and ValidationFailed.
    """
    product = editable(market_id, product_id)
    before = snapshot(product)
    fill(product, given)
    after = snapshot(product)
    changed = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if not changed:
        return product
    if changed.keys() & set(prices.PRICE_FIELDS):
        prices.settle(product, variants.of(product.id))
        prices.record(product)
    if changed.keys() & _TEXTS:
        words.learn([product])
    if changed.keys() & {"attributes", "category_id"}:
        values.index(product)
    return touched(product, changed)


@transaction
def delete_product(market_id: UUID, product_id: UUID) -> None:
    """Delete a product for good, with its variants, pictures and history.

    Raises NotFound, PermissionDenied, `NeededByOthers`, and what other addons refuse by ``product.before_delete``.
    """
    product = product_of(market_id, product_id, "product.edit", lock=True)
    tied = or_(Product.required_id == product_id, Product.gift_id == product_id)
    others = session().scalars(select(Product.id).where(tied).order_by(Product.id).limit(20)).all()
    if others:
        raise NeededByOthers(product_ids=[str(each) for each in others])
    before_delete(product_id=product_id)
    for file_id in (*(UUID(picture["id"]) for picture in product.pictures), product.video_id):
        if file_id is not None:
            platform.files.release(file_id)
    session().delete(product)
    session().flush()
    publish(ProductDeleted(product_id=product_id, market_id=market_id))


def list_mine(market_id: UUID, args: ListArgs) -> Page:
    """A page of a market's products in any state. Raises NotFound, PermissionDenied."""
    demand_market(market_id, "product.view")
    return paginate(select(Product).where(Product.market_id == market_id), args)


def fill(product: Product, given: Mapping[str, Any]) -> None:
    """Set what is given, after it was checked together with what is there. The rules of every way to write products.

    ``given`` has fields of the model, prices as `Money`. Raises ValidationFailed; the product may be half filled then.
    """
    for name in PLAIN:
        if name in given:
            setattr(product, name, given[name])
    _tidy(product)
    _fill_prices(product, given)
    _fill_category(product, given)
    _fill_links(product, given)
    if "shipping_options" in given:
        product.shipping_options = _shipping(product, given["shipping_options"])
    if "video_id" in given:
        _show_video(product, given["video_id"])
    product.name_key = alphabet_key(product.name)[:240]
    product.search_key = words.keys_of(product.name, product.keywords)


def _tidy(product: Product) -> None:
    """A service is not shipped; a good needs no appointment."""
    if product.kind is ProductKind.SERVICE:
        product.ship_payer, product.shipping_options = ShipPayer.FREE, []
    else:
        product.needs_appointment, product.appointment_minutes = False, None


def _fill_prices(product: Product, given: Mapping[str, Any]) -> None:
    if not given.keys() & set(prices.PRICE_FIELDS):
        return
    there = prices.priced(product) if product.main_price is not None else {}
    together = {**there, **{name: given[name] for name in prices.PRICE_FIELDS if name in given}}
    if together.get("sale_price") is None and "sale_price" in given:
        together |= {"sale_starts_at": None, "sale_ends_at": None}
    errors = list(prices.check_prices(together))
    if errors:
        raise ValidationFailed(errors=errors)
    for name in prices.PRICES:
        price: Money | None = together.get(name)
        setattr(product, name, None if price is None else price.amount)
    product.currency = together["main_price"].currency
    product.is_marketer = bool(together.get("is_marketer"))
    product.sale_starts_at, product.sale_ends_at = together.get("sale_starts_at"), together.get("sale_ends_at")


def _fill_category(product: Product, given: Mapping[str, Any]) -> None:
    if not given.keys() & {"category_id", "attributes"}:
        return
    category_id = given.get("category_id", product.category_id)
    product.attributes = values.checked(category_id, given.get("attributes", product.attributes), complete=False)
    product.category_id = category_id


def _fill_links(product: Product, given: Mapping[str, Any]) -> None:
    """Shelf, required and gift product are of the same market; no product needs itself."""
    for name in ("required_id", "gift_id"):
        if name in given:
            other = given[name]
            if other is not None and (other == product.id or _market_of(Product, other) != product.market_id):
                raise ValidationFailed.unknown(name)
            setattr(product, name, other)
    if "shelf_id" in given:
        if given["shelf_id"] is not None and _market_of(Shelf, given["shelf_id"]) != product.market_id:
            raise ValidationFailed.unknown("shelf_id")
        product.shelf_id = given["shelf_id"]
    if "shelf_position" in given:
        product.shelf_position = given["shelf_position"]


def _market_of(model: type[Product] | type[Shelf], row_id: UUID) -> UUID | None:
    return session().scalar(select(model.market_id).where(model.id == row_id))


def _shipping(product: Product, options: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Ways of shipping, each with an id that stays; prices in the product's currency."""
    if options and product.kind is ProductKind.SERVICE:
        raise ValidationFailed.of("/shipping_options", "service", "A service is not shipped.")
    known = {option["id"] for option in product.shipping_options}
    found = []
    for place, option in enumerate(options):
        if option["price"].currency != product.currency:
            pointer = f"/shipping_options/{place}/price"
            raise ValidationFailed.of(pointer, "currency", "All prices of a product are in one currency.")
        kept = str(option.get("id"))
        option_id = kept if kept in known else str(new_id())
        known.discard(kept)
        found.append({"id": option_id, "name": option["name"], "price": option["price"].amount})
    return found


def _show_video(product: Product, file_id: UUID | None) -> None:
    if file_id == product.video_id:
        return
    if file_id is not None:
        platform.files.claim(file_id, kinds={VIDEO.name}, user_id=caller_id(), field="video_id", once=True)
    if product.video_id is not None:
        platform.files.release(product.video_id)
    product.video_id = file_id


def place_of(market: Market) -> dict[str, Any]:
    """Where a market is, as its products repeat it."""
    return {name: getattr(market, name) for name in ("province_id", "city_id", "latitude", "longitude")}


_KEPT = (
    *PLAIN,
    *prices.PRICE_FIELDS,
    "currency",
    "category_id",
    "attributes",
    "shelf_id",
    "shelf_position",
    "required_id",
    "gift_id",
    "shipping_options",
    "video_id",
)


def snapshot(product: Product) -> dict[str, Any]:
    """What people say about a product, by field: compared before and after a change."""
    return {name: getattr(product, name) for name in _KEPT}
