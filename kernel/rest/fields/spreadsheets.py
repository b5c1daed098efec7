"""Text in files that people open with a spreadsheet, which takes some texts for formulas and runs them."""

from __future__ import annotations

_TRIGGERS = tuple("=+-@'\t\r\n")
"""What spreadsheets take for the beginning of a formula, and the sign that guards against it."""


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula: with an apostrophe before it, where it looks like one.

    Source: OWASP, "CSV Injection".
    """
    return f"'{text}" if text.startswith(_TRIGGERS) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_TRIGGERS) else text
