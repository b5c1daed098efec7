"""Postings: balanced, once for each cause, never more than there is."""

from __future__ import annotations

from typing import Any

import pytest
from asoud_ledger.chart import account, credit, debit
from asoud_ledger.models import Entry, LedgerAccount, Posting
from asoud_ledger.problems import AlreadyReversed, CauseReused, InsufficientFunds
from asoud_ledger.services import Draft, balance, balances, post, post_all, posting_of, reverse
from asoud_ledger.testing import fund
from sqlalchemy import select

from addon_sdk import Money, new_id, session, transaction

WALLET, CLEARING, REVENUE = (
    account("buyer_wallet", new_id()),
    account("gateway_clearing", "x"),
    account("platform_revenue"),
)


def rial(amount: int) -> Money:
    return Money(amount, "IRR")


@pytest.fixture(autouse=True)
def context(app: Any) -> Any:
    with app.app_context():
        yield


def test_a_posting_moves_money_between_its_accounts(outbox: Any) -> None:
    made = post("payment:1", "payment.captured", [debit(CLEARING, rial(500)), credit(WALLET, rial(500))], reference="r")
    assert made is not None
    assert (made.kind, made.reference, made.entry_count) == ("payment.captured", "r", 2)
    assert balance(WALLET, "IRR") == balance(CLEARING, "IRR") == rial(500)
    assert outbox.payloads("ledger.posted")[0]["cause"] == "payment:1"
    entries = session().scalars(select(Entry).order_by(Entry.amount)).all()
    assert [(each.amount, each.balance, each.sequence) for each in entries] == [(-500, -500, 1), (500, 500, 1)]


def test_what_is_not_balanced_is_refused() -> None:
    with pytest.raises(ValueError, match="differ by"):
        post("a", "k", [debit(CLEARING, rial(500)), credit(WALLET, rial(499))])
    with pytest.raises(ValueError, match="differ by"):  # each currency for itself
        post("a", "k", [debit(CLEARING, rial(5)), credit(WALLET, Money(5, "EUR"))])
    assert not session().scalars(select(LedgerAccount)).all()


def test_no_amount_is_negative() -> None:
    for side in (debit, credit):
        with pytest.raises(ValueError, match="other side"):
            side(WALLET, rial(-1))


def test_lines_of_nothing_are_left_out() -> None:
    lines = [debit(CLEARING, rial(5)), credit(WALLET, rial(5)), credit(REVENUE, rial(0))]
    made = post("a", "k", lines)
    assert made is not None
    assert made.entry_count == 2
    assert post("b", "k", [debit(CLEARING, rial(0)), credit(WALLET, rial(0))]) is None
    assert post("c", "k", [debit(WALLET, rial(5)), credit(WALLET, rial(5))]) is None


def test_a_cause_is_posted_once() -> None:
    lines = [debit(CLEARING, rial(500)), credit(WALLET, rial(500))]
    first = post("payment:1", "k", lines)
    assert first is not None
    again = post("payment:1", "k", lines)
    assert again is not None
    assert again.id == first.id
    assert balance(WALLET, "IRR") == rial(500)


@pytest.mark.parametrize("amount", [499, 501])
def test_a_cause_has_one_meaning(amount: int) -> None:
    post("payment:1", "k", [debit(CLEARING, rial(500)), credit(WALLET, rial(500))])
    with pytest.raises(CauseReused):
        post("payment:1", "k", [debit(CLEARING, rial(amount)), credit(WALLET, rial(amount))])
    with pytest.raises(CauseReused):
        post("payment:1", "k", [debit(CLEARING, rial(500)), credit(REVENUE, rial(500))])
    assert balance(WALLET, "IRR") == rial(500)


def test_a_wallet_is_not_overdrawn_but_a_market_may_owe() -> None:
    fund(WALLET, 500)
    with pytest.raises(InsufficientFunds) as refused:
        post("a", "k", [debit(WALLET, rial(501)), credit(REVENUE, rial(501))])
    assert refused.value.extra["account_kind"] == "buyer_wallet"
    assert balance(WALLET, "IRR") == rial(500)
    market = account("vendor_available", new_id())
    post("b", "k", [debit(market, rial(10)), credit(CLEARING, rial(10))])
    assert balance(market, "IRR") == rial(-10)


def test_several_are_posted_together_or_not_at_all() -> None:
    fund(WALLET, 500)
    spend = [Draft(f"spend:{turn}", "k", [debit(WALLET, rial(300)), credit(REVENUE, rial(300))]) for turn in range(2)]
    with pytest.raises(InsufficientFunds):
        post_all(spend)
    assert balances([WALLET, REVENUE], "IRR") == {WALLET: rial(500), REVENUE: rial(0)}
    assert posting_of("spend:0") is None


def test_one_of_several_may_have_been_posted_before() -> None:
    first = Draft("a", "k", [debit(CLEARING, rial(5)), credit(WALLET, rial(5))])
    second = Draft("b", "k", [debit(WALLET, rial(5)), credit(REVENUE, rial(5))])
    post_all([first])
    made = post_all([first, second, first])
    assert [each and each.cause for each in made] == ["a", "b", "a"]
    assert balances([WALLET, REVENUE], "IRR") == {WALLET: rial(0), REVENUE: rial(5)}


def test_a_cause_has_one_meaning_among_several() -> None:
    drafts = [Draft("a", "k", [debit(CLEARING, rial(amount)), credit(WALLET, rial(amount))]) for amount in (5, 6)]
    with pytest.raises(CauseReused):
        post_all(drafts)
    assert balance(WALLET, "IRR") == rial(0)


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (account("no_such_kind"), "no kind of account"),
        (account("buyer_wallet"), "belongs to a user"),
        (account("platform_revenue", "somebody"), "belongs to a platform"),
    ],
)
def test_accounts_stand_in_the_chart(of: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        post("a", "k", [debit(CLEARING, rial(5)), credit(of, rial(5))])


def test_a_posting_is_reversed_once() -> None:
    made = post("a", "k", [debit(CLEARING, rial(5)), credit(WALLET, rial(5))], reference="order:1")
    assert made is not None
    opposite = reverse(made.id, reason="wrong customer")
    assert (opposite.reverses_id, opposite.reference, opposite.memo) == (made.id, "order:1", "wrong customer")
    assert balances([CLEARING, WALLET], "IRR") == {CLEARING: rial(0), WALLET: rial(0)}
    for posting in (made, opposite):
        with pytest.raises(AlreadyReversed):
            reverse(posting.id, reason="once more")


def test_money_that_was_spent_is_not_taken_back() -> None:
    made = post("a", "k", [debit(CLEARING, rial(5)), credit(WALLET, rial(5))])
    assert made is not None
    post("b", "k", [debit(WALLET, rial(1)), credit(REVENUE, rial(1))])
    with pytest.raises(InsufficientFunds):
        reverse(made.id, reason="mistake")


def test_a_posting_goes_with_its_transaction() -> None:
    class Stop(Exception):
        pass

    @transaction
    def pay_and_fail() -> None:
        fund(WALLET, 500)
        raise Stop

    with pytest.raises(Stop):
        pay_and_fail()
    assert balance(WALLET, "IRR") == rial(0)
    assert not session().scalars(select(Posting)).all()


def test_a_posting_takes_few_statements(db: Any) -> None:
    fund(WALLET, 500)
    fund(WALLET, 500)
    drafts = [Draft(f"s:{turn}", "k", [debit(WALLET, rial(3)), credit(REVENUE, rial(3))]) for turn in range(5)]
    fund(REVENUE, 1)
    with db.queries() as asked:
        post_all(drafts)
    assert len([each for each in asked if "ledger_" in each]) == 5, asked
