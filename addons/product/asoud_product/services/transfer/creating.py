"""New products of a batch: filled by the rules of all products, kept as rows, inserted together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from asoud_category.services import Attribute, check_values
from asoud_market.models import Market

from addon_sdk import FieldError, Model, ValidationFailed, current_principal, new_id, now
from asoud_product.models import Actor, Change, PriceChange, Product, ProductKind, Status, Value, Variant
from asoud_product.services import prices, products, values, variants
from asoud_product.services.transfer.drafts import Draft
from asoud_product.services.transfer.errors import Refused, of_product, of_variants
from asoud_product.services.transfer.given import product_fields, variant_fields
from asoud_product.services.transfer.inserting import insert_rows
from asoud_product.services.transfer.place import Place


class _Unmapped:
    """The attributes of a row, outside every session.

    The rules of products read and set attributes and nothing else, which on mapped objects takes ten times as long.
    """

    money = Product.money

    def __init__(self, model: type[Model], **given: Any) -> None:
        self.__dict__ |= _blank(model)
        self.__dict__ |= given


@cache
def _blank(model: type[Model]) -> dict[str, Any]:
    return {column.key: None for column in model.__mapper__.column_attrs}


class Created:
    """Products that are about to be added to a market."""

    def __init__(self, market: Market) -> None:
        """None yet."""
        self._where = products.place_of(market)
        self._market_id = market.id
        self._by_id = current_principal().user_id
        self._at = now()
        self._products: list[Product] = []
        self._variants: list[Variant] = []
        self._values: list[dict[str, Any]] = []

    def add(self, place: Place, draft: Draft) -> None:
        """Make a draft a product. Raises `Refused`."""
        product = self._empty()
        given = {"main_price": None, "name": "", **product_fields(place, draft, product)}
        product.shelf_id, product.category_id = given.pop("shelf_id", None), given.pop("category_id", None)
        attributes = place.attributes_of(product.category_id)
        errors = [*_fill(product, given), *_describe(product, attributes, given.pop("attributes", {}))]
        if errors:
            raise Refused.of(draft, of_product(draft, errors))
        made = _variants(draft, product)
        prices.refresh(product, made)
        self._products.append(product)
        self._variants.extend(made)
        self._values.extend(values.indexed(product.id, product.listed_at, attributes, product.attributes))

    def insert(self) -> None:
        """Write them all, with their history and what lists filter by."""
        insert_rows(Product, map(vars, self._products))
        insert_rows(Variant, map(vars, self._variants))
        insert_rows(Change, map(self._change, self._products))
        insert_rows(PriceChange, self._prices())
        insert_rows(Value, self._values)

    def _empty(self) -> Product:
        blank: dict[str, Any] = {"attributes": {}, "shipping_options": [], "options": [], "keywords": [], "name": ""}
        ids = {"id": new_id(), "market_id": self._market_id, "listed_at": self._at}
        blank |= {"status": Status.DRAFT, "kind": ProductKind.GOOD, "is_available": True}
        return cast(Product, _Unmapped(Product, **blank, **ids, **self._where))

    def _change(self, product: Product) -> dict[str, Any]:
        return {"product_id": product.id, "actor": Actor.OWNER, "by_id": self._by_id, "to_status": product.status}

    def _prices(self) -> Iterator[dict[str, Any]]:
        products = {product.id: product for product in self._products}
        dearer = (variant for variant in self._variants if variant.main_price is not None)
        for record in (
            *map(prices.record_of, self._products),
            *(prices.record_of(products[variant.product_id], variant) for variant in dearer),
        ):
            yield {**record, "by_id": self._by_id}


def _fill(product: Product, given: dict[str, Any]) -> Iterator[FieldError]:
    try:
        products.fill(product, {name: value for name, value in given.items() if name != "attributes"})
    except ValidationFailed as failure:
        yield from failure.errors


def _describe(product: Product, attributes: tuple[Attribute, ...], given: dict[str, Any]) -> Iterator[FieldError]:
    try:
        product.attributes = values.as_kept(check_values(attributes, given, complete=False))
    except ValidationFailed as failure:
        yield from failure.errors


def _variants(draft: Draft, product: Product) -> list[Variant]:
    made, errors = [], []
    try:
        product.options = variants.checked_options(draft.options())
    except ValidationFailed as failure:
        raise Refused.of(draft, of_variants(draft, failure.errors)) from None
    for place, given in enumerate(draft.variants):
        ids = {"id": new_id(), "product_id": product.id, "market_id": product.market_id, "position": place}
        variant = cast(Variant, _Unmapped(Variant, choice={}, is_available=True, **ids))
        at = f"/variants/{place}"
        errors.extend(variants.fill(product, variant, variant_fields(given, product), at))
        made.append(variant)
    errors.extend(variants.twice(made))
    if errors:
        raise Refused.of(draft, of_variants(draft, errors))
    return made
