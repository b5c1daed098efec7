"""The whole way: a bill, the pay page, the callback, the money, through HTTP at both ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import requests
from asoud_payment.jobs import sweep_payments
from asoud_payment.models import Attempt, Payment, Received
from asoud_payment.testing import KIND, Bills
from sqlalchemy import select

from addon_sdk import new_id

API = "/api/v1/payment"
OURS = "http://127.0.0.1:8000"
MERCHANT = "00000000-0000-4000-8000-000000000000"
SHEBA = "IR062960000000100324200001"


@pytest.fixture
def bills(monkeypatch: pytest.MonkeyPatch) -> Bills:
    made = Bills()
    monkeypatch.setattr("asoud_payment.services.registry.payables", lambda: [made])
    return made


@pytest.fixture
def gateway(bank: Any, settings: Any) -> Any:
    settings["payment_zarinpal.url"] = bank.url
    settings["payment_zarinpal.refund_url"] = f"{bank.url}/api/v4/graphql/"
    settings["payment_zarinpal.access_token"] = "emulated"
    settings["payment_zarinpal.timeout"] = 1
    return bank


@pytest.fixture
def sara(as_user: Any) -> Any:
    return as_user()


@pytest.fixture
def opened(sara: Any, bills: Bills, gateway: Any) -> Any:
    def run(bill: Any = None) -> Any:
        body = {"kind": KIND, "payable_id": str(bill or bills.add(sara.user_id)), "method": "zarinpal"}
        answer = sara.post(f"{API}/payments", json=body, headers={"Idempotency-Key": new_id().hex})
        assert answer.status_code == 201, answer.text
        return answer.json

    return run


@pytest.fixture
def started(client: Any, opened: Any) -> Any:
    """Opens a payment and goes to the pay page; the payment and the page's address."""

    def run(**values: Any) -> tuple[Any, str]:
        payment = opened(**values)
        answer = client.get(payment["pay_url"].removeprefix(OURS))
        assert answer.status_code == 303, answer.text
        return payment, answer.headers["Location"]

    return run


def press(page: str, pays: bool = True) -> str:
    """Press a button of the pay page; the path to which the browser then goes."""
    answer = requests.post(page, data={"pay": "yes" if pays else "no"}, timeout=5, allow_redirects=False)
    return answer.headers["Location"].removeprefix(OURS)


@pytest.fixture
def state(db: Any) -> Any:
    return lambda: [payment.state.value for payment in db.all(select(Payment).order_by(Payment.id))]


def credited(outbox: Any) -> int:
    return outbox.names().count("payment.captured")


def test_a_buyer_pays_in_the_browser(
    client: Any, started: Any, bills: Bills, gateway: Any, state: Any, outbox: Any, db: Any
) -> None:
    payment, page = started()
    back = press(page)
    assert back.startswith(f"{API}/callbacks/zarinpal?Authority=S")
    assert client.get(back).headers["Location"].endswith(f"payment={payment['id']}&state=paid")
    assert (state(), [amount for _, amount in bills.paid], credited(outbox)) == (["paid"], [50_000], 1)
    (attempt,) = db.all(select(Attempt))
    (theirs,) = gateway.payments()
    assert (attempt.reference, attempt.card) == (str(theirs["ref_id"]), "502229******8920")
    assert theirs["metadata"]["order_id"] == payment["id"]


def test_a_buyer_goes_back(client: Any, started: Any, bills: Bills, state: Any) -> None:
    _, page = started()
    assert client.get(press(page, pays=False)).headers["Location"].endswith("state=failed")
    assert (state(), bills.paid, len(bills.failed)) == (["failed"], [], 1)


def test_a_code_is_explained_in_the_reader_s_language(
    client: Any, started: Any, sara: Any, as_user: Any, bills: Bills
) -> None:
    payment, page = started()
    client.get(press(page, pays=False))
    path = f"{API}/payments/{payment['id']}"
    told = {}
    for language in ("fa", "en"):
        headers = {"Accept-Language": language}
        changes = sara.get(f"{path}/changes", headers=headers).json["items"]
        staff = as_user(permissions=["payment.view"])
        attempts = staff.get(f"{path}/attempts", headers=headers).json["items"]
        told[language] = {changes[0]["reason"], attempts[0]["message"]}
    assert told == {"fa": {"پرداخت انجام نشده است."}, "en": {"It was not paid."}}
    asked = f"{API}/methods?kind={KIND}&payable_id={bills.add(sara.user_id)}"
    titles = [method["title"] for method in sara.get(asked, headers={"Accept-Language": "fa"}).json["items"]]
    assert titles == ["زرین‌پال", "پرداخت نقدی هنگام تحویل", "فیش بانکی"]


def test_ok_in_the_address_pays_nothing(client: Any, started: Any, bills: Bills, state: Any, outbox: Any) -> None:
    _, page = started()
    authority = page.rsplit("/", 1)[1]
    client.get(f"{API}/callbacks/zarinpal?Authority={authority}&Status=OK")
    assert (state(), bills.paid, credited(outbox)) == (["pending"], [], 0)
    client.get(press(page))
    client.get(f"{API}/callbacks/zarinpal?Authority={authority}&Status=NOK")
    assert (state(), len(bills.paid), credited(outbox)) == (["paid"], 1, 1)


FAULTS = [
    {"kind": "drop"},
    {"kind": "drop_before"},
    {"kind": "html"},
    {"kind": "status", "value": 503},
    {"kind": "latency", "seconds": 2},
    {"kind": "code", "value": -52},
    {"kind": "code", "value": -12},
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault['kind']}{fault.get('value', '')}")
def test_a_lost_answer_to_verify_is_found_by_the_sweeper(
    client: Any, clock: Any, started: Any, bills: Bills, gateway: Any, state: Any, outbox: Any, db: Any, fault: Any
) -> None:
    _, page = started()
    back = press(page)
    gateway.fault("verify", **fault)
    assert client.get(back).headers["Location"].endswith("state=unknown")
    assert (state(), bills.paid) == (["unknown"], [])
    clock.tick(600)
    db.run(sweep_payments)
    assert (state(), len(bills.paid), credited(outbox)) == (["paid"], 1, 1)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault['kind']}{fault.get('value', '')}")
def test_a_lost_answer_to_request_costs_nobody_anything(
    client: Any, opened: Any, gateway: Any, state: Any, bills: Bills, db: Any, fault: Any
) -> None:
    path = opened()["pay_url"].removeprefix(OURS)
    gateway.fault("request", **fault)
    assert client.get(path).json["code"] == "payment.not_started"
    assert state() == ["created"]
    client.get(press(client.get(path).headers["Location"]))
    assert (state(), len(bills.paid)) == (["paid"], 1)
    assert len(db.all(select(Attempt))) == 2


def test_a_buyer_who_closes_the_browser_is_found(
    started: Any, bills: Bills, gateway: Any, state: Any, outbox: Any, db: Any
) -> None:
    _, page = started()
    press(page)
    db.run(sweep_payments)
    assert (state(), len(bills.paid), credited(outbox)) == (["paid"], 1, 1)


def test_whoever_never_pays_is_never_credited(
    clock: Any, started: Any, bills: Bills, gateway: Any, state: Any, outbox: Any, db: Any
) -> None:
    started()
    gateway.pass_time(3600)
    for _ in range(3):
        clock.tick(3600)
        db.run(sweep_payments)
    assert (state(), bills.paid, credited(outbox), len(bills.failed)) == (["failed"], [], 0, 1)


class Site:
    """The app on a port of its own, so that the gateway's own callbacks reach it."""

    def __init__(self, app: Any) -> None:
        from werkzeug.serving import make_server

        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def site(app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    made = Site(app)
    monkeypatch.setattr("asoud_payment.services.starting._site", lambda: made.url)
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.mark.parametrize("callbacks", [["NOK", "OK"], ["OK", "OK", "NOK"], ["NOK", "NOK", "OK", "OK"]], ids="-".join)
def test_callbacks_in_any_order_and_number_credit_once(
    site: Site, client: Any, opened: Any, bills: Bills, gateway: Any, state: Any, outbox: Any, db: Any, callbacks: Any
) -> None:
    gateway.turn(callbacks=callbacks)
    page = client.get(opened()["pay_url"].removeprefix(site.url)).headers["Location"]
    back = press(page)
    requests.get(back, timeout=5, allow_redirects=False)
    assert (state(), len(bills.paid), credited(outbox)) == (["paid"], 1, 1)
    kept = db.all(select(Received.raw).where(Received.source == "CALLBACK").order_by(Received.id))
    assert [each["Status"] for each in kept] == [*callbacks, "OK"]


def test_parallel_callbacks_over_sockets_credit_once(
    site: Site, client: Any, at_once: Any, opened: Any, bills: Bills, gateway: Any, state: Any, outbox: Any
) -> None:
    backs = [press(client.get(opened()["pay_url"].removeprefix(site.url)).headers["Location"]) for _ in range(3)]
    get = partial(requests.get, timeout=20, allow_redirects=False)
    answers = at_once(*[partial(get, back) for back in backs for _ in range(3)], sweep_payments)
    assert {answer.status_code for answer in answers[:-1]} == {303}
    assert (state(), len(bills.paid), credited(outbox)) == (["paid"] * 3, 3, 3)


@pytest.fixture
def give_back(as_user: Any, jobs: Any) -> Any:
    def run(payment: Any, amount: int | None = None) -> None:
        body: dict[str, Any] = {"reason": "returned"}
        if amount:
            body["amount"] = {"amount": amount, "currency": "IRR"}
        staff = as_user(permissions=["payment.view", "payment.refund"])
        path = f"{API}/payments/{payment['id']}/refunds"
        answer = staff.post(path, json=body, headers={"Idempotency-Key": new_id().hex})
        assert answer.status_code == 201, answer.text
        jobs.run()

    return run


def test_a_refund_is_a_reversal_while_it_may_be(
    client: Any, started: Any, gateway: Any, give_back: Any, state: Any
) -> None:
    payment, page = started()
    client.get(press(page))
    give_back(payment)
    assert (state(), gateway.payments()[0]["status"]) == (["refunded"], "REVERSED")


@pytest.mark.parametrize("why", ["late", "ip"])
def test_and_a_refund_where_it_may_not(
    client: Any, started: Any, gateway: Any, give_back: Any, state: Any, why: str
) -> None:
    payment, page = started()
    client.get(press(page))
    if why == "late":
        gateway.pass_time(31 * 60)
    else:
        gateway.terminal(MERCHANT, ip_is_set=False)
    give_back(payment)
    assert (state(), gateway.payments()[0]["refunded"]) == (["refunded"], 50_000)


@pytest.mark.parametrize("kind", ["drop", "drop_before", "html"])
def test_a_lost_answer_to_a_refund_gives_back_once(
    client: Any, clock: Any, started: Any, gateway: Any, give_back: Any, state: Any, db: Any, kind: str
) -> None:
    payment, page = started()
    client.get(press(page))
    gateway.fault("refund", kind)
    give_back(payment, 20_000)
    assert state() == ["refunding"]
    for _ in range(3):
        clock.tick(400)
        db.run(sweep_payments)
    assert (state(), gateway.payments()[0]["refunded"]) == (["partly_refunded"], 20_000)


@pytest.mark.parametrize("kind", ["drop", "drop_before"])
def test_a_lost_answer_to_a_reversal_gives_back_once(
    client: Any, clock: Any, started: Any, gateway: Any, give_back: Any, state: Any, db: Any, kind: str
) -> None:
    payment, page = started()
    client.get(press(page))
    gateway.fault("reverse", kind)
    give_back(payment)
    for _ in range(3):
        clock.tick(400)
        db.run(sweep_payments)
    (theirs,) = gateway.payments()
    assert (state(), theirs["status"] == "REVERSED", theirs["refunded"]) == (["refunded"], True, 0)


def test_shares_go_to_shebas_where_the_operator_wants_it(
    started: Any, sara: Any, bills: Bills, gateway: Any, settings: Any
) -> None:
    from asoud_payment.hookspecs import Share

    from addon_sdk import Money

    shares = [Share(Money(30_000, "IRR"), "order:1", sheba=SHEBA), Share(Money(20_000, "IRR"), "fee")]
    started(bill=bills.add(sara.user_id, 50_000, shares=shares))
    settings["payment_zarinpal.wages"] = True
    started(bill=bills.add(sara.user_id, 50_000, shares=shares))
    assert [payment["wages"] for payment in gateway.payments()] == [
        [],
        [{"iban": SHEBA, "amount": 30_000, "description": "order:1"}],
    ]


def test_reconciliation_finds_what_the_gateway_took_back(
    client: Any, started: Any, gateway: Any, as_user: Any, jobs: Any
) -> None:
    for _ in range(2):
        client.get(press(started()[1]))
    body = {"merchant_id": MERCHANT, "authority": gateway.payments()[0]["authority"]}
    requests.post(f"{gateway.url}/pg/v4/payment/reverse.json", json=body, timeout=5)
    staff = as_user(permissions=["payment.view"])
    days = {"gateway": "zarinpal", "since": "2020-01-01T00:00:00Z", "until": "2099-01-01T00:00:00Z"}
    made = staff.post(f"{API}/reconciliations", json=days).json["id"]
    jobs.run()
    report = staff.get(f"{API}/reconciliations/{made}").json
    assert (report["payments"], report["captured"]) == (2, 100_000)
    assert [(each["rule"], each["found"]) for each in report["findings"]] == [("standing", "reversed")]


def test_the_emulator_is_the_one_that_the_command_serves(emulator: Any) -> None:
    assert requests.get(f"{emulator('payment_zarinpal')}/emulator/payments", timeout=5).json() == {"items": []}
