"""JSON columns through orjson."""

from __future__ import annotations

from typing import Any

import orjson


def dumps(value: Any) -> str:
    """JSON text of ``value``; UUIDs and datetimes become strings. Raises TypeError for what JSON cannot hold."""
    return orjson.dumps(value).decode()


def loads(text: str | bytes) -> Any:
    """The value that the JSON text holds."""
    return orjson.loads(text)
