"""Mobile numbers: five written forms in, E.164 stored, the local form shown."""

from __future__ import annotations

import re

from asoud_iran.services.digits import compact
from asoud_iran.services.errors import IdentifierError

_MOBILE = re.compile(r"(?:\+98|0098|98|0)?(9[0-9]{9})")


def parse_mobile(text: str) -> str:
    """The number in E.164, ``+989123456789``.

    Takes ``09…``, ``9…``, ``+989…``, ``00989…`` and ``989…`` in any digit script, with blanks or dashes.
    Raises `IdentifierError` ``iran.mobile``. Whether the number is in use, and whose, is not known from it.
    """
    match = _MOBILE.fullmatch(compact(text).replace("\uff0b", "+"))
    if match is None:
        raise IdentifierError("iran.mobile", "Not an Iranian mobile number; write it as 09123456789.")
    return f"+98{match[1]}"


def local_mobile(mobile: str) -> str:
    """The form that people and Iranian gateways use, ``09123456789``. Raises as `parse_mobile` does."""
    return f"0{parse_mobile(mobile)[3:]}"
