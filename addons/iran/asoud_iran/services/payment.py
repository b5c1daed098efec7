"""Sheba (the Iranian IBAN) and bank cards."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from asoud_iran.services.banks import Bank, bank_of_card, bank_of_sheba
from asoud_iran.services.digits import compact
from asoud_iran.services.errors import IdentifierError

_SHEBA = re.compile(r"IR[0-9]{24}")
_CARD = re.compile(r"[0-9]{16}")
_COUNTRY = "1827"
"""``IR`` as IBAN counts letters: A is 10."""


@dataclass(frozen=True, slots=True)
class Sheba:
    """A valid Sheba, ``IR`` and 24 digits, and its bank (None when its number isn't known here)."""

    number: str
    bank: Bank | None


@dataclass(frozen=True, slots=True)
class Card:
    """A valid card. ``number`` is for the moment only: store ``bin``, ``last_four`` and a keyed hash of it."""

    number: str = field(repr=False)
    bank: Bank

    @property
    def bin(self) -> str:
        """The first six digits, which name the bank."""
        return self.number[:6]

    @property
    def last_four(self) -> str:
        """The last four digits, by which people know their card."""
        return self.number[-4:]


def parse_sheba(text: str) -> Sheba:
    """The Sheba that was written, with or without ``IR``, in groups or not.

    Raises `IdentifierError` ``iran.sheba_format`` or ``iran.sheba_checksum``.
    """
    number = compact(text).upper()
    number = number if number.startswith("IR") else f"IR{number}"
    if not _SHEBA.fullmatch(number):
        raise IdentifierError("iran.sheba_format", "A Sheba is IR and 24 digits.")
    if int(f"{number[4:]}{_COUNTRY}{number[2:4]}") % 97 != 1:
        raise IdentifierError("iran.sheba_checksum", "This is no Sheba; look for a mistyped digit.")
    return Sheba(number, bank_of_sheba(number))


def sheba_check_digits(account: str) -> str:
    """The two check digits for the 22 digits that follow them in a Sheba."""
    return f"{98 - int(f'{account}{_COUNTRY}00') % 97:02d}"


def parse_card(text: str) -> Card:
    """The card that was written, in groups or not.

    Raises `IdentifierError` ``iran.card_format``, ``iran.card_checksum`` or ``iran.card_bank`` (no bank of Iran).
    """
    number = compact(text)
    if not _CARD.fullmatch(number):
        raise IdentifierError("iran.card_format", "A card number has sixteen digits.")
    if luhn_sum(number) % 10:
        raise IdentifierError("iran.card_checksum", "This is no card number; look for a mistyped digit.")
    bank = bank_of_card(number)
    if bank is None:
        raise IdentifierError("iran.card_bank", "No Iranian bank has cards that begin like this.")
    return Card(number, bank)


def luhn_sum(number: str) -> int:
    """The sum that Luhn's rule wants to be a multiple of ten: odd places count twice, less nine above nine."""
    doubled = (2 * int(digit) for digit in number[::2])
    return sum(value - 9 if value > 9 else value for value in doubled) + sum(map(int, number[1::2]))
