"""What a draft says, as the rules of products take it: with ids, `Money` and attributes of the category."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from asoud_category.models import AttributeType

from addon_sdk import Money
from asoud_product.models import Product
from asoud_product.services.filling import currency_of
from asoud_product.services.prices import OWN_PRICES, PRICES
from asoud_product.services.transfer.cells import plain, split
from asoud_product.services.transfer.columns import ATTRIBUTE
from asoud_product.services.transfer.drafts import Draft
from asoud_product.services.transfer.errors import Refused
from asoud_product.services.transfer.layout import row_error
from asoud_product.services.transfer.place import Place
from asoud_product.services.values import fitting


def product_fields(place: Place, draft: Draft, product: Product) -> dict[str, Any]:
    """Fields of the product by name. Raises `Refused` for a name, category, shelf or attribute that there is not."""
    said = dict(draft.product)
    written = said.pop("attributes")
    currency = currency_of(product)
    if said.pop("currency", currency) != currency:
        message = "Prices here are in {currency}."
        raise Refused.of(draft, [row_error(draft.first.number, "currency", "currency", message, currency=currency)])
    for name in PRICES:
        if said.get(name) is not None:
            said[name] = Money(said[name], currency)
    if ("name" in said and not said["name"]) or not (said.get("name") or product.name):
        message = "Say what the product is called."
        raise Refused.of(draft, [row_error(draft.first.number, "name", "required", message)])
    if "shipping_options" in said:
        said["shipping_options"] = _shipping(product, said["shipping_options"], currency)
    if "category_id" in said:
        said["category_id"] = _category(place, draft, product, said["category_id"])
    if "shelf_id" in said:
        said["shelf_id"] = _shelf(place, draft, product, said["shelf_id"])
    if not _says_the_same(place, product, said, written):
        said["attributes"] = _attributes(place, draft, product, said.get("category_id", product.category_id), written)
    return said


def variant_fields(given: Mapping[str, Any], product: Product) -> dict[str, Any]:
    """Fields of a variant, with prices in the product's currency; a barcode that is empty is none."""
    said = dict(given)
    for name in OWN_PRICES:
        if said.get(name) is not None:
            said[name] = Money(said[name], product.currency)
    if "barcode" in said:
        said["barcode"] = said["barcode"] or None
    return said


def _says_the_same(place: Place, product: Product, said: Mapping[str, Any], written: Mapping[str, str]) -> bool:
    """Whether attributes stay what they are, so that nobody has to check them anew."""
    if said.get("category_id", product.category_id) != product.category_id:
        return False
    there = fitting(place.attributes_of(product.category_id), product.attributes)
    return all(plain(there.get(key)) == cell for key, cell in written.items())


def _shipping(product: Product, written: Iterable[tuple[str, int]], currency: str) -> list[dict[str, Any]]:
    """Ways of shipping; one of a name that is there keeps its id."""
    there, found = list(product.shipping_options), []
    for name, price in written:
        same = next((each for each in there if each["name"] == name), None)
        if same is not None:
            there.remove(same)
        found.append({"id": same and same["id"], "name": name, "price": Money(price, currency)})
    return found


def _category(place: Place, draft: Draft, product: Product, slug: str | None) -> UUID | None:
    """The category's id; one that is hidden by now may stay where it is."""
    if not slug:
        return None
    node = place.categories.get(slug)
    if node is None or not (node.id == product.category_id or place.may_take(node)):
        message = "There is no category with this slug."
        raise Refused.of(draft, [row_error(draft.first.number, "category", "unknown", message)])
    return node.id


def _shelf(place: Place, draft: Draft, product: Product, name: str | None) -> UUID | None:
    """The id of the market's shelf of this name: the one where the product stands, or the first."""
    if not name:
        return None
    ids = [shelf.id for shelf in place.shelves_called(name)]
    if not ids:
        message = "The market has no shelf of this name; make it first."
        raise Refused.of(draft, [row_error(draft.first.number, "shelf", "unknown", message)])
    return product.shelf_id if product.shelf_id in ids else ids[0]


def _attributes(
    place: Place, draft: Draft, product: Product, category_id: UUID | None, written: Mapping[str, str]
) -> dict[str, Any]:
    """The attributes with what is written; those without a column stay, as far as they fit the category."""
    known = {each.key: each for each in place.attributes_of(category_id)}
    found = fitting(place.attributes_of(category_id), product.attributes)
    errors = []
    for key, cell in written.items():
        if key in known:
            several = known[key].type is AttributeType.CHOICES and cell
            found[key] = [part.strip() for part in split(cell)] if several else cell
        elif cell:
            message = "The category has no attribute with this key."
            errors.append(row_error(draft.first.number, f"{ATTRIBUTE}{key}", "unknown_field", message))
    if errors:
        raise Refused.of(draft, errors)
    return found
