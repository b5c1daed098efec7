"""Totals are whole numbers, and their parts always sum."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from asoud_cart.hookspecs import PHASES, Adjustment, MarketQuote, Quote, QuoteLine, Tender, spread
from hypothesis import given
from hypothesis import strategies as st

AMOUNTS = st.integers(-(10**15), 10**15)


@given(AMOUNTS, st.lists(st.integers(0, 10**15), min_size=1, max_size=20))
def test_what_is_spread_sums_to_the_whole(amount: int, weights: list[int]) -> None:
    parts = spread(amount, weights)
    assert sum(parts) == amount
    assert all((part >= 0) == (amount >= 0) or part == 0 for part in parts)
    if sum(weights):
        assert all(
            abs(part * sum(weights) - amount * weight) < sum(weights)
            for part, weight in zip(parts, weights, strict=True)
        )


def test_nothing_is_spread_over_nobody() -> None:
    with pytest.raises(ValueError, match="nothing to spread"):
        spread(1, [])


ADJUSTMENTS = st.builds(
    Adjustment, st.sampled_from(PHASES), st.just("x"), st.just("X"), AMOUNTS, is_included=st.booleans()
)


@given(
    st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 10**9), st.lists(ADJUSTMENTS, max_size=4)), max_size=6),
    st.lists(ADJUSTMENTS, max_size=3),
    st.integers(0, 10**6),
)
def test_the_parts_of_a_quote_sum_to_what_is_paid(
    lines: list[tuple[int, int, list[Adjustment]]], whole: list[Adjustment], tendered: int
) -> None:
    quote = Quote(uuid4(), None, "IRR", datetime.now(UTC), [MarketQuote(uuid4(), "M")])
    market = quote.markets[0]
    for quantity, price, adjustments in lines:
        line = QuoteLine(uuid4(), uuid4(), uuid4(), market.market_id, uuid4(), "T", (), "S", quantity, price)
        for adjustment in adjustments:
            line.add(adjustment)
        market.lines.append(line)
    for adjustment in whole:
        market.add(adjustment)
    quote.tenders.append(Tender("wallet", "Wallet", tendered))
    counted = [each for line in quote.lines for each in line.adjustments] + market.adjustments
    assert quote.total == quote.subtotal + sum(each.amount for each in counted if not each.is_included)
    assert quote.total == sum(line.total for line in market.lines) + market.adjusted()
    assert quote.payable + tendered == quote.total
    by_phase = sum(line.adjusted(phase) for line in quote.lines for phase in PHASES)
    assert by_phase == sum(line.adjusted() for line in quote.lines)


@pytest.mark.parametrize(("amount", "by_platform"), [(-5, 6), (-5, -1), (5, 1), (0, 1)])
def test_the_platform_bears_between_nothing_and_all(amount: int, by_platform: int) -> None:
    with pytest.raises(ValueError, match="bears between"):
        Adjustment("coupon", "x", "X", amount, by_platform=by_platform)


def test_a_tag_changes_with_what_is_agreed_to() -> None:
    quote = Quote(uuid4(), None, "IRR", datetime.now(UTC), [MarketQuote(uuid4(), "M")])
    seen = {quote.tag}
    quote.markets[0].lines.append(
        QuoteLine(uuid4(), uuid4(), uuid4(), uuid4(), uuid4(), "T", (), "S", 1, unit_price=10)
    )
    seen.add(quote.tag)
    quote.markets[0].add(Adjustment("shipping", "shipping", "Post", 5))
    seen.add(quote.tag)
    quote.markets[0].delivery = {"address": {"city": "Tehran"}}
    seen.add(quote.tag)
    quote.tenders.append(Tender("wallet", "Wallet", 3))
    seen.add(quote.tag)
    assert len(seen) == 5
