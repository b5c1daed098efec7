"""In which ways the variants of a product differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from asoud_iran.services import fold_for_uniqueness

from addon_sdk import FieldError, ValidationFailed, transaction
from asoud_product.models import Product, Variant
from asoud_product.problems import field_error
from asoud_product.services import prices
from asoud_product.services.editing import editable, touched


@transaction
def set_options(market_id: UUID, product_id: UUID, options: Sequence[Mapping[str, Any]]) -> Product:
    """Say in which ways variants differ. Those that are there take the first value of an option that is new.

    Raises ValidationFailed where a variant's value is gone, or two variants would be the same choice without an option
    that is gone; and what `editing.editable` raises.
    """
    product = editable(market_id, product_id)
    before, product.options = product.options, checked_options(options)
    if before == product.options:
        return product
    variants = prices.variants_by_product([product_id])[product_id]
    errors = list(_fit(product, variants))
    if errors:
        raise ValidationFailed(errors=errors)
    return touched(product, {"options": (before, product.options)})


def checked_options(options: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Options as a product keeps them. Raises ValidationFailed for names or values that people can't tell apart."""
    names = [fold_for_uniqueness(option["name"]) for option in options]
    errors = []
    for place, option in enumerate(options):
        if names.index(names[place]) != place:
            errors.append(field_error(f"/options/{place}/name", "twice", "Two options have this name."))
        values = [fold_for_uniqueness(value) for value in option["values"]]
        if again := [value for at, value in enumerate(option["values"]) if values.index(values[at]) != at]:
            message = "{value} is there twice, perhaps in another spelling."
            errors.append(field_error(f"/options/{place}/values", "twice", message, value=again[0]))
    if errors:
        raise ValidationFailed(errors=errors)
    return [{"name": option["name"], "values": list(option["values"])} for option in options]


def check_choice(product: Product, choice: Mapping[str, Any], at: str) -> Iterator[FieldError]:
    """What is wrong with a variant's choice: each option has one of its values, and nothing else is chosen."""
    options = {option["name"]: option["values"] for option in product.options}
    if choice.keys() != options.keys():
        yield field_error(at, "options", "Choose a value for each of: {options}.", options=", ".join(options) or "-")
    for name, value in choice.items():
        if name in options and value not in options[name]:
            yield field_error(at, "one_of", "{value} is no value of {option}.", value=value, option=name)


def _fit(product: Product, variants: Sequence[Variant]) -> Iterator[FieldError]:
    """Give every variant a choice of the options that there are now; what stands against it."""
    fitted: list[dict[str, Any]] = []
    for variant in variants:
        chosen = {each["name"]: variant.choice.get(each["name"], each["values"][0]) for each in product.options}
        yield from check_choice(product, chosen, "/options")
        if chosen in fitted:
            yield field_error(
                "/options",
                "twice",
                "Without this option, {sku} would be the same as another variant; delete it first.",
                sku=variant.sku,
            )
        fitted.append(chosen)
        variant.choice = chosen
