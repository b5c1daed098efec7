"""How business ids and subdomains are written, and which words nobody may have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from itertools import count

SHORTEST, LONGEST = 4, 20
_FORM = re.compile(rf"[A-Za-z][A-Za-z0-9_-]{{{SHORTEST - 1},{LONGEST - 1}}}")
_DASHES = re.compile(r"[-_]+")
RESERVED = frozenset(files("asoud_market").joinpath("reserved_words.txt").read_text("utf-8").split())


def key_of(business_id: str) -> str:
    """What two business ids that are the same have in common."""
    return business_id.lower()


def is_well_formed(business_id: str) -> bool:
    """4 to 20 letters, digits, ``_`` and ``-``, a letter first."""
    return _FORM.fullmatch(business_id) is not None


def is_reserved(business_id: str) -> bool:
    """Whether the site keeps the word for itself, however it is written (``a-p-i`` too)."""
    return _DASHES.sub("", key_of(business_id)) in RESERVED


def label_of(business_id: str) -> str:
    """The business id as a label of a host's name, which knows no ``_`` and no dash at its ends."""
    return _DASHES.sub("-", key_of(business_id)).strip("-")


def subdomains(business_id: str) -> Iterator[str]:
    """What the subdomain may be called: like the business id, then numbered."""
    label = label_of(business_id)
    yield label
    for number in count(2):
        yield f"{label}-{number}"
