from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.db import CurrencyMismatch, Money
from kernel.db.money import LARGEST

shares = st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any)


@given(st.integers(-LARGEST, LARGEST), shares)
def test_parts_add_up_and_are_less_than_one_unit_off(amount: int, weights: list[int]) -> None:
    parts = Money(amount, "IRR").allocate(weights)
    assert sum(part.amount for part in parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.amount - Fraction(amount * weight, sum(weights))) < 1
        assert weight or not part


@given(st.integers(0, LARGEST), shares)
def test_a_refund_is_split_like_the_payment(amount: int, weights: list[int]) -> None:
    assert [-part for part in Money(amount, "IRR").allocate(weights)] == Money(-amount, "IRR").allocate(weights)


def test_what_rounding_leaves_goes_to_who_lost_most_then_to_the_first() -> None:
    assert [part.amount for part in Money(100, "IRR").allocate([1, 1, 1])] == [34, 33, 33]
    assert [part.amount for part in Money(10, "IRR").allocate([1, 4, 1])] == [2, 7, 1]
    assert [part.amount for part in Money(7, "IRR").allocate([9, 91])] == [1, 6]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [-1]])
def test_shares_that_cannot_be_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="shares"):
        Money(1, "IRR").allocate(weights)


@given(st.integers(-(10**15), 10**15), st.integers(-(10**15), 10**15), st.integers(-100, 100))
def test_arithmetic_is_that_of_whole_numbers(a: int, b: int, factor: int) -> None:
    left, right = Money(a, "IRR"), Money(b, "IRR")
    assert (left + right).amount == a + b
    assert (left - right).amount == a - b
    assert (left * factor, factor * left) == (Money(a * factor, "IRR"), Money(a * factor, "IRR"))
    assert (left < right, left <= right, left > right, left >= right) == (a < b, a <= b, a > b, a >= b)
    assert bool(left) == bool(a)
    assert (left == right) == (a == b)


def test_currencies_never_mix() -> None:
    rial, dollar = Money(1, "IRR"), Money(1, "USD")
    mixing: list[Callable[[], Any]] = [lambda: rial + dollar, lambda: rial - dollar, lambda: rial < dollar]
    for mix in mixing:
        with pytest.raises(CurrencyMismatch, match="IRR and USD"):
            mix()
    assert rial != dollar


@pytest.mark.parametrize("value", [1.0, Decimal(1), "1", True, None])
def test_only_whole_numbers_are_amounts_factors_and_shares(value: Any) -> None:
    money = Money(1, "IRR")
    wrong: list[Callable[[], Any]] = [
        lambda: Money(value, "IRR"),
        lambda: money * value,
        lambda: money.allocate([value]),
        lambda: money + value,
        lambda: money < value,
    ]
    for use in wrong:
        with pytest.raises(TypeError):
            use()


@pytest.mark.parametrize("currency", ["", "irr", "IR", "RIAL", "IR1", None, 7])
def test_a_currency_is_three_capital_letters(currency: Any) -> None:
    with pytest.raises(ValueError, match="no currency"):
        Money(1, currency)


@pytest.mark.parametrize("amount", [LARGEST + 1, -LARGEST - 1])
def test_an_amount_fits_its_column(amount: int) -> None:
    with pytest.raises(ValueError, match="more than a column holds"):
        Money(amount, "IRR")
