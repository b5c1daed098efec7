"""Many who post at the same moment, by real threads."""

from __future__ import annotations

from functools import partial
from typing import Any

from asoud_ledger.chart import account, credit, debit
from asoud_ledger.models import Posting
from asoud_ledger.problems import InsufficientFunds
from asoud_ledger.services import balance, post, prove, reverse
from asoud_ledger.testing import CLEARING, fund

from addon_sdk import Money, new_id

REVENUE, TAX = account("platform_revenue"), account("tax_payable")


def test_one_cause_from_many_is_posted_once(at_once: Any, app: Any, db: Any) -> None:
    wallet, money = account("buyer_wallet", new_id()), Money(700, "IRR")
    pay = partial(post, "payment:1", "k", [debit(CLEARING, money), credit(wallet, money)])
    made = at_once(*[pay] * 8)
    assert len({each.id for each in made}) == 1
    assert db.count(Posting) == 1
    with app.app_context():
        assert balance(wallet, "IRR") == money


def test_a_wallet_is_spent_once(at_once: Any, app: Any) -> None:
    wallet, money = account("buyer_wallet", new_id()), Money(300, "IRR")
    with app.app_context():
        fund(wallet, 1000)
    spends = [partial(post, f"s:{turn}", "k", [debit(wallet, money), credit(REVENUE, money)]) for turn in range(8)]
    made = at_once(*spends)
    assert sum(isinstance(each, InsufficientFunds) for each in made) == 5
    with app.app_context():
        assert balance(wallet, "IRR") == Money(100, "IRR")
        assert prove().is_good


def test_postings_in_any_order_of_accounts_all_come_through(at_once: Any, app: Any) -> None:
    """Nobody waits for another in a circle, and accounts that are opened at once are opened once."""
    money = Money(1, "IRR")
    sides = [(REVENUE, TAX), (TAX, REVENUE), (CLEARING, TAX), (REVENUE, CLEARING)] * 3
    acts = [partial(post, f"m:{turn}", "k", [debit(a, money), credit(b, money)]) for turn, (a, b) in enumerate(sides)]
    assert all(isinstance(each, Posting) for each in at_once(*acts))
    with app.app_context():
        proof = prove()
        assert (proof.is_good, proof.postings, proof.accounts) == (True, 12, 3)


def test_a_posting_is_reversed_once_by_many(at_once: Any, app: Any, db: Any) -> None:
    wallet = account("buyer_wallet", new_id())
    with app.app_context():
        made = post("a", "k", [debit(CLEARING, Money(5, "IRR")), credit(wallet, Money(5, "IRR"))])
    assert made is not None
    at_once(*[partial(reverse, made.id, reason="mistake")] * 4)
    assert db.count(Posting) == 2
    with app.app_context():
        assert balance(wallet, "IRR") == Money(0, "IRR")
