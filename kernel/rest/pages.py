"""One page of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Page:
    """Some items in order, and the cursor with which to ask for those after them (None at the end)."""

    items: Sequence[Any]
    next: str | None = None
