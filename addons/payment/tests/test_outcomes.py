"""Callbacks that are forged, lost or too many; answers that don't come: credited once, or never."""

from __future__ import annotations

from typing import Any

import pytest
from asoud_payment.hookspecs import Answer, Outcome, Standing
from asoud_payment.jobs import sweep_payments
from asoud_payment.models import Received, Refund
from sqlalchemy import select

LOST = Answer(Outcome.UNKNOWN, "", "No answer.")


def captured(outbox: Any) -> list[bool]:
    return [each["is_surplus"] for each in outbox.payloads("payment.captured")]


def test_a_forged_callback_pays_nothing_and_ends_nothing(
    started: Any, bank: Any, call_back: Any, state: Any, bills: Any, outbox: Any
) -> None:
    payment, authority = started()
    for status in ("OK", "NOK", "nonsense"):
        call_back(authority, status)
    assert (state(payment), bills.paid, bills.failed, captured(outbox)) == ("pending", [], [], [])
    bank.pay(authority)
    call_back(authority, "NOK")
    assert state(payment) == "paid"
    assert captured(outbox) == [False]


def test_a_callback_of_an_unknown_authority_is_kept_and_refused(
    call_back: Any, bank: Any, client: Any, db: Any
) -> None:
    assert call_back("A404").status_code == 404
    assert client.get("/api/v1/payment/callbacks/toy").status_code == 404
    assert client.get("/api/v1/payment/callbacks/nobody?Authority=A1").status_code == 404
    assert db.count(Received) == 2


def test_callbacks_that_come_again_credit_once(
    started: Any, bank: Any, call_back: Any, state: Any, bills: Any, outbox: Any
) -> None:
    payment, authority = started()
    bank.pay(authority)
    for status in ("NOK", "OK", "OK", "NOK"):
        assert call_back(authority, status).headers["Location"].endswith("state=paid")
    assert (state(payment), len(bills.paid), captured(outbox)) == ("paid", 1, [False])


def test_parallel_callbacks_and_the_sweeper_credit_once(
    app: Any, at_once: Any, started: Any, bank: Any, state: Any, bills: Any, outbox: Any
) -> None:
    payment, authority = started()
    bank.pay(authority)
    path = f"/api/v1/payment/callbacks/toy?Authority={authority}&Status=OK"
    answers = at_once(*[lambda: app.test_client().get(path).status_code] * 6, sweep_payments, sweep_payments)
    assert answers[:6] == [303] * 6
    assert (state(payment), len(bills.paid), captured(outbox)) == ("paid", 1, [False])


def test_a_declined_payment_fails_once(
    started: Any, bank: Any, call_back: Any, state: Any, bills: Any, outbox: Any
) -> None:
    payment, authority = started()
    bank.standings[authority] = Standing.FAILED
    call_back(authority, "NOK")
    call_back(authority, "OK")
    assert (state(payment), len(bills.failed), bills.paid) == ("failed", 1, [])
    assert outbox.names().count("payment.failed") == 1


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("answer", [LOST, Answer(Outcome.RETRY, "-52"), Answer(Outcome.CONFIG, "-11")], ids=str)
def test_no_answer_is_never_a_failure_and_the_sweeper_finds_it(
    app: Any,
    clock: Any,
    started: Any,
    bank: Any,
    call_back: Any,
    state: Any,
    db: Any,
    when: str,
    answer: Answer,
    outbox: Any,
) -> None:
    payment, authority = started()
    bank.pay(authority)
    getattr(bank, when)["verify"] = answer
    assert call_back(authority).headers["Location"].endswith("state=unknown")
    assert state(payment) == "unknown"
    clock.tick(600)
    db.run(sweep_payments)
    assert state(payment) == "paid"
    assert captured(outbox) == [False]


def test_another_amount_is_an_alarm_and_no_payment(
    started: Any, bank: Any, call_back: Any, state: Any, bills: Any
) -> None:
    payment, authority = started()
    bank.pay(authority)
    bank.amounts[authority] = 1000
    call_back(authority)
    assert (state(payment), bills.paid) == ("unknown", [])


def test_a_payer_who_never_came_back_is_found(
    clock: Any, started: Any, bank: Any, state: Any, db: Any, bills: Any
) -> None:
    payment, authority = started()
    bank.pay(authority)
    db.run(sweep_payments)  # the gateway lists it as unverified, long before it is due
    assert (state(payment), len(bills.paid)) == ("paid", 1)


def test_a_payment_that_nobody_made_fails_when_its_time_is_over(
    clock: Any, started: Any, bank: Any, state: Any, db: Any, bills: Any
) -> None:
    payment, _ = started()
    for _ in range(4):
        clock.tick(400)
        db.run(sweep_payments)
    assert state(payment) == "pending"
    clock.tick(3600)
    db.run(sweep_payments)
    assert (state(payment), len(bills.failed)) == ("failed", 1)


def test_a_payment_that_nobody_began_expires(clock: Any, opened: Any, bank: Any, state: Any, db: Any) -> None:
    payment = opened()
    clock.tick(3700)
    db.run(sweep_payments)
    assert state(payment) == "failed"


def test_what_is_paid_after_the_end_is_still_credited(
    started: Any, bank: Any, call_back: Any, state: Any, db: Any, bills: Any
) -> None:
    payment, authority = started()
    bank.standings[authority] = Standing.FAILED
    call_back(authority, "NOK")
    bank.pay(authority)
    db.run(sweep_payments)
    assert (state(payment), len(bills.paid)) == ("paid", 1)


def test_what_nobody_wants_any_more_goes_back(
    started: Any, bank: Any, call_back: Any, state: Any, bills: Any, outbox: Any, jobs: Any
) -> None:
    payment, authority = started()
    bills.taken.update(bills.due)
    bank.pay(authority)
    call_back(authority)
    jobs.run()
    assert (state(payment), bills.paid, len(bills.failed)) == ("failed", [], 1)
    assert captured(outbox) == [True]
    assert bank.standings[authority] is Standing.REVERSED
    assert [each["amount"] for each in outbox.payloads("payment.refunded")] == [50_000]


def test_one_who_pays_twice_gets_the_second_back(
    client: Any, clock: Any, started: Any, bank: Any, call_back: Any, state: Any, bills: Any, outbox: Any, jobs: Any
) -> None:
    payment, first = started()
    clock.tick(1700)
    path = payment["pay_url"].removeprefix("http://127.0.0.1:8000")
    second = client.get(path).headers["Location"].rsplit("/", 1)[1]
    assert first != second
    for authority in (second, first):
        bank.pay(authority)
        call_back(authority)
    jobs.run()
    assert (state(payment), len(bills.paid), captured(outbox)) == ("paid", 1, [False, True])
    assert bank.standings == {first: Standing.REVERSED, second: Standing.VERIFIED}


def test_one_that_is_cancelled_and_paid_at_the_same_moment_is_one_of_both(
    app: Any,
    at_once: Any,
    started: Any,
    bank: Any,
    sara: Any,
    send: Any,
    state: Any,
    bills: Any,
    outbox: Any,
    jobs: Any,
) -> None:
    payment, authority = started()
    bank.pay(authority)
    path = f"/api/v1/payment/callbacks/toy?Authority={authority}&Status=OK"
    at_once(
        lambda: app.test_client().get(path).status_code,
        lambda: send(sara, f"/payments/{payment['id']}/cancellation").status_code,
    )
    assert (state(payment), len(bills.paid), captured(outbox)) == ("paid", 1, [False])


def test_trouble_on_our_side_is_no_refusal(
    monkeypatch: pytest.MonkeyPatch, started: Any, bank: Any, call_back: Any, state: Any, bills: Any, db: Any
) -> None:
    payment, authority = started()
    bank.pay(authority)

    def fail(*_: Any) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as broken:
        broken.setattr(bills, "on_paid", fail)
        assert call_back(authority).status_code == 500
    assert state(payment) == "pending"
    call_back(authority)
    assert (state(payment), len(bills.paid)) == ("paid", 1)
    assert db.all(select(Refund)) == []


def test_the_gateway_is_never_called_in_a_transaction(
    app: Any, started: Any, bank: Any, call_back: Any, jobs: Any, staff: Any, send: Any
) -> None:
    from addon_sdk import platform

    inside: list[str] = []
    bank.on_call = lambda call: inside.append(call) if platform.db.in_transaction() else None
    payment, authority = started()
    bank.pay(authority)
    call_back(authority)
    send(staff, f"/payments/{payment['id']}/refunds", {"reason": "returned"})
    jobs.run()
    assert bank.calls == ["request", "verify", "reverse"]
    assert inside == []
