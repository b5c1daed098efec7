"""Money goes back: in whole, in part, once."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from asoud_payment.hookspecs import Answer, Outcome, Standing
from asoud_payment.jobs import sweep_payments
from asoud_payment.models import Refund, RefundState, Split
from asoud_payment.problems import RefundTooLarge
from asoud_payment.services import ask_refund
from asoud_payment.testing import API
from sqlalchemy import select

from addon_sdk import Money

LOST = Answer(Outcome.UNKNOWN, "", "No answer.")


@pytest.fixture
def give_back(as_user: Any, send: Any) -> Any:
    def run(payment: Any, amount: int | None = None, **values: Any) -> Any:
        staff = as_user(permissions=["payment.view", "payment.refund"])
        money = {"amount": {"amount": amount, "currency": "IRR"}} if amount else {}
        return send(staff, f"/payments/{payment['id']}/refunds", {"reason": "returned", **money, **values})

    return run


def test_the_whole_is_reversed_while_it_is_early(
    paid: Any, give_back: Any, bank: Any, jobs: Any, state: Any, outbox: Any
) -> None:
    payment = paid()
    assert give_back(payment).status_code == 201
    assert state(payment) == "refunding"
    jobs.run()
    assert (state(payment), bank.standings["A1"]) == ("refunded", Standing.REVERSED)
    assert [each["amount"] for each in outbox.payloads("payment.refunded")] == [50_000]


def test_later_it_is_refunded(paid: Any, give_back: Any, bank: Any, jobs: Any, state: Any, clock: Any) -> None:
    payment = paid()
    clock.tick(1600)
    give_back(payment)
    jobs.run()
    assert (state(payment), bank.given_back) == ("refunded", {"RA1": 50_000})


def test_what_can_t_be_reversed_is_refunded(paid: Any, give_back: Any, bank: Any, jobs: Any, state: Any) -> None:
    bank.reversible = False
    payment = paid()
    give_back(payment)
    jobs.run()
    assert (state(payment), bank.given_back) == ("refunded", {"RA1": 50_000})


def test_parts_go_back_until_nothing_is_left(
    paid: Any, give_back: Any, bank: Any, jobs: Any, state: Any, sara: Any
) -> None:
    payment = paid()
    assert give_back(payment, 20_000).status_code == 201
    jobs.run()
    assert state(payment) == "partly_refunded"
    assert give_back(payment, 30_001).json["code"] == "payment.refund_too_large"
    give_back(payment)
    jobs.run()
    assert (state(payment), bank.given_back) == ("refunded", {"RA1": 50_000})
    assert give_back(payment).json["code"] == "payment.not_refundable"
    listed = sara.get(f"{API}/payments/{payment['id']}/refunds").json["items"]
    assert sorted(each["amount"]["amount"] for each in listed) == [20_000, 30_000]


@pytest.mark.parametrize("amount", [0, -5, 1.5, "x"])
def test_amounts_that_are_none(paid: Any, staff: Any, send: Any, bank: Any, amount: Any) -> None:
    payment = paid()
    body = {"reason": "returned", "amount": {"amount": amount, "currency": "IRR"}}
    answer = send(staff, f"/payments/{payment['id']}/refunds", body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"].split("/")[1]) == (422, "amount")


def test_another_currency_is_refused(paid: Any, staff: Any, send: Any, bank: Any) -> None:
    body = {"reason": "returned", "amount": {"amount": 5, "currency": "USD"}}
    answer = send(staff, f"/payments/{paid()['id']}/refunds", body)
    assert answer.json["errors"][0]["pointer"] == "/amount/currency"


def test_what_was_not_paid_is_not_refunded(opened: Any, bank: Any, give_back: Any) -> None:
    assert give_back(opened()).json["code"] == "payment.not_refundable"


def test_a_part_bears_its_own_refund_only(
    sara: Any, paid: Any, bills: Any, bank: Any, give_back: Any, jobs: Any, db: Any
) -> None:
    payment = paid(bill=bills.split(sara.user_id, 30_000, 20_000))
    assert give_back(payment, 20_001, share="part:1").json["code"] == "payment.refund_too_large"
    assert give_back(payment, 5, share="part:7").json["errors"][0]["pointer"] == "/share"
    give_back(payment, share="part:1")
    jobs.run()
    assert {split.reference: split.refunded for split in db.all(select(Split))} == {"part:0": 0, "part:1": 20_000}


@pytest.mark.parametrize("call", ["reverse", "refund"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_sends_nothing_twice(
    paid: Any, give_back: Any, bank: Any, jobs: Any, state: Any, clock: Any, db: Any, call: str, when: str
) -> None:
    payment = paid()
    clock.tick(0 if call == "reverse" else 1600)
    getattr(bank, when)[call] = LOST
    give_back(payment)
    jobs.run()
    assert state(payment) == "refunding"
    for _ in range(3):
        clock.tick(400)
        db.run(sweep_payments)
    gone = 50_000 if bank.standings["A1"] is Standing.REVERSED else 0
    assert (state(payment), gone + bank.given_back.get("RA1", 0)) == ("refunded", 50_000)
    assert bank.calls.count(call) == (1 if when == "after" else 2)


def test_a_refusal_for_good_leaves_it_paid(
    paid: Any, give_back: Any, bank: Any, jobs: Any, state: Any, clock: Any, db: Any
) -> None:
    payment = paid()
    clock.tick(1600)
    bank.before["refund"] = Answer(Outcome.DECLINED, "-1", "Never.")
    give_back(payment)
    jobs.run()
    assert state(payment) == "paid"
    assert [(each.state, each.message) for each in db.all(select(Refund))] == [(RefundState.FAILED, "Never.")]


def test_many_at_once_give_back_no_more_than_there_is(
    at_once: Any, paid: Any, bank: Any, jobs: Any, state: Any, clock: Any, db: Any
) -> None:
    from uuid import UUID

    payment = paid()
    clock.tick(1600)
    ask = partial(ask_refund, UUID(payment["id"]), Money(20_000, "IRR"), reason="returned")
    answers = at_once(*[ask] * 5)
    assert sum(isinstance(each, RefundTooLarge) for each in answers) == 3
    jobs.run()
    for _ in range(3):
        clock.tick(400)
        db.run(sweep_payments)
    assert (state(payment), bank.given_back) == ("partly_refunded", {"RA1": 40_000})


def test_many_workers_send_one_refund_once(
    at_once: Any, paid: Any, bank: Any, clock: Any, db: Any, state: Any, give_back: Any
) -> None:
    from asoud_payment.services.refunding import send as send_one

    payment = paid()
    clock.tick(1600)
    give_back(payment)
    (refund,) = db.all(select(Refund))
    at_once(*[partial(send_one, refund.id)] * 6)
    assert (state(payment), bank.given_back) == ("refunded", {"RA1": 50_000})
