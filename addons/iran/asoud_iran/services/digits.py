"""Digits of every script, and the blanks and dashes that people put between them."""

from __future__ import annotations

import unicodedata

_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_SEPARATORS = frozenset(("Zs", "Pd", "Cf", "Cc"))
_MINUS = "\u2212"


def ascii_digits(text: str) -> str:
    """``text`` with the decimal digits of any script (Persian, Arabic, full-width, …) as ASCII ones."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char, char)) for char in text)


def persian_digits(text: str) -> str:
    """``text`` with ASCII digits as Persian ones."""
    return text.translate(_PERSIAN)


def compact(text: str) -> str:
    """``text`` with ASCII digits and without blanks, dashes and invisible marks: a number as it is compared."""
    digits = ascii_digits(text)
    return "".join(char for char in digits if char != _MINUS and unicodedata.category(char) not in _SEPARATORS)
