"""What several answers have in common."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from addon_sdk import Schema, fields

_TIME = re.compile(r"(\d{1,2}):([0-5]\d)")
_MIDNIGHT = 24 * 60


class ClockTime(fields.String):
    """A time of the day, ``HH:MM`` from 00:00 to 24:00; minutes after midnight inside."""

    default_error_messages: ClassVar[Any] = {"clock": "Write the time as HH:MM, from 00:00 to 24:00."}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.metadata = {"example": "09:30", **self.metadata}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = fields.fold_digits(super()._deserialize(value, attr, data, **kwargs)).strip()
        match = _TIME.fullmatch(text)
        minutes = int(match[1]) * 60 + int(match[2]) if match else _MIDNIGHT + 1
        if minutes > _MIDNIGHT:
            raise self.make_error("clock")
        return minutes

    def _serialize(self, value: Any, attr: str | None, obj: object, **kwargs: Any) -> str | None:
        return None if value is None else f"{value // 60:02}:{value % 60:02}"


class FileIdSchema(Schema):
    """An upload of the caller's."""

    file_id = fields.Id(required=True)
