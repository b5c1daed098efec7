"""One of a fixed set."""

from __future__ import annotations

import enum
from typing import Any

from marshmallow import fields


class Enum(fields.Enum[enum.Enum]):
    """A member of an enumeration, written as its value (``"published"``), not as its Python name."""

    def __init__(self, members: type[enum.Enum], *, by_value: bool = True, **kwargs: Any) -> None:
        super().__init__(members, by_value=by_value, **kwargs)
