"""Money in JSON: a whole number of the currency's smallest unit, and the currency."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError, fields

from kernel.rest.dump import Bind
from kernel.rest.fields.numbers import Integer
from kernel.rest.messages import SCHEMA_MESSAGES

if TYPE_CHECKING:
    from kernel.db import Money as MoneyValue

_CURRENCY = re.compile(r"[A-Z]{3}")
_PARTS = {"amount", "currency"}
MONEY_SCHEMA = {
    "type": "object",
    "properties": {
        "amount": {"type": "integer", "format": "int64", "description": "Count of the currency's smallest unit."},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217 code."},
    },
    "required": ["amount", "currency"],
    "additionalProperties": False,
    "example": {"amount": 125000, "currency": "IRR"},
}


class Money(fields.Field["MoneyValue"]):
    """``{"amount": 125000, "currency": "IRR"}``, a `kernel.db.Money` inside. ``minimum`` limits the amount."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own way to name errors
        "invalid": "Not valid money; send an object with amount and currency, such as 125000 and IRR.",
        "amount": "The amount must be a whole number of the currency's smallest unit.",
        "currency": "The currency must be three capital letters.",
        "too_little": "The amount must be {minimum} or more.",
        "too_much": "The amount must be {most} or less.",
    }

    def __init__(self, *, minimum: int | None = 0, **kwargs: Any) -> None:
        self.minimum = minimum
        super().__init__(**kwargs)
        self.metadata = {**MONEY_SCHEMA, **self.metadata}

    def _serialize(self, value: Any, attr: str | None, obj: object, **kwargs: Any) -> dict[str, Any] | None:
        return None if value is None else {"amount": value.amount, "currency": value.currency}

    def dump_source(self, value: str, bind: Bind) -> str:
        """The expression that the dump compiler writes for this field."""
        return f'None if {value} is None else {{"amount": {value}.amount, "currency": {value}.currency}}'

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> MoneyValue:
        from kernel.db.money import Money as MoneyValue

        if not isinstance(value, Mapping) or not value.keys() >= _PARTS:
            raise self.make_error("invalid")
        if unknown := value.keys() - _PARTS:
            raise ValidationError({str(name): [SCHEMA_MESSAGES["unknown"]] for name in sorted(unknown, key=str)})
        if not isinstance(value["currency"], str) or not _CURRENCY.fullmatch(value["currency"]):
            raise self.make_error("currency")
        amount = self._amount(value["amount"])
        if self.minimum is not None and amount < self.minimum:
            raise self.make_error("too_little", minimum=self.minimum)
        return MoneyValue(amount, value["currency"])

    def _amount(self, value: object) -> int:
        from kernel.db.money import LARGEST

        if isinstance(value, int | float) and abs(value) > LARGEST:
            raise self.make_error("too_much", most=LARGEST)
        try:
            amount: int = Integer().deserialize(value)
        except ValidationError:
            raise self.make_error("amount") from None
        return amount
