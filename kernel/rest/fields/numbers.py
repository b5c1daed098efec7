"""Numbers: strict about what they are, lenient about the script in which they are written."""

from __future__ import annotations

import decimal
from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from kernel.rest.fields.digits import fold_number

_SMALLEST, _LARGEST = -(2**63), 2**63 - 1
_EXACT = 2**53
_MOST_DIGITS = 38


class Integer(fields.Integer):
    """A whole number that fits the database (64 bits). ``12.5`` and ``true`` are refused, ``۱۲`` is 12."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own way to name errors
        "invalid": "Not a valid integer.",
        "out_of_range": "The number is too large.",
    }

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, float):
            # JSON integers beyond 64 bits arrive as floats, rounded; such a number must never be taken for another.
            if abs(value) > _EXACT:
                raise self.make_error("out_of_range")
            if not value.is_integer():
                raise self.make_error("invalid", input=value)
        number: int = super()._deserialize(fold_number(value), attr, data, **kwargs)
        if not _SMALLEST <= number <= _LARGEST:
            raise self.make_error("out_of_range")
        return number


class Decimal(fields.Decimal):
    """An exact decimal number of 38 digits at most; text in JSON (``"12.50"``), so that no client rounds it."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own way to name errors
        "out_of_range": "The number has too many digits.",
    }

    def __init__(self, places: int | None = None, *, as_string: bool = True, **kwargs: Any) -> None:
        super().__init__(places, as_string=as_string, **kwargs)

    def _validated(self, value: Any) -> decimal.Decimal:
        folded = fold_number(value)
        try:
            number = decimal.Decimal(str(folded))
        except decimal.InvalidOperation:
            raise self.make_error("invalid", input=value) from None
        if number.is_finite() and max(abs(number.adjusted()), len(number.as_tuple().digits)) > _MOST_DIGITS:
            raise self.make_error("out_of_range")
        validated: decimal.Decimal = super()._validated(folded)
        return validated


class Float(fields.Float):
    """A measured number, such as a coordinate. Never for money."""

    def _validated(self, value: Any) -> float:
        validated: float = super()._validated(fold_number(value))
        return validated
