"""From what is due to what is paid."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from asoud_payment.hookspecs import Answer, Outcome
from asoud_payment.jobs import sweep_payments
from asoud_payment.models import Change, Payment, Received, Split
from asoud_payment.testing import API, KIND
from sqlalchemy import select

from addon_sdk import new_id


def test_a_bill_is_paid(paid: Any, bills: Any, state: Any, sara: Any, outbox: Any, attempts: Any, db: Any) -> None:
    payment = paid()
    assert payment["amount"] == {"amount": 50_000, "currency": "IRR"}
    assert state(payment) == "paid"
    assert [amount for _, amount in bills.paid] == [50_000]
    captured = outbox.payloads("payment.captured")
    assert [(each["amount"], each["fee"], each["is_surplus"]) for each in captured] == [(50_000, 500, False)]
    assert [(each.reference, each.card) for each in attempts()] == [("RA1", "5022****8920")]
    history = sara.get(f"{API}/payments/{payment['id']}/changes").json["items"][::-1]
    assert [(step["before"], step["after"]) for step in history] == [
        (None, "created"),
        ("created", "pending"),
        ("pending", "paid"),
    ]
    assert sara.get(f"{API}/payments/{payment['id']}").json["pay_url"] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount", {"amount": 1, "currency": "IRR"}),
        ("amount", 1),
        ("state", "paid"),
        ("owner_id", "01a20b98-dde6-72b2-9ae5-44ecc9afa371"),
        ("market_id", "01a20b98-dde6-72b2-9ae5-44ecc9afa371"),
        ("is_paid", True),
        ("refunded", 0),
        ("price", 5),
    ],
)
def test_what_only_we_say_is_refused_by_name(
    sara: Any, bills: Any, bank: Any, send: Any, db: Any, name: str, value: Any
) -> None:
    body = {"kind": KIND, "payable_id": str(bills.add(sara.user_id)), "method": "toy", name: value}
    answer = send(sara, "/payments", body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [f"/{name}"]
    assert db.count(Payment) == 0


def test_another_s_bill_is_no_bill(sara: Any, as_user: Any, bills: Any, bank: Any, send: Any) -> None:
    body = {"kind": KIND, "payable_id": str(bills.add(as_user().user_id)), "method": "toy"}
    answer = send(sara, "/payments", body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/payable_id")
    body["kind"] = "nobody.thing"
    assert send(sara, "/payments", body).json["errors"][0]["pointer"] == "/payable_id"


def test_the_key_is_required_and_replayed(sara: Any, bills: Any, bank: Any, send: Any, db: Any) -> None:
    body = {"kind": KIND, "payable_id": str(bills.add(sara.user_id)), "method": "toy"}
    assert sara.post(f"{API}/payments", json=body).status_code == 400
    first, again = send(sara, "/payments", body, "k"), send(sara, "/payments", body, "k")
    assert first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert send(sara, "/payments", {**body, "method": "receipt"}, "k").status_code == 422
    assert db.count(Payment) == 1


def test_one_who_asks_again_goes_on_with_the_same_payment(sara: Any, opened: Any, bills: Any, bank: Any) -> None:
    bill = bills.add(sara.user_id)
    assert opened(bill=bill)["id"] == opened(bill=bill)["id"]


def test_methods_are_those_that_take_the_amount(sara: Any, bills: Any, bank: Any, settings: Any) -> None:
    def names(bill: Any) -> list[str]:
        answer = sara.get(f"{API}/methods?kind={KIND}&payable_id={bill}")
        return [each["name"] for each in answer.json["items"]]

    assert names(bills.add(sara.user_id)) == ["toy", "cash_on_delivery", "receipt"]
    assert names(bills.add(sara.user_id, 999)) == ["cash_on_delivery", "receipt"]
    assert names(bills.add(sara.user_id, 1_000_001)) == ["cash_on_delivery", "receipt"]
    assert names(bills.add(sara.user_id, methods=["toy"])) == ["toy"]
    settings["payment.receipt"] = False
    assert names(bills.add(sara.user_id)) == ["toy", "cash_on_delivery"]


def test_nothing_is_due(sara: Any, bills: Any, bank: Any, send: Any) -> None:
    body = {"kind": KIND, "payable_id": str(bills.add(sara.user_id, 0)), "method": "toy"}
    assert send(sara, "/payments", body).json["code"] == "payment.nothing_due"
    body["payable_id"] = str(bills.add(sara.user_id, 999))
    assert send(sara, "/payments", body).json["code"] == "payment.method_unavailable"


def test_an_amount_that_changed_meanwhile_is_not_asked_for(
    client: Any, opened: Any, bills: Any, bank: Any, sara: Any
) -> None:
    bill = bills.add(sara.user_id)
    payment = opened(bill=bill)
    bills.due[bill] = bills.due[bills.add(sara.user_id, 60_000)]
    answer = client.get(payment["pay_url"].removeprefix("http://127.0.0.1:8000"))
    assert (answer.status_code, answer.json["code"]) == (409, "payment.nothing_due")
    assert bank.calls == []


def test_a_second_window_goes_to_the_same_authority(client: Any, started: Any, bank: Any) -> None:
    payment, authority = started()
    again = client.get(payment["pay_url"].removeprefix("http://127.0.0.1:8000"))
    assert again.headers["Location"].endswith(f"/{authority}")
    assert bank.calls == ["request"]


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.CONFIG, Outcome.RETRY])
def test_a_gateway_that_takes_nothing_now_may_later(
    client: Any, opened: Any, bank: Any, state: Any, attempts: Any, outcome: Outcome
) -> None:
    payment = opened()
    path = payment["pay_url"].removeprefix("http://127.0.0.1:8000")
    bank.after["request"] = Answer(outcome, "-11", "Not now.")
    assert client.get(path).json["code"] == "payment.not_started"
    assert state(payment) == "created"
    assert client.get(path).status_code == 303
    assert [each.state.value for each in attempts()] == ["failed", "pending"]


def test_nobody_guesses_where_to_pay(client: Any) -> None:
    assert client.get(f"{API}/pay/{'x' * 43}").status_code == 404


@pytest.mark.parametrize(
    ("url", "status"),
    [("/thanks", 201), ("http://127.0.0.1:8000/x", 201), ("https://evil.example/", 422), ("//evil.example", 422)],
)
def test_payers_return_to_the_site_alone(sara: Any, bills: Any, bank: Any, send: Any, url: str, status: int) -> None:
    body = {"kind": KIND, "payable_id": str(bills.add(sara.user_id)), "method": "toy", "return_url": url}
    assert send(sara, "/payments", body).status_code == status


def test_and_to_what_the_operator_adds(
    sara: Any, bills: Any, bank: Any, send: Any, settings: Any, client: Any, call_back: Any
) -> None:
    settings["payment.return_prefixes"] = ["https://shop.example/"]
    url = "https://shop.example/done?a=1"
    body = {"kind": KIND, "payable_id": str(bills.add(sara.user_id)), "method": "toy", "return_url": url}
    payment = send(sara, "/payments", body).json
    client.get(payment["pay_url"].removeprefix("http://127.0.0.1:8000"))
    bank.pay("A1")
    assert call_back("A1").headers["Location"] == f"{url}&payment={payment['id']}&state=paid"


def test_a_payment_in_parts_says_whose_they_are(sara: Any, bills: Any, bank: Any, opened: Any, db: Any) -> None:
    payment = opened(bill=bills.split(sara.user_id, 30_000, 20_000))
    parts = sara.get(f"{API}/payments/{payment['id']}/splits").json["items"][::-1]
    assert [(part["reference"], part["amount"]["amount"]) for part in parts] == [("part:0", 30_000), ("part:1", 20_000)]
    assert all(split.market_id for split in db.all(select(Split)))


def test_strangers_see_nothing(opened: Any, bank: Any, as_user: Any, send: Any) -> None:
    payment, stranger = opened(), as_user()
    assert stranger.get(f"{API}/payments").json["items"] == []
    for path in ("", "/changes", "/splits", "/refunds"):
        assert stranger.get(f"{API}/payments/{payment['id']}{path}").status_code == 404
    assert send(stranger, f"/payments/{payment['id']}/cancellation").status_code == 404
    assert send(stranger, f"/payments/{payment['id']}/refunds").status_code == 403


def test_everything_that_came_is_kept_as_it_came(paid: Any, staff: Any, db: Any) -> None:
    paid()
    assert [(each.source.value, each.outcome) for each in db.all(select(Received).order_by(Received.id))] == [
        ("request", "ok"),
        ("callback", ""),
        ("verify", "ok"),
    ]
    kept = staff.get(f"{API}/messages?authority=A1").json["items"]
    assert {"Authority": "A1", "Status": "OK"} in [each["raw"] for each in kept]


def test_the_market_s_own_account_takes_its_money(
    monkeypatch: pytest.MonkeyPatch, sara: Any, bills: Any, bank: Any, send: Any, db: Any
) -> None:
    said: dict[str, Any] = {"choice": "personal", "approved": False, "provider": "toy", "credentials": {"key": "k"}}
    monkeypatch.setattr("asoud_payment.services.registry.market_account", lambda market_id: said)
    body = {"kind": KIND, "payable_id": str(bills.add(sara.user_id, market_id=new_id())), "method": "toy"}
    assert send(sara, "/payments", body).status_code == 201
    assert [payment.market_id is not None for payment in db.all(select(Payment))] == [True]
    said["provider"] = "another"
    body["payable_id"] = str(bills.add(sara.user_id, market_id=new_id()))
    assert send(sara, "/payments", body).json["code"] == "payment.method_unavailable"
    said.update(choice="asoud")
    assert send(sara, "/payments", body).json["code"] == "payment.method_unavailable"
    said["approved"] = True
    assert send(sara, "/payments", body).status_code == 201


def test_a_payer_gives_up(started: Any, bank: Any, sara: Any, send: Any, state: Any, bills: Any, outbox: Any) -> None:
    payment, _ = started()
    assert send(sara, f"/payments/{payment['id']}/cancellation").json["state"] == "cancelled"
    assert len(bills.failed) == 1
    assert outbox.names().count("payment.failed") == 1
    assert send(sara, f"/payments/{payment['id']}/cancellation").json["code"] == "payment.not_open"


def test_money_for_an_addon_that_is_away_waits_for_it(
    monkeypatch: pytest.MonkeyPatch,
    clock: Any,
    started: Any,
    bank: Any,
    call_back: Any,
    state: Any,
    bills: Any,
    db: Any,
) -> None:
    payment, authority = started()
    bank.pay(authority)
    with monkeypatch.context() as away:
        away.setattr("asoud_payment.services.registry.payables", list)
        assert call_back(authority).status_code == 503
    assert state(payment) == "pending"
    clock.tick(300)
    db.run(sweep_payments)
    assert (state(payment), len(bills.paid)) == ("paid", 1)


def test_history_is_complete(paid: Any, db: Any) -> None:
    paid()
    steps = db.all(select(Change).order_by(Change.id))
    assert all(later.before is earlier.after for earlier, later in pairwise(steps))
