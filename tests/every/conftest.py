"""Rules that hold for everything that is here: an app with every addon."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import pytest
from flask import Flask

from kernel.addons.discovery import discover
from kernel.db.schema_state import head_on_disk


@pytest.fixture
def asoud_addons() -> tuple[str, ...]:
    """All that are here, those without migrations (still being written) left out."""
    return tuple(sorted(c.name for c in discover() if head_on_disk(c.name) is not None or c.name == "iran"))


@pytest.fixture
def as_real_user(app: Flask, as_user: Callable[..., Any]) -> Callable[..., Any]:
    """Like ``as_user``, each with a row of the addon for users, where there is one."""
    if find_spec("asoud_users") is None:
        return as_user
    from asoud_users.testing import make_user

    numbers = itertools.count(9_121_234_567)
    return lambda **rights: as_user(make_user(app, f"+98{next(numbers)}"), **rights)
