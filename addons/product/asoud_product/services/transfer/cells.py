"""What a cell of a file says, made what a product keeps, and written back the same way."""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from addon_sdk import platform
from addon_sdk.fields import MARKUP, clean_text, fold_digits, fold_number, guarded, has_markup, rfc3339, unguarded

Read = Callable[[str], Any]
Cell = str | int
"""What stands in a cell of an export."""
_SPECIAL = ("=", "'")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_WHOLE = re.compile(r"([+-]?)(\d+|\d{1,3}(?:[,'’_ \u00a0\u202f]\d{3})+)(?:\.0{0,2})?", re.ASCII)
_SIMPLE = re.compile("[A-Za-z0-9][A-Za-z0-9_.,/#-]*", re.ASCII)
"""What needs no cleaning, such as most numbers of things."""
_MOST_DIGITS = 18
_KEPT = 256
"""How many spellings of words that come again and again are remembered."""
_TRUE = frozenset(("true", "yes", "1", "بله", "بلی", "آری", "دارد", "درست"))
_FALSE = frozenset(("false", "no", "0", "خیر", "نه", "ندارد", "نادرست"))


class Wrong(Exception):
    """A cell can't be taken: a stable code, and a message with its values."""

    def __init__(self, code: str, message: str, **values: Any) -> None:
        """``message`` is English and the key of its translation."""
        super().__init__(message)
        self.code, self.message, self.values = code, message, values


def cleared(cell: str) -> str:
    """The cell without blanks around it and the apostrophe that guards it.

    Raises `Wrong` for a formula, and for characters that no text has.
    """
    cell = cell.strip()
    if not cell.isprintable() and (found := _CONTROL.search(cell)) is not None:
        message = "The cell has the control character {character}; take it out."
        raise Wrong("control_character", message, character=f"U+{ord(found[0]):04X}")
    if cell[:1] not in _SPECIAL:
        return cell
    if cell.startswith("="):
        raise Wrong("formula", "A formula is not taken; put its result into the cell.")
    return unguarded(cell)


def text(most: int, least: int = 0, *, multiline: bool = False) -> Read:
    """Cleaned text of at least and at most so many characters."""

    def read(cell: str) -> str:
        if least <= len(cell) <= most and _SIMPLE.fullmatch(cell):
            return cell
        if len(cell) > 4 * most:
            raise Wrong("length", "Write {least} to {most} characters.", least=least, most=most)
        if has_markup(cell):
            raise Wrong("markup", MARKUP)
        found = clean_text(cell, multiline=multiline)
        if not least <= len(found) <= most:
            raise Wrong("length", "Write {least} to {most} characters.", least=least, most=most)
        return found

    return read


def number_of_variant(cell: str) -> str:
    """A market's own number for a variant, whatever digits it is written in."""
    return fold_digits(text(64)(cell))


def keywords(cell: str) -> list[str]:
    """Words between ``|``."""
    one = text(50)
    found = [word for word in (one(each) for each in split(cell)) if word]
    if len(found) > 20:
        raise Wrong("length", "Write {most} keywords at most.", most=20)
    return found


def shipping(cell: str) -> list[tuple[str, int]]:
    """Ways of shipping between ``|``, each a name and what it costs, with ``=`` between them."""
    one, found = text(100, 1), []
    for each in split(cell):
        name, sign, price = each.rpartition("=")
        if not sign:
            raise Wrong("shipping", "Write each way of shipping as its name, = and its price, with | between them.")
        found.append((one(name.strip()), whole(price)))
    if len(found) > 20:
        raise Wrong("length", "Write {most} ways of shipping at most.", most=20)
    return found


def split(cell: str) -> list[str]:
    r"""The parts of a cell between ``|``; ``\|`` is the sign itself, ``\\`` a backslash."""
    if "\\" not in cell:
        return cell.split("|")
    parts, letters = [""], iter(cell)
    for letter in letters:
        if letter == "|":
            parts.append("")
        else:
            parts[-1] += next(letters, letter) if letter == "\\" else letter
    return parts


def join(parts: Sequence[str]) -> str:
    """Parts in one cell, as `split` finds them."""
    return "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)


def whole(cell: str) -> int:
    """A whole number, with thousands separated or not, in any digits."""
    found = _WHOLE.fullmatch(str(fold_number(cell)).strip())
    if found is None:
        raise Wrong("whole", "Write a whole number, without a fraction or a unit.")
    digits = re.sub(r"\D", "", found[2])
    if len(digits.lstrip("0")) > _MOST_DIGITS:
        raise Wrong("too_much", "This number is too large.")
    return int(found[1] + digits)


def between(least: int, most: int) -> Read:
    """A whole number in a range."""

    def read(cell: str) -> int:
        number = whole(cell)
        if not least <= number <= most:
            raise Wrong("range", "Write a number from {least} to {most}.", least=least, most=most)
        return number

    return read


def currency(cell: str) -> str:
    """Three capital letters."""
    if not re.fullmatch("[A-Z]{3}", cell):
        raise Wrong("currency", "Write a currency as three capital letters, such as IRR.")
    return cell


@lru_cache(maxsize=_KEPT)
def boolean(cell: str) -> bool:
    """Yes or no, in Persian or English."""
    word = clean_text(str(fold_number(cell)), multiline=False).lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise Wrong("boolean", "Write yes or no.")


def one_of(members: type[enum.Enum], persian: Mapping[str, str]) -> Read:
    """A member of an enumeration by its value, or by a Persian word for it."""
    known = {member.value: member for member in members}
    words = {**known, **{word: known[value] for value, word in persian.items()}}

    @lru_cache(maxsize=_KEPT)
    def read(cell: str) -> enum.Enum:
        found = words.get(clean_text(cell, multiline=False).replace("\u200c", " ").lower())
        if found is None:
            raise Wrong("one_of", "Choose one of: {choices}.", choices=", ".join(known))
        return found

    return read


def moment(cell: str) -> dt.datetime:
    """A moment as RFC 3339 or ISO 8601 write it; without a zone it is the site's time."""
    try:
        found = dt.datetime.fromisoformat(str(fold_number(cell)).strip().upper())
        if found.tzinfo is None:
            found = found.replace(tzinfo=ZoneInfo(platform.settings.time_zone))
        return found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise Wrong("time", "Write a time as 2026-03-21T12:30:00Z or 2026-03-21 12:30.") from None


def written(value: Any) -> Cell:
    """A value as a cell: `guarded` text, whole numbers as numbers."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return guarded(plain(value))


def plain(value: Any) -> str:
    """A value as text, as the readers above take it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, dt.datetime):
        return rfc3339(value)
    return join(value) if isinstance(value, list) else str(value)
