"""New products of a batch: filled by the rules of all products, kept as rows, inserted together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asoud_market.models import Market

from addon_sdk import ValidationFailed, current_principal, new_id
from asoud_product.models import Actor, Change, PriceChange, Product, ProductKind, Status, Value, Variant
from asoud_product.services import prices, products, values, variants
from asoud_product.services.transfer.drafts import Draft
from asoud_product.services.transfer.errors import Refused, of_product, of_variants
from asoud_product.services.transfer.given import product_fields, variant_fields
from asoud_product.services.transfer.inserting import insert_rows
from asoud_product.services.transfer.place import Place

_OF_HISTORY = ("currency", *prices.PRICES, "sale_starts_at", "sale_ends_at")


class Created:
    """Products that are about to be added to a market."""

    def __init__(self, market: Market) -> None:
        """None yet."""
        self._where = products.place_of(market)
        self._market_id = market.id
        self._by_id = current_principal().user_id
        self._products: list[Product] = []
        self._variants: list[Variant] = []

    def add(self, place: Place, draft: Draft) -> None:
        """Make a draft a product. Raises `Refused`."""
        product = Product(id=new_id(), market_id=self._market_id, name="", name_key="", search_key="", **self._where)
        product.attributes, product.shipping_options, product.options, product.keywords = {}, [], [], []
        product.status, product.kind = Status.DRAFT, ProductKind.GOOD
        given = {"main_price": None, "name": "", **product_fields(place, draft, product)}
        shelf_id = given.pop("shelf_id", None)
        try:
            products.fill(product, given)
        except ValidationFailed as failure:
            raise Refused.of(draft, of_product(draft, failure.errors)) from None
        product.shelf_id = shelf_id
        self._variants.extend(_variants(draft, product))
        self._products.append(product)

    def insert(self) -> None:
        """Write them all, with their history and what lists filter by."""
        insert_rows(Product, map(_row, self._products))
        insert_rows(Variant, map(_row, self._variants))
        insert_rows(Change, map(self._change, self._products))
        insert_rows(PriceChange, map(self._prices, self._products))
        insert_rows(Value, self._values())

    def search_keys(self) -> Iterator[str]:
        """What they are found by."""
        return (product.search_key for product in self._products)

    def _change(self, product: Product) -> dict[str, Any]:
        return {"product_id": product.id, "actor": Actor.OWNER, "by_id": self._by_id, "to_status": product.status}

    def _prices(self, product: Product) -> dict[str, Any]:
        amounts = {name: getattr(product, name) for name in _OF_HISTORY}
        return {"product_id": product.id, "by_id": self._by_id, **amounts}

    def _values(self) -> Iterator[dict[str, Any]]:
        for product in self._products:
            if product.attributes:
                yield from values.rows_of(product.id, product.category_id, product.attributes)


def _variants(draft: Draft, product: Product) -> list[Variant]:
    try:
        made, errors = variants.built(
            product, draft.options(), [variant_fields(given, product) for given in draft.variants]
        )
    except ValidationFailed as failure:
        raise Refused.of(draft, of_variants(draft, failure.errors)) from None
    if errors:
        raise Refused.of(draft, of_variants(draft, errors))
    prices.refresh(product, made)
    return made


def _row(made: Product | Variant) -> dict[str, Any]:
    """What was set of it, by column."""
    return {name: value for name, value in vars(made).items() if name[0] != "_"}
