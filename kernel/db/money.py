"""Money: an integer count of the currency's smallest unit, together with its currency. Floats never touch it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import total_ordering
from typing import Any

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import composite, mapped_column

_CURRENCY = re.compile(r"[A-Z]{3}")
LARGEST = 2**63 - 1
"""The largest amount that a database column holds."""


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were added, subtracted or compared."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """So many smallest units (Rial, cent) of one currency (ISO 4217 letters).

    Raises TypeError for an amount or factor that isn't an int, ValueError for a malformed currency or an amount
    beyond `LARGEST`, `CurrencyMismatch` when currencies are mixed.
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        _require_int(self.amount, "an amount")
        if abs(self.amount) > LARGEST:
            raise ValueError(f"{self.amount} is more than a column holds ({LARGEST}).")
        if not _CURRENCY.fullmatch(str(self.currency)):
            raise ValueError(f"{self.currency!r} is no currency; write three capital letters, like IRR.")

    def __composite_values__(self) -> tuple[int, str]:
        return self.amount, self.currency

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: int) -> Money:
        return Money(self.amount * _require_int(factor, "a factor"), self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __bool__(self) -> bool:
        return self.amount != 0

    def allocate(self, shares: Sequence[int]) -> list[Money]:
        """Split in proportion to ``shares`` (whole numbers, not all zero); the parts add up exactly.

        No part is more than one unit off its exact proportion; units left over by rounding go to the parts that lost
        most, the earlier first. Raises ValueError for shares that are empty, negative or all zero.
        """
        if not shares or min(_require_int(share, "a share") for share in shares) < 0 or not sum(shares):
            raise ValueError("shares must be whole numbers of 0 or more, and not all 0.")
        sign, total = (-1 if self.amount < 0 else 1), sum(shares)
        parts, lost = zip(*(divmod(abs(self.amount) * share, total) for share in shares), strict=True)
        left = abs(self.amount) - sum(parts)
        lucky = set(sorted(range(len(shares)), key=lambda index: -lost[index])[:left])
        return [Money(sign * (part + (index in lucky)), self.currency) for index, part in enumerate(parts)]

    def _same(self, other: object) -> int:
        if not isinstance(other, Money):
            raise TypeError(f"Money goes with Money only, not with {type(other).__name__}.")
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be mixed; convert one first.")
        return other.amount


def _require_int(value: object, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{what} must be an int, not {type(value).__name__}; money never meets a float.")
    return value


def money(name: str, *, nullable: bool = False, index: bool = False) -> Any:
    """A Money attribute: ``price: Mapped[Money] = money("price")``, in columns price_amount and price_currency.

    With ``nullable`` (``Mapped[Money | None]``) it is None when both columns are NULL.
    """
    return composite(
        Money,
        mapped_column(f"{name}_amount", BigInteger, nullable=nullable, index=index),
        mapped_column(f"{name}_currency", String(3), nullable=nullable),
        return_none_on=(lambda *values: None in values) if nullable else None,
    )
