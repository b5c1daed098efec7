"""Identifiers of people and companies. A right check digit shows that nothing was mistyped, not who somebody is."""

from __future__ import annotations

import re

from asoud_iran.services.digits import compact
from asoud_iran.services.errors import IdentifierError

_NATIONAL = re.compile(r"[0-9]{8,10}")
_LEGAL = re.compile(r"[0-9]{11}")
_LEGAL_WEIGHTS = (29, 27, 23, 19, 17) * 2


def parse_national_code(text: str) -> str:
    """The ten digits of a person's national code; zeros in front that were left out are put back.

    Raises `IdentifierError` ``iran.national_code_format`` or ``iran.national_code_checksum``.
    """
    code = compact(text)
    if not _NATIONAL.fullmatch(code):
        raise IdentifierError("iran.national_code_format", "The national code has ten digits.")
    code = code.zfill(10)
    if len(set(code)) == 1 or int(code[9]) != national_check_digit(code[:9]):
        raise IdentifierError("iran.national_code_checksum", "This is no national code; look for a mistyped digit.")
    return code


def national_check_digit(nine: str) -> int:
    """The tenth digit that belongs to the first nine of a national code."""
    remainder = sum(int(digit) * (10 - place) for place, digit in enumerate(nine)) % 11
    return remainder if remainder < 2 else 11 - remainder


def parse_legal_id(text: str) -> str:
    """The eleven digits of a company's national id.

    Raises `IdentifierError` ``iran.legal_id_format`` or ``iran.legal_id_checksum``.
    """
    number = compact(text)
    if not _LEGAL.fullmatch(number):
        raise IdentifierError("iran.legal_id_format", "The legal id has eleven digits.")
    if number[3:9] == "000000" or int(number[10]) != legal_check_digit(number[:10]):
        raise IdentifierError("iran.legal_id_checksum", "This is no legal id; look for a mistyped digit.")
    return number


def legal_check_digit(ten: str) -> int:
    """The eleventh digit that belongs to the first ten of a legal id."""
    shift = int(ten[9]) + 2
    total = sum((shift + int(digit)) * weight for digit, weight in zip(ten, _LEGAL_WEIGHTS, strict=True))
    return total % 11 % 10
