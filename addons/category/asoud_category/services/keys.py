"""What a title is found by."""

from __future__ import annotations

from asoud_iran.services import fold_for_search, joined

_LONGEST = 199
"""Letters of a folded title that count; a single ligature may fold into a dozen."""
_ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in "\\%_"})


def search_key(title: str, title_en: str | None) -> str:
    """Both titles, folded and without blanks: a part of either is a part of this."""
    return "\n".join(joined(fold_for_search(name))[:_LONGEST] for name in (title, title_en or ""))


def search_pattern(query: str) -> str | None:
    r"""What ``LIKE ... ESCAPE '\'`` finds ``query`` by, in any spelling; None for a query without letters."""
    key = joined(fold_for_search(query))
    return f"%{key.translate(_ESCAPED)}%" if key else None
