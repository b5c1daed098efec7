"""What this addon offers to others: a cart's quote, and the pipeline that makes its prices."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from addon_sdk import hookspec

PHASES = ("base", "sale", "market_discount", "coupon", "shipping", "tax", "wallet")
"""In this order prices are made: what follows builds on what went before."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One reason why something costs more or less than its price; amounts are in the quote's currency."""

    phase: str
    code: str
    """What it is for programs: ``sale``, ``coupon``, ``shipping``, ``vat``."""
    title: str
    """What it is for people."""
    amount: int
    """Added to what is paid; negative for what is taken off."""
    source: str = ""
    """What has made it, such as ``discount:<id>``."""
    by_platform: int = 0
    """How much of a reduction the platform bears, zero or more; the market bears the rest."""
    is_included: bool = False
    """Contained in the price already, as a tax may be: shown, and added to nothing."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """More for people and programs, in JSON."""

    def __post_init__(self) -> None:
        if not 0 <= self.by_platform <= max(-self.amount, 0):
            raise ValueError(f"{self}: the platform bears between nothing and all of what is taken off.")

    @property
    def counted(self) -> int:
        """What it adds to a total."""
        return 0 if self.is_included else self.amount


class Adjusted:
    """Something with a price and adjustments."""

    __slots__ = ()
    adjustments: list[Adjustment]

    def add(self, adjustment: Adjustment) -> None:
        """Adjust it; nothing is added for an amount of zero, unless it is included or says something."""
        if adjustment.amount or adjustment.details:
            self.adjustments.append(adjustment)

    def adjusted(self, *phases: str) -> int:
        """What the adjustments of these phases (of all when none is named) add."""
        return sum(each.counted for each in self.adjustments if not phases or each.phase in phases)


@dataclass(slots=True)
class QuoteLine(Adjusted):
    """So many of a variant."""

    id: UUID
    """The cart's line."""
    variant_id: UUID
    product_id: UUID
    market_id: UUID
    category_id: UUID
    title: str
    options: Sequence[Mapping[str, str]]
    """How the variant differs from others: ``{"name": "Colour", "value": "red"}``."""
    sku: str
    quantity: int
    unit_price: int = 0
    """Set in phase ``base``: what everybody pays for one while nothing is taken off."""
    adjustments: list[Adjustment] = field(default_factory=list)
    is_service: bool = False
    available: int | None = None
    """How many can be had now; None where nobody counts."""
    product: Any = None
    variant: Any = None
    """The rows of both, for those who know their models."""
    for_colleague: bool = False
    """Whether the buyer is a colleague of the market."""

    @property
    def subtotal(self) -> int:
        """Its price before anything is added or taken off."""
        return self.unit_price * self.quantity

    @property
    def total(self) -> int:
        """What is to be paid for it."""
        return self.subtotal + self.adjusted()


@dataclass(slots=True)
class MarketQuote(Adjusted):
    """The lines of one market; they become one order. Its adjustments are of the whole, such as shipping."""

    market_id: UUID
    name: str
    lines: list[QuoteLine] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)
    delivery: Mapping[str, Any] | None = None
    """How it gets to the buyer, in JSON: kept with the order as it is now. ``address`` and ``method`` are maps."""

    @property
    def goods(self) -> int:
        """What is to be paid for the goods."""
        return sum(line.total for line in self.lines)

    @property
    def total(self) -> int:
        """What is to be paid for all."""
        return self.goods + self.adjusted()


@dataclass(frozen=True, slots=True)
class Tender:
    """A part of the total that is paid by other means than a payment, such as a wallet."""

    code: str
    title: str
    amount: int


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why this can't be ordered as it is; ``message`` says the mend."""

    code: str
    message: str
    line_id: UUID | None = None
    market_id: UUID | None = None


@dataclass(slots=True)
class Quote:
    """What a cart costs now, and why."""

    cart_id: UUID
    user_id: UUID | None
    currency: str
    at: datetime
    markets: list[MarketQuote] = field(default_factory=list)
    tenders: list[Tender] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)

    @property
    def lines(self) -> Iterator[QuoteLine]:
        """All lines, market by market."""
        return (line for market in self.markets for line in market.lines)

    @property
    def subtotal(self) -> int:
        """Prices before anything is added or taken off."""
        return sum(line.subtotal for line in self.lines)

    @property
    def total(self) -> int:
        """What all of it costs."""
        return sum(market.total for market in self.markets)

    @property
    def payable(self) -> int:
        """What is left to pay."""
        return self.total - sum(tender.amount for tender in self.tenders)

    @property
    def tag(self) -> str:
        """Changes whenever anything that a buyer agrees to does: goods, prices, their reasons, delivery."""
        parts = [self.currency, repr(self.total), repr(self.payable)]
        for market in self.markets:
            parts += [str(market.market_id), repr(_sorted(market.delivery)), *_agreed(market)]
            for line in market.lines:
                parts += [str(line.variant_id), f"{line.quantity}*{line.unit_price}", *_agreed(line)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _agreed(adjusted: Adjusted) -> list[str]:
    return [f"{each.code} {each.source} {each.amount} {each.is_included}" for each in adjusted.adjustments]


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return sorted((key, _sorted(each)) for key, each in value.items())
    return value


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Divide an amount by weights into whole parts that sum to it; what is left over goes to the largest remainders.

    Weights are zero or more; when all are zero the parts are as equal as can be. Raises ValueError without weights.
    """
    if not weights:
        raise ValueError("There is nothing to spread over.")
    if not sum(weights):
        weights = [1] * len(weights)
    whole, sign = sum(weights), -1 if amount < 0 else 1
    parts = [abs(amount) * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(abs(amount) * weights[place] % whole), place))
    for place in by_remainder[: abs(amount) - sum(parts)]:
        parts[place] += 1
    return [sign * part for part in parts]


@hookspec.pipeline(*PHASES)
def price(quote: Quote) -> Quote:
    """Say what a cart costs: adjust lines (`QuoteLine.add`) and markets, add tenders and obstacles, in your phase.

    It is asked whenever a cart is shown and again at checkout, so it writes nothing, and reads what all lines need at
    once. `spread` divides what concerns several lines.
    """


@hookspec.collect
def availability(variant_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """How many of each counted variant can be had now; variants that nobody counts are left out."""


@hookspec.check
def merged(from_cart_id: UUID, into_cart_id: UUID) -> None:
    """A guest's cart goes into a user's; move what was chosen with it. In the same transaction."""


@hookspec.check
def emptied(cart_id: UUID) -> None:
    """A cart has been ordered or emptied; let go of what was chosen with it. In the same transaction."""
