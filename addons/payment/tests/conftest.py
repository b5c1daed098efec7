"""Bills to pay, a bank, and people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from asoud_payment.models import Attempt, Payment
from asoud_payment.testing import API, KIND, Bills, ToyBank
from sqlalchemy import select

from addon_sdk import new_id


@pytest.fixture
def bills(monkeypatch: pytest.MonkeyPatch) -> Bills:
    made = Bills()
    monkeypatch.setattr("asoud_payment.services.registry.payables", lambda: [made])
    return made


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> ToyBank:
    made = ToyBank()
    for module in ("registry", "sweeping"):
        monkeypatch.setattr(f"asoud_payment.services.{module}.gateways", lambda: [made])
    return made


@pytest.fixture
def sara(as_user: Any) -> Any:
    return as_user()


@pytest.fixture
def staff(as_user: Any) -> Any:
    return as_user(permissions=["payment.view", "payment.approve", "payment.refund"])


@pytest.fixture
def send() -> Any:
    """POSTs with a key of its own."""

    def run(caller: Any, path: str, body: Any = None, key: str | None = None) -> Any:
        return caller.post(f"{API}{path}", json=body or {}, headers={"Idempotency-Key": key or new_id().hex})

    return run


@pytest.fixture
def opened(sara: Any, bills: Bills, send: Any) -> Any:
    """Opens a payment of Sara's."""

    def run(method: str = "toy", **values: Any) -> Any:
        bill = values.pop("bill", None) or bills.add(sara.user_id, **values)
        answer = send(sara, "/payments", {"kind": KIND, "payable_id": str(bill), "method": method})
        assert answer.status_code == 201, answer.text
        return answer.json

    return run


@pytest.fixture
def started(client: Any, opened: Any) -> Any:
    """Opens a payment and goes to the bank; the payment and its authority."""

    def run(**values: Any) -> tuple[Any, str]:
        payment = opened(**values)
        answer = client.get(payment["pay_url"].removeprefix("http://127.0.0.1:8000"))
        assert answer.status_code == 303, answer.text
        return payment, answer.headers["Location"].rsplit("/", 1)[1]

    return run


@pytest.fixture
def call_back(client: Any) -> Any:
    def run(authority: str, status: str = "OK") -> Any:
        return client.get(f"{API}/callbacks/toy?Authority={authority}&Status={status}")

    return run


@pytest.fixture
def paid(started: Any, bank: ToyBank, call_back: Any) -> Any:
    """A payment that is paid."""

    def run(**values: Any) -> Any:
        payment, authority = started(**values)
        bank.pay(authority)
        assert call_back(authority).status_code == 303
        return payment

    return run


@pytest.fixture
def state(db: Any) -> Any:
    """Where a payment stands; by the database, since logins end while a test's clock runs."""
    return lambda payment: db.all(select(Payment.state).where(Payment.id == UUID(payment["id"])))[0].value


@pytest.fixture
def attempts(db: Any) -> Any:
    return lambda: db.all(select(Attempt).order_by(Attempt.id))
