"""The check that a job's arguments can be stored and come back the same."""

from __future__ import annotations

import math
from typing import Any


def check_json(value: Any, where: str) -> None:
    """TypeError, naming ``where``, unless ``value`` is JSON: None, bool, int, finite float, str, list or dict."""
    if isinstance(value, dict):
        for key, element in value.items():
            check_json(element, f"{where}[{key!r}]")
            _check(isinstance(key, str) and "\0" not in key, f"{where}: key {key!r} must be text")
    elif isinstance(value, list):
        for index, element in enumerate(value):
            check_json(element, f"{where}[{index}]")
    elif isinstance(value, float):
        _check(math.isfinite(value), f"{where}: {value!r} is no number that JSON knows")
    elif isinstance(value, str):
        _check("\0" not in value, f"{where}: text must not contain NUL characters")
    else:
        kind = type(value).__name__
        _check(value is None or isinstance(value, bool | int), f"{where}: {kind} is not JSON; pass text instead")


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise TypeError(message)
