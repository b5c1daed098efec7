"""What we and the gateway say, side by side."""

from __future__ import annotations

from typing import Any

import pytest
from asoud_payment.hookspecs import Standing
from asoud_payment.testing import API

DAYS = {"gateway": "toy", "since": "2020-01-01T00:00:00Z", "until": "2099-01-01T00:00:00Z"}


@pytest.fixture
def reconciled(staff: Any, jobs: Any) -> Any:
    def run() -> Any:
        answer = staff.post(f"{API}/reconciliations", json=DAYS)
        assert answer.status_code == 202, answer.text
        jobs.run()
        return staff.get(f"{API}/reconciliations/{answer.json['id']}").json

    return run


def test_all_agree(paid: Any, bank: Any, reconciled: Any, staff: Any, send: Any, jobs: Any) -> None:
    first, _ = paid(), paid()
    body = {"reason": "returned", "amount": {"amount": 20_000, "currency": "IRR"}}
    send(staff, f"/payments/{first['id']}/refunds", body)
    jobs.run()
    report = reconciled()
    totals = (report["payments"], report["captured"], report["refunded"], report["fees"])
    assert (totals, report["findings"]) == ((2, 100_000, 20_000, 1000), [])
    assert report["ended_at"] is not None


def test_differences_are_found(paid: Any, bank: Any, reconciled: Any) -> None:
    first, second, _ = paid(), paid(), paid()
    bank.standings["A1"] = Standing.REVERSED
    bank.given_back["RA2"] = 7
    found = {(each["payment_id"], each["rule"], each["found"]) for each in reconciled()["findings"]}
    assert found == {(first["id"], "standing", "reversed"), (second["id"], "refunded", "7")}


def test_of_gateways_and_times_that_there_are(staff: Any, bank: Any) -> None:
    for change, pointer in (({"gateway": "x"}, "/gateway"), ({"until": DAYS["since"]}, "/until")):
        answer = staff.post(f"{API}/reconciliations", json={**DAYS, **change})
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)
