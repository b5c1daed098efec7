"""The words of a message as search compares them."""

from __future__ import annotations

from asoud_iran.services import fold_for_search, joined


def search_key(text: str) -> str:
    """The folded words, and behind a line break the same without blanks, so that both spellings are found."""
    folded = fold_for_search(text)
    together = joined(folded)
    return folded if folded == together else f"{folded}\n{together}"
