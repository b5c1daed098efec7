"""What is wrong with a draft, said of the rows and columns that it came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Self

from addon_sdk import FieldError
from asoud_product.services.transfer.columns import ATTRIBUTE
from asoud_product.services.transfer.drafts import Draft
from asoud_product.services.transfer.layout import Row, RowError

_PRODUCT = {"category_id": "category", "shelf_id": "shelf", "shipping_options": "shipping"}
_VARIANT = {
    "main_price": "variant_price",
    "colleague_price": "variant_colleague_price",
    "sale_price": "variant_sale_price",
    "is_available": "variant_available",
    "choice": "option",
}


class Refused(Exception):
    """A draft doesn't go in."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        """Every row of the draft is named in ``errors``."""
        super().__init__()
        self.errors = errors

    @classmethod
    def of(cls, draft: Draft, errors: Iterable[RowError]) -> Self:
        """For these errors; the draft's other rows are left out with them."""
        copy = Draft(draft.rows)
        copy.refuse(errors)
        return cls(copy.errors)


def of_product(draft: Draft, errors: Iterable[FieldError]) -> list[RowError]:
    """Errors of a product's fields: its first row has said them."""
    return [RowError(draft.first.number, _column(error.pointer), error.code, error.message) for error in errors]


def of_variants(draft: Draft, errors: Iterable[FieldError]) -> list[RowError]:
    """Errors under ``/variants/<place>/<field>`` or, of an only variant, ``/<field>``; others are the product's."""
    return [_of_variant(draft, error) for error in errors]


def of_variant(row: Row, errors: Iterable[FieldError]) -> list[RowError]:
    """Errors of one row's variant."""
    return [RowError(row.number, _named(error.pointer.strip("/")), error.code, error.message) for error in errors]


def _of_variant(draft: Draft, error: FieldError) -> RowError:
    parts = error.pointer.strip("/").split("/")
    if parts[0] == "options":
        return RowError(draft.first.number, "option", error.code, error.message)
    row = draft.rows[int(parts[1])] if parts[0] == "variants" else draft.first
    return RowError(row.number, _named(parts[-1]), error.code, error.message)


def _named(field: str) -> str:
    return _VARIANT.get(field, field)


def _column(pointer: str) -> str:
    name, _, rest = pointer.strip("/").partition("/")
    if name == "attributes":
        return f"{ATTRIBUTE}{rest}" if rest else "category"
    return _PRODUCT.get(name, name)
