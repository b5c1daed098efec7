"""The demo's products as rows of their tables, inserted many at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from asoud_iran.services import alphabet_key
from asoud_market.models import Market

from addon_sdk import Model, new_id, now
from asoud_product.demo.goods import Sample
from asoud_product.demo.looks import Look
from asoud_product.models import (
    Actor,
    Change,
    Label,
    Picture,
    PriceChange,
    Product,
    ProductKind,
    SellType,
    Shelf,
    ShipPayer,
    Status,
    Value,
    Variant,
)
from asoud_product.services import prices, words
from asoud_product.services.products import place_of
from asoud_product.services.transfer.inserting import insert_rows

_PATHS: dict[Status, Sequence[tuple[Status, Actor]]] = {
    Status.DRAFT: [],
    Status.QUEUE: [(Status.QUEUE, Actor.OWNER)],
    Status.NEEDS_EDITING: [(Status.QUEUE, Actor.OWNER), (Status.NEEDS_EDITING, Actor.ADMIN)],
    Status.PUBLISHED: [(Status.QUEUE, Actor.OWNER), (Status.PUBLISHED, Actor.ADMIN)],
    Status.NOT_PUBLISHED: [
        (Status.QUEUE, Actor.OWNER),
        (Status.PUBLISHED, Actor.ADMIN),
        (Status.NOT_PUBLISHED, Actor.OWNER),
    ],
    Status.INACTIVE: [
        (Status.QUEUE, Actor.OWNER),
        (Status.PUBLISHED, Actor.ADMIN),
        (Status.INACTIVE, Actor.ADMIN),
    ],
}
"""By which moves a product came where it is."""
_REASONS = {Status.NEEDS_EDITING: "لطفاً توضیح کالا را کامل‌تر بنویسید.", Status.INACTIVE: "تصویر از آنِ کالای دیگری است."}
_SHIPPING = (("پست پیشتاز", 650_000), ("تیپاکس", 1_200_000))
_LABELS = ((Label.SPECIAL_OFFER, 9), (Label.NEW, 7), (Label.COMING_SOON, 31))
"""Of so many products one says so; the first that fits."""
_SOLD = {4: SellType.ONLINE, 7: SellType.PERSON}
"""By the number's last digit; all others are sold in both ways."""
_GIFTS, _NEEDS, _CHEAPER = 5, 12, 3
"""Of so many products one comes with another, or needs one, that costs at most a third of it."""
_YEAR = 365 * 24 * 3600
_SALE = timedelta(days=30)
_STRIDE = 2_654_435_761
"""Seconds between two neighbours, counted round the year: far apart, and like nothing else that goes by numbers."""


@dataclass(slots=True)
class Rows:
    """Products that are about to be added."""

    cheapest: dict[UUID, Mapping[str, Any]]
    """By market, the cheapest public one that there is."""
    products: list[dict[str, Any]] = field(default_factory=list)
    variants: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    price_changes: list[dict[str, Any]] = field(default_factory=list)
    values: list[dict[str, Any]] = field(default_factory=list)
    pictures: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self, sample: Sample, look: Look, market: Market, shelves: Sequence[Shelf], picture: Mapping[str, Any] | None
    ) -> UUID:
        """Add one product, with a picture as `services.pictures.entry` describes it; its id."""
        product = _product(sample, look, market)
        product["pictures"] = [picture] if picture else []
        if shelves and sample.number % 3 == 0:
            product |= {"shelf_id": shelves[sample.number % len(shelves)].id, "shelf_position": sample.number}
        product |= dict(self._together(product, sample.number))
        variants = list(_variants(sample, look, product))
        self.products.append(product)
        self.variants += variants
        self.changes += _changes(product, market)
        self.price_changes += _price_changes(product, variants, market)
        self.values += look.index(product["id"], product["listed_at"])
        return product["id"]  # type: ignore[no-any-return]  # a UUID

    def _together(self, product: Mapping[str, Any], number: int) -> Iterator[tuple[str, UUID]]:
        """Which other product comes as a gift with it or is needed for it: the market's cheapest, if cheap enough."""
        there = self.cheapest.get(product["market_id"])
        if product["is_public"] and (there is None or product["main_price"] < there["main_price"]):
            self.cheapest[product["market_id"]] = product
        if there is not None and there["main_price"] * _CHEAPER <= product["main_price"]:
            for name, each in (("gift_id", _GIFTS), ("required_id", _NEEDS)):
                if number % each == 0:
                    yield name, there["id"]

    def insert(self) -> None:
        """Write them all, in the running transaction."""
        tables: tuple[tuple[type[Model], list[dict[str, Any]]], ...] = (
            (Product, self.products),
            (Variant, self.variants),
            (Change, self.changes),
            (PriceChange, self.price_changes),
            (Value, self.values),
            (Picture, self.pictures),
        )
        for model, rows in tables:
            insert_rows(model, rows)
        words.learn({product["search_key"] for product in self.products if product["is_public"]})


def _product(sample: Sample, look: Look, market: Market) -> dict[str, Any]:
    status = sample.status if look.category_id is not None else Status.DRAFT
    listed_at = now() - timedelta(seconds=sample.number * _STRIDE % _YEAR)
    keywords = _keywords(sample)
    return {
        "id": new_id(),
        "market_id": market.id,
        "category_id": look.category_id,
        "kind": sample.good.kind,
        "status": status,
        "is_public": status is Status.PUBLISHED and market.is_public,
        "listed_at": listed_at,
        "created_at": listed_at,
        "version": 1 + len(_PATHS[status]),
        "name": sample.name,
        "name_key": _name_key(sample.name),
        "description": f"{sample.name} از {market.name}. {market.description}",
        "keywords": keywords,
        "search_key": _search_key(sample.name, tuple(keywords)),
        "attributes": look.values,
        "options": look.options,
        **place_of(market),
        **_priced(sample),
        **_offered(sample),
    }


def _keywords(sample: Sample) -> list[str]:
    """What it is called in short."""
    return [sample.item.name.split()[0], sample.quality]


@lru_cache(maxsize=4096)
def _name_key(name: str) -> str:
    return alphabet_key(name)[:240]


@lru_cache(maxsize=4096)
def _search_key(name: str, keywords: tuple[str, ...]) -> str:
    return words.keys_of(name, keywords)


def _priced(sample: Sample) -> dict[str, Any]:
    """Prices by the rules of `services.prices`: some for colleagues and marketers, some reduced for a month."""
    price, number = sample.price, sample.number
    found: dict[str, Any] = {"currency": "IRR", "main_price": price, "lowest_price": price, "current_price": price}
    if number % 4 == 0:
        found["colleague_price"] = found["lowest_colleague_price"] = price * 93 // 100
    if number % 11 == 0:
        found |= {"is_marketer": True, "marketer_price": price * 9 // 10, "maximum_price": price * 12 // 10}
    if number % 9 == 0:
        ends: datetime = now() + _SALE
        reduced = price * 85 // 100
        found |= dict.fromkeys(("sale_price", "lowest_sale_price", "current_price"), reduced)
        found |= dict.fromkeys(("sale_ends_at", "sale_turns_at"), ends)
    return found


def _offered(sample: Sample) -> dict[str, Any]:
    number = sample.number
    label = next((label for label, each in _LABELS if number % each == 0), Label.NONE)
    sold = _SOLD.get(number % 10, SellType.BOTH)
    available = number % 13 != 0 and label is not Label.COMING_SOON
    found: dict[str, Any] = {"label": label, "sell_type": sold, "is_available": available, "is_purchasable": available}
    if sample.good.kind is ProductKind.SERVICE:
        return {**found, "ship_payer": ShipPayer.FREE, "needs_appointment": True, "appointment_minutes": 60}
    if sold is SellType.PERSON or number % 8 == 0:
        return {**found, "ship_payer": ShipPayer.FREE}
    ways = [{"id": str(new_id()), "name": name, "price": price} for name, price in _SHIPPING]
    return {**found, "shipping_options": ways}


def _variants(sample: Sample, look: Look, product: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One for each value of the only option; of every sixth product the last one costs a little more."""
    name, chosen = (look.options[0]["name"], look.options[0]["values"]) if look.options else ("", [None])
    for place, value in enumerate(chosen):
        dearer = place and place == len(chosen) - 1 and sample.number % 6 == 0
        yield {
            "id": new_id(),
            "product_id": product["id"],
            "market_id": product["market_id"],
            "sku": f"{sample.sku}-{place}" if place else sample.sku,
            "choice": {name: value} if name else {},
            "main_price": sample.price * 105 // 100 if dearer else None,
            "position": place,
        }


def _changes(product: Mapping[str, Any], market: Market) -> Iterator[dict[str, Any]]:
    before: Status | None = None
    for to, actor in [(Status.DRAFT, Actor.OWNER), *_PATHS[product["status"]]]:
        by_id = market.owner_id if actor is Actor.OWNER else None
        reason = _REASONS.get(to, "")
        row = {"product_id": product["id"], "actor": actor, "by_id": by_id, "reason": reason, "id": new_id()}
        yield {**row, "from_status": before, "to_status": to, "created_at": product["created_at"]}
        before = to


def _price_changes(
    product: Mapping[str, Any], variants: Sequence[Mapping[str, Any]], market: Market
) -> Iterator[dict[str, Any]]:
    base = {"product_id": product["id"], "by_id": market.owner_id, "currency": product["currency"]}
    named = (*prices.PRICES, "sale_starts_at", "sale_ends_at")
    yield {**base, **{name: product.get(name) for name in named}, "created_at": product["created_at"]}
    for variant in variants:
        if variant["main_price"] is not None:
            yield {**base, "variant_id": variant["id"], "sku": variant["sku"], "main_price": variant["main_price"]}
