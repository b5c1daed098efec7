"""Answers that can't be trusted: what may have happened is unknown, never failed."""

from __future__ import annotations

from typing import Any

import pytest
from asoud_payment.hookspecs import Outcome
from asoud_payment_zarinpal.client import Client, read
from asoud_payment_zarinpal.codes import CODES

CALLBACK = "http://127.0.0.1:1/back"
FAULTS = [
    {"kind": "drop"},
    {"kind": "drop_before"},
    {"kind": "html"},
    {"kind": "empty"},
    {"kind": "status", "value": 500},
    {"kind": "status", "value": 503},
    {"kind": "latency", "seconds": 1.5},
]


@pytest.fixture
def hurried(zarinpal: Client) -> Client:
    return Client(zarinpal.url, zarinpal.merchant_id, zarinpal.refund_url, "1", "token", timeout=0.7)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("call", ["request", "verify", "inquiry", "unVerified", "reverse", "refund"])
def test_no_answer_that_can_be_read_is_unknown(
    hurried: Client, zarinpal: Client, bank: Any, opened: str, call: str, fault: dict[str, Any]
) -> None:
    bank.pay(opened)
    bank.fault(call, **fault)
    acts = {
        "request": lambda: hurried.request(50_000, CALLBACK, "x"),
        "verify": lambda: hurried.verify(opened, 50_000),
        "inquiry": lambda: hurried.inquiry(opened),
        "unVerified": hurried.unverified,
        "reverse": lambda: hurried.reverse(opened),
        "refund": lambda: hurried.refund("7", 20_000, "x"),
    }
    assert acts[call]().outcome is Outcome.UNKNOWN


def test_what_was_done_before_the_connection_went_is_found_by_asking_again(
    zarinpal: Client, bank: Any, opened: str
) -> None:
    bank.pay(opened)
    bank.fault("verify", "drop")
    assert zarinpal.verify(opened, 50_000).outcome is Outcome.UNKNOWN
    again = zarinpal.verify(opened, 50_000)
    assert (again.outcome, again.code) == (Outcome.OK, 101)


def test_nobody_there_is_unknown() -> None:
    assert Client("http://127.0.0.1:1", "x", timeout=1).verify("S" + "1" * 35, 1).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("knobs", [{"string_codes": True}, {"list_errors": True}], ids=str)
@pytest.mark.parametrize("status", [200, 400, 401, 422])
def test_errors_are_read_at_any_status_and_in_any_form(
    zarinpal: Client, bank: Any, opened: str, status: int, knobs: dict[str, Any]
) -> None:
    bank.turn(error_status=status, **knobs)
    assert zarinpal.verify(opened, 50_000).code == -51
    bank.pay(opened)
    assert zarinpal.verify(opened, 50_000).code == 100


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (200, ""),
        (200, "[]"),
        (200, "null"),
        (200, '"100"'),
        (200, "{}"),
        (200, '{"data": [], "errors": []}'),
        (200, '{"data": {"code": true}, "errors": []}'),
        (200, '{"data": {"code": 100.5}, "errors": []}'),
        (200, '{"data": {"code": "paid"}, "errors": []}'),
        (200, '{"data": {"code": 777}, "errors": []}'),
        (200, '{"data": {}, "errors": {"code": -9999}}'),
        (500, '{"data": {"code": 100}, "errors": []}'),
        (502, '{"data": [], "errors": {"code": -51}}'),
    ],
)
def test_no_nonsense_is_taken_for_an_answer(status: int, text: str) -> None:
    assert read(status, text).outcome is Outcome.UNKNOWN


def test_an_error_beside_a_success_is_an_error() -> None:
    assert read(200, '{"data": {"code": 100}, "errors": {"code": -51}}').code == -51


def test_every_answer_is_kept_as_it_came() -> None:
    assert read(502, "<html>").raw == {"status": 502, "body": "<html>"}


@pytest.mark.parametrize("text", ['{"data": {"code": 100}, "errors": []}', '{"data": {"code": 100, "ref_id": null}}'])
def test_a_success_without_its_reference_is_no_success(
    zarinpal: Client, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asoud_payment_zarinpal.client.read", lambda *_: read(200, text))
    assert zarinpal.verify("S" + "1" * 35, 1).outcome is Outcome.UNKNOWN
    assert zarinpal.request(5000, CALLBACK, "x").outcome is Outcome.UNKNOWN


def test_every_code_of_the_gateway_is_listed() -> None:
    listed = {100, 101, *range(-19, -8), *range(-41, -29), *range(-55, -49), *range(-63, -59)}
    assert set(CODES) == listed
