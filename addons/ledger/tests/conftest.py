"""Who keeps the books, users, and how they post."""

from __future__ import annotations

from typing import Any

import pytest
from asoud_ledger.testing import fund


@pytest.fixture
def keeper(as_user: Any) -> Any:
    return as_user(permissions=["ledger.view", "ledger.correct"])


@pytest.fixture
def sara(as_user: Any) -> Any:
    return as_user()


@pytest.fixture
def give(app: Any) -> Any:
    """Puts money into an account."""

    def run(to: Any, amount: int, currency: str = "IRR") -> None:
        with app.app_context():
            fund(to, amount, currency)

    return run
