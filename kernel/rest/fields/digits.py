"""Numbers as people type them: Persian and Arabic digits mean the same as ASCII ones."""

from __future__ import annotations

_ASCII: dict[int, str | None] = {ord(zero) + digit: str(digit) for zero in "۰٠" for digit in range(10)}
_NUMBER = {**_ASCII, ord("٫"): ".", ord("٬"): None, ord("−"): "-"}


def fold_digits(text: str) -> str:
    """``text`` with Persian and Arabic digits as ASCII ones, everything else untouched."""
    return text if text.isascii() else text.translate(_ASCII)


def fold_number(value: object) -> object:
    """A written number made ready for parsing: digits, decimal separator and minus sign as ASCII, no thousands.

    What isn't text comes back as it is.
    """
    if not isinstance(value, str) or value.isascii():
        return value
    return value.translate(_NUMBER).strip()
