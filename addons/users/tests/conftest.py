"""Callers who are users."""

from __future__ import annotations

from typing import Any

import pytest
from asoud_users.testing import make_user


@pytest.fixture
def caller(app: Any, as_user: Any) -> Any:
    """A user."""
    return as_user(make_user(app))


@pytest.fixture
def stranger(app: Any, as_user: Any) -> Any:
    """Another user."""
    return as_user(make_user(app, "+989120000001"))
