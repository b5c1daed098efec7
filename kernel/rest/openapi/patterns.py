"""Regular expressions as JSON Schema writes them, which is as ECMAScript does, from those that Python matches with."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|\[\^?\]?|\(\?P?[<=!:]?|[*+?}]\+|.", re.DOTALL)
_ENDS = {r"\A": "^", r"\Z": "$"}
_SAME = frozenset(rf"\{letter}" for letter in "fnrtvsS^$\\.*+?()[]{}|/")
_OF_ASCII = frozenset((r"\d", r"\D", r"\w", r"\W", r"\b", r"\B"))
"""What Python reads as all of Unicode, unless told otherwise, and ECMAScript as ASCII."""
_OPENINGS = frozenset(("(", "(?:", "(?=", "(?!"))
_KNOWN_FLAGS = re.UNICODE | re.ASCII


def ecmascript(pattern: re.Pattern[str]) -> str | None:
    """The pattern of texts on which ``pattern.match`` succeeds; None for what ECMAScript can't say."""
    if pattern.flags & ~_KNOWN_FLAGS:
        return None
    try:
        parts = list(_translated(pattern.pattern, ascii_only=bool(pattern.flags & re.ASCII)))
    except ValueError:
        return None
    text = "".join(parts)
    if _has_choice(parts):
        return f"^(?:{text})"
    return text if text.startswith("^") else f"^{text}"


def _translated(text: str, *, ascii_only: bool) -> Iterator[str]:
    """Token by token. Raises ValueError at one that the two languages read differently."""
    in_class = False
    for token in _TOKEN.findall(text):
        if in_class:
            yield _in_class(token, ascii_only=ascii_only)
            in_class = token != "]"
        elif token in ("[", "[^"):
            in_class = True
            yield token
        else:
            yield _outside(token, ascii_only=ascii_only)


def _outside(token: str, *, ascii_only: bool) -> str:
    if token in _ENDS:
        return _ENDS[token]
    if len(token) == 1 or token in _OPENINGS:
        return token
    return _escape(token, ascii_only=ascii_only)


def _in_class(token: str, *, ascii_only: bool) -> str:
    if token == r"\-" or not token.startswith("\\"):
        return token
    return _escape(token, ascii_only=ascii_only)


def _escape(token: str, *, ascii_only: bool) -> str:
    if token in _SAME or (len(token) > 2 and token[1] in "xu") or (ascii_only and token in _OF_ASCII):
        return token
    if token.startswith("\\") and len(token) == 2 and not token[1].isalnum():
        return token[1]  # an escape that was not needed, which ECMAScript refuses
    raise ValueError(token)


def _has_choice(parts: list[str]) -> bool:
    """Whether there is a ``|`` outside every group, so that an anchor would belong to its first half only."""
    depth, in_class = 0, False
    for part in parts:
        if in_class:
            in_class = part != "]"
        elif part in ("[", "[^"):
            in_class = True
        elif part == "|" and not depth:
            return True
        else:
            depth += (part in _OPENINGS) - (part == ")")
    return False
