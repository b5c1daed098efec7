"""What the client and the gateway agree on. The same suite runs against whatever `zarinpal` points to."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from asoud_payment.hookspecs import Outcome
from asoud_payment_zarinpal.client import Client
from asoud_payment_zarinpal.codes import CODES
from asoud_payment_zarinpal.wages import Wage

CALLBACK = "http://127.0.0.1:1/back?order=7"
SHEBA = "IR062960000000100324200001"


def test_a_request_brings_an_authority(zarinpal: Client) -> None:
    reply = zarinpal.request(50_000, CALLBACK, "Order 7", metadata={"mobile": "09121234567", "order_id": "7"})
    assert (reply.outcome, reply.code) == (Outcome.OK, 100)
    assert re.fullmatch(r"S[0-9]{35}", reply.data["authority"])
    assert reply.data["fee_type"] == "Merchant"
    assert zarinpal.start_url(reply.data["authority"]).endswith(f"/pg/StartPay/{reply.data['authority']}")


def test_asking_twice_makes_two_authorities(zarinpal: Client) -> None:
    first, second = (zarinpal.request(50_000, CALLBACK, "Order 7").data["authority"] for _ in range(2))
    assert first != second


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"amount": 999}, -9),
        ({"callback_url": "ftp://x"}, -9),
        ({"description": ""}, -9),
        ({"metadata": {"mobile": "+989121234567"}}, -9),
        ({"amount": 1_000_000_001}, -41),
    ],
)
def test_what_a_request_gets_wrong_has_its_code(zarinpal: Client, values: dict[str, Any], code: int) -> None:
    reply = zarinpal.request(**{"amount": 50_000, "callback_url": CALLBACK, "description": "x", **values})
    assert (reply.code, reply.outcome) == (code, CODES[code].outcome)


def test_the_merchant_id_is_a_uuid(bank: Any) -> None:
    assert Client(bank.url, "x" * 36).request(50_000, CALLBACK, "x").code == -9


@pytest.mark.parametrize("code", [code for code in CODES if code < 0])
@pytest.mark.parametrize("call", ["request", "verify", "inquiry", "unverified", "reverse"])
def test_every_code_has_its_class_and_message_at_every_call(
    zarinpal: Client, bank: Any, opened: str, code: int, call: str
) -> None:
    bank.fault("*", "code", value=code)
    arguments = {"request": (50_000, CALLBACK, "x"), "verify": (opened, 50_000), "unverified": ()}
    reply = getattr(zarinpal, call)(*arguments.get(call, (opened,)))
    assert (reply.code, reply.outcome, reply.message) == (code, *CODES[code])


def test_a_paid_authority_is_verified_once_and_again(zarinpal: Client, bank: Any, opened: str) -> None:
    assert zarinpal.inquiry(opened).data["status"] == "IN_BANK"
    bank.pay(opened)
    assert zarinpal.inquiry(opened).data["status"] == "PAID"
    first, again = zarinpal.verify(opened, 50_000), zarinpal.verify(opened, 50_000)
    assert [(r.outcome, r.code) for r in (first, again)] == [(Outcome.OK, 100), (Outcome.OK, 101)]
    assert first.data["ref_id"] == again.data["ref_id"]
    assert isinstance(first.data["ref_id"], int)
    assert first.data["card_pan"] == "502229******8920"
    assert re.fullmatch(r"[0-9A-Fa-f]{64}", first.data["card_hash"])
    assert zarinpal.inquiry(opened).data["status"] == "VERIFIED"


@pytest.mark.parametrize("amount_first", [True, False])
def test_what_verify_refuses(zarinpal: Client, bank: Any, opened: str, amount_first: bool) -> None:
    bank.turn(amount_first=amount_first)
    assert zarinpal.verify("S" + "0" * 35, 50_000).code == -54
    assert zarinpal.verify(opened, 50_000).code == -51
    assert zarinpal.verify(opened, 49_000).code == (-50 if amount_first else -51)
    bank.pay(opened)
    wrong = zarinpal.verify(opened, 49_000)
    assert (wrong.code, wrong.outcome) == (-50, Outcome.ALARM)
    other = Client(bank.url, "22222222-2222-4222-8222-222222222222")
    assert (other.verify(opened, 50_000).code, other.verify(opened, 50_000).outcome) == (-53, Outcome.ALARM)
    assert zarinpal.inquiry(opened).data["status"] == "PAID"


def test_an_unpaid_authority_lives_for_half_an_hour(zarinpal: Client, bank: Any, opened: str) -> None:
    bank.pass_time(31 * 60)
    bank.pay(opened)
    assert zarinpal.inquiry(opened).data["status"] == "FAILED"
    assert zarinpal.verify(opened, 50_000).outcome is Outcome.DECLINED


def test_unverified_lists_what_is_paid_and_not_verified(zarinpal: Client, bank: Any, opened: str) -> None:
    assert zarinpal.unverified().data["authorities"] == []
    bank.pay(opened)
    listed = zarinpal.unverified().data["authorities"]
    assert [(row["authority"], row["amount"], row["callback_url"]) for row in listed] == [(opened, 50_000, CALLBACK)]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", listed[0]["date"])
    zarinpal.verify(opened, 50_000)
    assert zarinpal.unverified().data["authorities"] == []


def test_no_more_than_a_hundred_are_listed(zarinpal: Client, bank: Any) -> None:
    for _ in range(102):
        bank.pay(zarinpal.request(1000, CALLBACK, "x").data["authority"])
    assert len(zarinpal.unverified().data["authorities"]) == 100


def test_a_reversal_has_half_an_hour_too(zarinpal: Client, bank: Any, opened: str) -> None:
    assert zarinpal.reverse(opened).code == -61
    bank.pay(opened)
    bank.terminal(ip_is_set=False)
    assert zarinpal.reverse(opened).code == -62
    bank.terminal(ip_is_set=True)
    assert zarinpal.reverse(opened).outcome is Outcome.OK
    assert zarinpal.inquiry(opened).data["status"] == "REVERSED"
    assert zarinpal.reverse(opened).outcome is Outcome.OTHER_WAY
    late = zarinpal.request(50_000, CALLBACK, "x").data["authority"]
    bank.pay(late)
    bank.pass_time(31 * 60)
    assert zarinpal.reverse(late).code == -63


def test_refunds_in_part_and_never_more_than_was_paid(zarinpal: Client, bank: Any, opened: str) -> None:
    bank.pay(opened)
    reference = str(zarinpal.verify(opened, 50_000).data["ref_id"])
    _, session = zarinpal.session_of(reference)
    assert session is not None
    assert (session.amount, session.refunded) == (50_000, 0)
    assert zarinpal.refund(session.id, 20_000, "x").outcome is Outcome.OK
    assert zarinpal.refund(session.id, 40_000, "x").outcome is Outcome.DECLINED
    assert zarinpal.refund(session.id, 19_999, "x").outcome is Outcome.DECLINED
    _, session = zarinpal.session_of(reference)
    assert session is not None
    assert session.refunded == 20_000


def test_refunds_need_the_token(zarinpal: Client, bank: Any) -> None:
    stranger = Client(bank.url, zarinpal.merchant_id, zarinpal.refund_url, "1", "another")
    assert stranger.refund("7", 20_000, "x").outcome is Outcome.CONFIG


def test_a_split_comes_back_with_verify(zarinpal: Client, bank: Any) -> None:
    wages = [Wage(SHEBA, 30_000, "market"), Wage(SHEBA, 10_000)]
    authority = zarinpal.request(50_000, CALLBACK, "x", wages=wages).data["authority"]
    bank.pay(authority)
    split = zarinpal.verify(authority, 50_000).data["wages"]
    assert [(row["iban"], row["amount"]) for row in split] == [(SHEBA, 30_000), (SHEBA, 10_000)]


WRONG_SPLITS = [
    ([Wage("IR1", 20_000)], -9),
    ([Wage(SHEBA, 10_000)] * 6, -35),
    ([Wage(SHEBA, 9_999)], -36),
    ([Wage(SHEBA, 99_001)], -32),
    ([Wage(SHEBA, 10_000, "x" * 256)], -9),
]


@pytest.mark.parametrize(("wages", "code"), WRONG_SPLITS)
def test_a_wrong_split_is_not_even_sent_and_would_be_refused_likewise(
    zarinpal: Client, bank: Any, wages: list[Wage], code: int
) -> None:
    assert zarinpal.request(100_000, CALLBACK, "x", wages=wages).code == code
    assert bank.payments() == []
    body = {
        "merchant_id": zarinpal.merchant_id,
        "amount": 100_000,
        "callback_url": CALLBACK,
        "description": "x",
        "wages": [{"iban": w.iban, "amount": w.amount, "description": w.description} for w in wages],
    }
    sent = requests.post(f"{bank.url}/pg/v4/payment/request.json", json=body, timeout=5)
    assert sent.json()["errors"]["code"] == code


@pytest.mark.parametrize(
    ("terminal", "code"),
    [
        ({"splits": False}, -30),
        ({"has_bank_account": False}, -31),
        ({"inactive_ibans": [SHEBA]}, -37),
        ({"unknown_ibans": [SHEBA]}, -38),
    ],
)
def test_a_split_that_the_terminal_may_not(zarinpal: Client, bank: Any, terminal: dict[str, Any], code: int) -> None:
    bank.terminal(**terminal)
    assert zarinpal.request(100_000, CALLBACK, "x", wages=[Wage(SHEBA, 20_000)]).code == code


def test_callbacks_lead_to_the_registered_domain_only(zarinpal: Client, bank: Any) -> None:
    bank.terminal(domain="shop.example")
    assert zarinpal.request(50_000, CALLBACK, "x").code == -14
    assert zarinpal.request(50_000, "https://shop.example/back", "x").outcome is Outcome.OK


def test_another_card_than_the_one_asked_for_pays_nothing(zarinpal: Client, bank: Any) -> None:
    asked = {"card_pan": "6037991234567890"}
    authority = zarinpal.request(50_000, CALLBACK, "x", metadata=asked).data["authority"]
    bank.pay(authority, card="5022291083818920")
    assert zarinpal.verify(authority, 50_000).code == -51


def test_the_fee_is_told_beforehand(zarinpal: Client) -> None:
    told = zarinpal.fee(100_000).data
    assert told["suggested_amount"] == told["amount"] + told["fee"]


@pytest.mark.parametrize(("pays", "status"), [("yes", "OK"), ("no", "NOK")])
def test_a_person_pays_in_the_browser_and_returns(zarinpal: Client, opened: str, pays: str, status: str) -> None:
    url = zarinpal.start_url(opened)
    page = requests.get(url, timeout=5)
    assert (page.status_code, "50,000" in page.text, page.text.count("<button")) == (200, True, 2)
    back = requests.post(url, data={"pay": pays}, timeout=5, allow_redirects=False).headers["Location"]
    assert parse_qs(urlsplit(back).query) == {"order": ["7"], "Authority": [opened], "Status": [status]}
    assert requests.get(url, timeout=5).status_code == 404


def test_what_a_merchant_wrote_is_text_on_the_pay_page(zarinpal: Client) -> None:
    authority = zarinpal.request(50_000, CALLBACK, "<script>alert(1)</script>").data["authority"]
    assert "<script>" not in requests.get(zarinpal.start_url(authority), timeout=5).text
