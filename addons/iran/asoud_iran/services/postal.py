"""Postal codes."""

from __future__ import annotations

import re

from asoud_iran.services.digits import compact
from asoud_iran.services.errors import IdentifierError

_POSTAL = re.compile(r"(?!(.)\1{3})[13-9]{5}[0-9]{5}")


def parse_postal_code(text: str) -> str:
    """The ten digits of a postal code: none of the first five is 0 or 2, the first four aren't all the same.

    Raises `IdentifierError` ``iran.postal_code``. It has no check digit, so a mistyped one may pass.
    """
    code = compact(text)
    if not _POSTAL.fullmatch(code):
        raise IdentifierError("iran.postal_code", "A postal code has ten digits, and no 0 or 2 among the first five.")
    return code
