"""Variants: a product in the choices of its options, each with a number of its own and perhaps a price."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from addon_sdk import FieldError, Money, NotFound, ValidationFailed, new_id, session, setting, transaction
from asoud_product.hookspecs import before_delete_variant
from asoud_product.models import Product, Variant
from asoud_product.problems import LastVariant, TooManyVariants, field_error
from asoud_product.services import prices
from asoud_product.services.editing import editable, touched
from asoud_product.services.options import check_choice, checked_options

_PLAIN = ("barcode", "weight_grams", "is_available")
_SKU_LETTERS = 10
_ALWAYS = datetime.max
"""An end that no rule of sales refuses: when a variant's sale lasts, its product says."""


def of(product_id: UUID) -> list[Variant]:
    """A product's variants in their order."""
    return prices.variants_by_product([product_id]).get(product_id, [])


def get(product: Product, variant_id: UUID) -> Variant:
    """One of a product's variants. Raises NotFound."""
    return _one(of(product.id), variant_id)


def make_all(
    product: Product, options: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]
) -> list[Variant]:
    """The options and variants of a product that is about to be added. Raises ValidationFailed, `TooManyVariants`."""
    if len(given) > setting("max_variants"):
        raise TooManyVariants
    made, errors = built(product, options, given)
    _raise([_placed(error) for error in (*errors, *_taken(made))])
    prices.refresh(product, made)
    return made


def built(
    product: Product, options: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]
) -> tuple[list[Variant], list[FieldError]]:
    """The same without a look at the numbers of other products; what is wrong with them comes back.

    Raises ValidationFailed for options that are wrong themselves.
    """
    product.options = checked_options(options)
    made = [fresh(product, place) for place in range(len(given))]
    errors: list[FieldError] = []
    for place, (variant, values) in enumerate(zip(made, given, strict=True)):
        errors.extend(fill(product, variant, values, f"/variants/{place}" if product.options else ""))
    errors.extend(twice(made))
    return made, errors


def _placed(error: FieldError) -> FieldError:
    """What is wrong with the only variant of a list is said of the first of them."""
    listed = error.pointer.startswith("/variants/")
    return error if listed else FieldError(f"/variants/0{error.pointer}", error.code, error.message)


def fresh(product: Product, place: int) -> Variant:
    """An empty variant of the product, at this place among the others."""
    ids = {"id": new_id(), "product_id": product.id, "market_id": product.market_id}
    return Variant(**ids, choice={}, position=place, is_available=True)


@transaction
def add(market_id: UUID, product_id: UUID, values: Mapping[str, Any]) -> Variant:
    """Add a variant. Raises `TooManyVariants`, ValidationFailed, and what `editing.editable` raises."""
    product = editable(market_id, product_id)
    there = of(product_id)
    if len(there) >= setting("max_variants"):
        raise TooManyVariants
    variant = fresh(product, len(there))
    _raise([*fill(product, variant, values, ""), *_clashes(variant, there)])
    session().add(variant)
    _settled(product, [*there, variant], {"variants": (None, variant.sku)})
    if variant.main_price is not None:
        prices.record(product, variant)
    return variant


@transaction
def change(market_id: UUID, product_id: UUID, variant_id: UUID, values: Mapping[str, Any]) -> Variant:
    """Change a variant. Raises NotFound, ValidationFailed, and what `editing.editable` raises."""
    product = editable(market_id, product_id)
    there = of(product_id)
    variant = _one(there, variant_id)
    before = snapshot(variant)
    with session().no_autoflush:
        _raise([*fill(product, variant, values, ""), *_clashes(variant, there)])
    after = snapshot(variant)
    if before == after:
        return variant
    if any(before[name] != after[name] for name in prices.OWN_PRICES):
        prices.record(product, variant)
    _settled(product, there, {"variants": (before, after)})
    return variant


@transaction
def delete(market_id: UUID, product_id: UUID, variant_id: UUID) -> None:
    """Delete a variant.

    Raises NotFound, `LastVariant`, what `editing.editable` raises, and what other addons refuse by
    ``product.before_delete_variant``.
    """
    product = editable(market_id, product_id)
    there = of(product_id)
    variant = _one(there, variant_id)
    if len(there) == 1:
        raise LastVariant
    before_delete_variant(variant_id=variant_id)
    session().delete(variant)
    _settled(product, [each for each in there if each is not variant], {"variants": (variant.sku, None)})


def _settled(product: Product, there: Sequence[Variant], change: Mapping[str, tuple[Any, Any]]) -> None:
    session().flush()
    prices.settle(product, there)
    touched(product, change)


def _one(there: Sequence[Variant], variant_id: UUID) -> Variant:
    for variant in there:
        if variant.id == variant_id:
            return variant
    raise NotFound


def fill(product: Product, variant: Variant, values: Mapping[str, Any], at: str) -> Iterator[FieldError]:
    """Set what is given, prices as `Money`; what is wrong with it, under pointers that begin with ``at``."""
    if "choice" in values or variant.sku is None:
        variant.choice = dict(values.get("choice") or {})
        yield from check_choice(product, variant.choice, f"{at}/choice")
    for name in _PLAIN:
        if name in values:
            setattr(variant, name, values[name])
    if values.get("sku") or variant.sku is None:
        variant.sku = values.get("sku") or f"P-{variant.id.hex[-_SKU_LETTERS:]}".upper()
    yield from _fill_prices(product, variant, values, at)
    if "picture_id" in values:
        known = {picture["id"] for picture in product.pictures or ()}
        if values["picture_id"] is not None and str(values["picture_id"]) not in known:
            yield field_error(f"{at}/picture_id", "unknown", "Choose one of the product's pictures.")
        variant.picture_id = values["picture_id"]


def _fill_prices(product: Product, variant: Variant, values: Mapping[str, Any], at: str) -> Iterator[FieldError]:
    """A variant's own prices keep the rules of a product's."""
    if not values.keys() & set(prices.OWN_PRICES):
        return
    own = {name: values.get(name, product.money(getattr(variant, name))) for name in prices.OWN_PRICES}
    if own["main_price"] is None:
        for name in ("colleague_price", "sale_price"):
            if own[name] is not None:
                yield field_error(f"{at}/{name}", "no_main_price", "Give the variant a main price of its own first.")
    else:
        if values.get("sale_price") is not None and product.sale_ends_at is None:
            yield field_error(
                f"{at}/sale_price", "no_sale", "Give the product a sale first; it says how long it lasts."
            )
        for error in prices.check_prices({**own, "sale_ends_at": _ALWAYS} if own["sale_price"] else own):
            yield FieldError(f"{at}{error.pointer}", error.code, error.message)
        for name, price in own.items():
            if price is not None and price.currency != product.currency:
                yield field_error(f"{at}/{name}", "currency", "All prices of a product are in one currency.")
    for name, price in own.items():
        setattr(variant, name, price.amount if isinstance(price, Money) else None)


def twice(variants: Sequence[Variant]) -> Iterator[FieldError]:
    """No two variants of one product are the same choice, or have the same number."""
    single = len(variants) == 1
    for place, variant in enumerate(variants):
        at = "" if single else f"/variants/{place}"
        before = variants[:place]
        if any(each.choice == variant.choice for each in before):
            yield field_error(f"{at}/choice", "twice", "Another variant is this choice already.")
        if any(each.sku == variant.sku for each in before):
            yield field_error(f"{at}/sku", "taken", "Another product of the market has this number.")


def _taken(variants: Sequence[Variant]) -> Iterator[FieldError]:
    """No two variants of one market have the same number; these are new, or one that is changed."""
    numbers = {variant.sku: place for place, variant in enumerate(variants)}
    others = Variant.id.not_in([variant.id for variant in variants])
    same = select(Variant.sku).where(Variant.market_id == variants[0].market_id, Variant.sku.in_(list(numbers)))
    for sku in session().scalars(same.where(others)):
        at = "" if len(variants) == 1 else f"/variants/{numbers[sku]}"
        yield field_error(f"{at}/sku", "taken", "Another product of the market has this number.")


def _clashes(variant: Variant, there: Sequence[Variant]) -> Iterator[FieldError]:
    """The same for one variant that is added to others, or changed among them."""
    if any(each.choice == variant.choice for each in there if each is not variant):
        yield field_error("/choice", "twice", "Another variant is this choice already.")
    yield from _taken([variant])


def snapshot(variant: Variant) -> dict[str, Any]:
    """What people say about a variant, by field: compared before and after a change."""
    return {name: getattr(variant, name) for name in ("sku", "choice", *prices.OWN_PRICES, *_PLAIN, "picture_id")}


def _raise(errors: Sequence[FieldError]) -> None:
    if errors:
        raise ValidationFailed(errors=list(errors))
