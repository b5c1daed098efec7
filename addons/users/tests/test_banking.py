"""Bank accounts and cards: checked, unique, never a whole card number."""

from __future__ import annotations

from typing import Any

import pytest
from asoud_users.models import BankCard
from asoud_users.testing import API
from flask import Flask
from sqlalchemy import inspect, select

ACCOUNTS, CARDS = f"{API}/bank-accounts", f"{API}/bank-cards"
SHEBA = "IR500120020000004444994196"
CARD = "5022291083818920"


@pytest.fixture
def account(caller: Any) -> Any:
    answer = caller.post(ACCOUNTS, json={"sheba": "ir50 0120 0200 0000 4444 9941 96", "holder": "سارا احمدی"})
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_sheba_says_the_bank(caller: Any, account: Any) -> None:
    assert (account["sheba"], account["bank"]) == (SHEBA, "mellat")
    assert caller.get(ACCOUNTS).json["items"] == [account]
    assert caller.get(f"{ACCOUNTS}/{account['id']}").json == account


def test_an_account_changes_and_goes(caller: Any, account: Any) -> None:
    path = f"{ACCOUNTS}/{account['id']}"
    changed = caller.patch(path, json={"sheba": "IR580540105180021273113007", "branch_name": "مرکزی"})
    assert (changed.json["bank"], changed.json["holder"]) == ("parsian", "سارا احمدی")
    assert caller.patch(path, json={"description": "حقوق"}).json["bank"] == "parsian"
    assert caller.delete(path).status_code == 204
    assert caller.get(path).status_code == 404


def test_accounts_and_cards_are_unique_on_the_site(caller: Any, stranger: Any, account: Any) -> None:
    again = stranger.post(ACCOUNTS, json={"sheba": SHEBA, "holder": "x"})
    assert (again.status_code, again.json["code"]) == (409, "users.account_taken")
    other = stranger.post(ACCOUNTS, json={"sheba": "IR580540105180021273113007", "holder": "x"}).json
    moved = stranger.patch(f"{ACCOUNTS}/{other['id']}", json={"sheba": SHEBA})
    assert (moved.status_code, moved.json["code"]) == (409, "users.account_taken")
    assert caller.post(CARDS, json={"number": CARD}).status_code == 201
    taken = stranger.post(CARDS, json={"number": CARD})
    assert (taken.status_code, taken.json["code"]) == (409, "users.card_taken")


@pytest.mark.parametrize("sheba", ["IR123456789123456478945165", "", "IR50", None])
def test_a_wrong_sheba_is_refused(caller: Any, sheba: Any) -> None:
    answer = caller.post(ACCOUNTS, json={"sheba": sheba, "holder": "x"})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/sheba")


def test_a_card_is_six_and_four_digits_and_a_hash(app: Flask, caller: Any, db: Any) -> None:
    made = caller.post(CARDS, json={"number": "۵۰۲۲-۲۹۱۰-۸۳۸۱-۸۹۲۰", "holder": "سارا"})
    assert made.status_code == 201
    assert {key: made.json[key] for key in ("bin", "last_four", "bank")} == {
        "bin": "502229",
        "last_four": "8920",
        "bank": "pasargad",
    }
    assert CARD not in made.text
    row = db.all(select(BankCard))[0]
    assert CARD not in str({column.key: getattr(row, column.key) for column in inspect(BankCard).columns})
    assert caller.get(CARDS).json["items"] == [made.json]
    assert caller.delete(f"{CARDS}/{made.json['id']}").status_code == 204
    assert caller.get(CARDS).json["items"] == []


@pytest.mark.parametrize("number", ["6037991234567890", "123", None, "4111111111111111"])
def test_a_wrong_card_is_refused(caller: Any, number: Any) -> None:
    answer = caller.post(CARDS, json={"number": number})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/number")


def test_what_belongs_to_another_does_not_exist(caller: Any, stranger: Any, account: Any) -> None:
    card = caller.post(CARDS, json={"number": CARD}).json
    path = f"{ACCOUNTS}/{account['id']}"
    assert stranger.get(path).status_code == 404
    assert stranger.patch(path, json={"holder": "x"}).status_code == 404
    assert stranger.delete(path).status_code == 404
    assert stranger.delete(f"{CARDS}/{card['id']}").status_code == 404
    assert stranger.get(ACCOUNTS).json["items"] == stranger.get(CARDS).json["items"] == []


def test_money_matters_need_a_fresh_proof(caller: Any, account: Any, clock: Any) -> None:
    clock.tick(601)
    assert caller.post(CARDS, json={"number": CARD}).json["code"] == "reauthentication_required"
    assert caller.delete(f"{ACCOUNTS}/{account['id']}").json["code"] == "reauthentication_required"
    assert caller.get(ACCOUNTS).status_code == 200
