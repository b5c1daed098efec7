"""What the database refuses, whoever writes to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from asoud_ledger.chart import account, credit, debit
from asoud_ledger.models import Entry, LedgerAccount, Posting
from asoud_ledger.services import post
from asoud_ledger.testing import CLEARING, account_of
from sqlalchemy.exc import DBAPIError

from addon_sdk import Money, new_id, now, session, transaction

WALLET = account("buyer_wallet", new_id())


@pytest.fixture(autouse=True)
def posted(app: Any) -> Iterator[Posting]:
    """A posting that is there."""
    with app.app_context():
        money = Money(500, "IRR")
        made = post("payment:1", "k", [debit(CLEARING, money), credit(WALLET, money)])
        assert made is not None
        yield made


def run(*statements: str, **values: Any) -> None:
    """Send SQL past all services."""
    with transaction():
        for statement in statements:
            session().execute(sa.text(statement), values)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET amount = 1",
        "UPDATE ledger_entry SET posted_at = posted_at",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_posting SET cause = 'another'",
        "DELETE FROM ledger_posting",
        "UPDATE ledger_account SET holder = 'another'",
        "UPDATE ledger_account SET currency = 'EUR'",
        "UPDATE ledger_account SET sign = -sign",
        "DELETE FROM ledger_account",
        "UPDATE ledger_account SET balance = 1 WHERE kind = 'buyer_wallet'",
    ],
)
def test_nothing_is_changed_or_deleted(statement: str) -> None:
    with pytest.raises(DBAPIError):
        run(statement)


def test_nothing_is_emptied(asoud_database_kind: str) -> None:
    if asoud_database_kind == "postgres":
        with pytest.raises(DBAPIError, match="ledger: TRUNCATE"):
            run("TRUNCATE ledger_entry")


def test_balances_come_from_entries(asoud_database_kind: str) -> None:
    """Only PostgreSQL looks at commit; elsewhere the nightly proof finds it (test_proof.py)."""
    if asoud_database_kind == "postgres":
        with pytest.raises(DBAPIError, match="does not hold what its entries say"):
            run("UPDATE ledger_account SET balance = balance - 1 WHERE kind = 'buyer_wallet'")


def added(*amounts: int, count: int = 2, posting_id: Any = None, **changed: Any) -> None:
    """Add a posting, or to one that is there, with entries for the wallet."""
    with transaction():
        wallet = session().get_one(LedgerAccount, account_of(WALLET).id)
        if posting_id is None:
            posting = Posting(id=new_id(), cause=f"c:{new_id()}", kind="k", entry_count=count, posted_at=now())
            session().add(posting)
            posting_id = posting.id
        for amount in amounts:
            wallet.balance += amount
            wallet.sequence += 1
            row = {"sequence": wallet.sequence, "amount": amount, "currency": "IRR", "balance": wallet.balance}
            session().flush()
            values = {**row, "posting_id": posting_id, "account_id": wallet.id, "posted_at": now(), **changed}
            session().execute(sa.insert(Entry), [values])


def test_a_posting_sums_to_zero() -> None:
    with pytest.raises(DBAPIError, match="sum to zero"):
        added(-5, 4)
    added(-5, 5)


def test_nothing_is_added_to_a_posting(posted: Posting) -> None:
    with pytest.raises(DBAPIError, match="is complete"):
        added(-5, 5, posting_id=posted.id)


@pytest.mark.parametrize("amounts", [(), (-5,), (-5, 5)])
def test_a_posting_has_all_its_entries(amounts: tuple[int, ...], asoud_database_kind: str) -> None:
    if asoud_database_kind == "postgres":
        with pytest.raises(DBAPIError, match="has not all of its entries"):
            added(*amounts, count=3)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"balance": 7}, "does not continue"),
        ({"sequence": 9}, "does not continue"),
        ({"sequence": 1}, "UNIQUE|does not continue|duplicate"),
        ({"posted_at": now().replace(year=2001)}, "does not continue"),
        ({"currency": "EUR"}, "another currency"),
        ({"amount": 0}, "CHECK|check"),
    ],
)
def test_an_entry_continues_its_account(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(DBAPIError, match=said):
        added(-5, 5, **changed)
