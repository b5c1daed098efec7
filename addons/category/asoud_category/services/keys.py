"""The keys of a title: by what it is found, and where it stands in the alphabet."""

from __future__ import annotations

from asoud_iran.services import fold_for_search, fold_for_uniqueness, joined

from asoud_category.models.category import MAX_TITLE

_LONGEST = 199
"""Letters of a folded title that count; a single ligature may fold into a dozen."""
_ALPHABET = {ord(letter): 0x100 + place for place, letter in enumerate("آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی")}
_ALPHABET[ord("ئ")] = _ALPHABET[ord("ی")]
_ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in "\\%_"})


def search_key(title: str, title_en: str | None) -> str:
    """Both titles, folded and without blanks: a part of either is a part of this."""
    return "\n".join(joined(fold_for_search(name))[:_LONGEST] for name in (title, title_en or ""))


def search_pattern(query: str) -> str | None:
    r"""What ``LIKE ... ESCAPE '\'`` finds ``query`` by, in any spelling; None for a query without letters."""
    key = joined(fold_for_search(query))
    return f"%{key.translate(_ESCAPED)}%" if key else None


def sort_key(title: str) -> str:
    """The title such that comparing codes orders as the Persian alphabet does, Latin before Persian."""
    return fold_for_uniqueness(title).translate(_ALPHABET)[:MAX_TITLE]
