"""The limits of a split, checked before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST_ROWS = 5
LEAST = 10_000
_IBAN = re.compile(r"IR[0-9]{24}")


@dataclass(frozen=True, slots=True)
class Wage:
    """A part of a payment, in Rial, that goes to a Sheba directly."""

    iban: str
    amount: int
    description: str = ""


def fault_of(amount: int, wages: Sequence[Wage]) -> int | None:
    """The code with which Zarinpal would refuse this split of ``amount`` Rial, None where it would not.

    At most 99 % may be split off, in at most five rows.
    """
    if any(not _IBAN.fullmatch(wage.iban) or len(wage.description) > 255 for wage in wages):
        return -9
    if len(wages) > MOST_ROWS:
        return -35
    if any(wage.amount < LEAST for wage in wages):
        return -36
    if sum(wage.amount for wage in wages) * 100 > amount * 99:
        return -32
    return None
