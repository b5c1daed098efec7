"""The proof: right books pass, and each way in which they could be wrong is found and told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from asoud_ledger import hookspecs
from asoud_ledger.chart import account, credit, debit
from asoud_ledger.hookspecs import ReportedBalance
from asoud_ledger.models import LedgerAccount, Proof
from asoud_ledger.problems import ProofRunning
from asoud_ledger.services import post, prove, proving
from asoud_ledger.testing import API, CLEARING, account_of, fund

from addon_sdk import Money, new_id, now, session, transaction
from kernel.addons.inbox import problems

WALLET = account("buyer_wallet", new_id())


@pytest.fixture(autouse=True)
def books(app: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Books of some postings, which one statement doesn't hold."""
    monkeypatch.setattr(proving, "STEP", 2)
    with app.app_context():
        for amount in (100, 200, 300):
            fund(WALLET, amount)
        money = Money(50, "EUR")
        post("spent", "k", [debit(CLEARING, money), credit(account("platform_revenue"), money)])
        yield


def tampered(*statements: str, kind: str) -> None:
    """Write past the rules of the database, as somebody with its password could."""
    with transaction():
        if kind == "postgres":
            session().execute(sa.text("SET LOCAL session_replication_role = replica"))
        else:
            for name in session().scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                session().execute(sa.text(f"DROP TRIGGER {name}"))
        for statement in statements:
            session().execute(sa.text(statement))


def test_right_books_pass() -> None:
    proof = prove()
    assert (proof.is_good, proof.findings, proof.postings, proof.accounts) == (True, [], 4, 4)
    assert proof.ended_at is not None
    assert not problems(addon="ledger")


@pytest.mark.parametrize(
    ("statement", "rules"),
    [
        ("UPDATE ledger_entry SET amount = amount + 1 WHERE amount = 200", {"sum", "balance"}),
        ("DELETE FROM ledger_entry WHERE amount = -300", {"sum", "entries", "balance", "running_balance", "sequence"}),
        ("DELETE FROM ledger_entry WHERE amount = 50", {"sum", "entries", "balance", "running_balance", "sequence"}),
        ("UPDATE ledger_account SET balance = balance - 1 WHERE kind = 'buyer_wallet'", {"balance", "running_balance"}),
        ("UPDATE ledger_account SET sequence = 2 WHERE kind = 'buyer_wallet'", {"running_balance", "sequence"}),
        ("UPDATE ledger_posting SET entry_count = 3 WHERE cause = 'spent'", {"entries"}),
    ],
)
def test_wrong_books_are_found_and_told(
    statement: str, rules: set[str], asoud_database_kind: str, outbox: Any, jobs: Any
) -> None:
    tampered(statement, kind=asoud_database_kind)
    proof = prove()
    assert proof.is_good is False
    assert {finding["rule"] for finding in proof.findings} == rules
    assert outbox.payloads("ledger.proof_failed") == [{"proof_id": str(proof.id), "findings": len(proof.findings)}]
    (problem,) = problems(addon="ledger")
    assert (problem.kind, problem.severity) == ("proof_failed", "error")


def test_what_a_gateway_reports_is_held_against_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    then = now()
    fund(WALLET, 1)
    said = [Money(600, "IRR"), then, "the gateway"]
    monkeypatch.setattr(proving, "reported_balances", lambda: [[ReportedBalance(CLEARING, *said)]])
    assert prove().is_good
    said[0] = Money(601, "IRR")
    (finding,) = prove().findings
    assert (finding["rule"], finding["expected"], finding["found"]) == ("reported", 601, 600)
    assert finding["of"].startswith("the gateway: gateway_clearing test at ")
    assert hookspecs.reported_balances() == []


def test_one_proof_runs_at_a_time(clock: Any) -> None:
    first = proving.begin()
    with pytest.raises(ProofRunning):
        prove()
    clock.tick(timedelta(hours=7).total_seconds())
    assert prove().is_good, "one that has not ended for hours is dead"
    assert proving.run(first.id).is_good


def test_a_keeper_starts_a_proof(keeper: Any, jobs: Any) -> None:
    begun = keeper.post(f"{API}/proofs")
    assert (begun.status_code, begun.json["is_good"]) == (202, None)
    assert keeper.post(f"{API}/proofs").json["code"] == "ledger.proof_running"
    jobs.run()
    done = keeper.get(f"{API}/proofs/{begun.json['id']}").json
    assert (done["is_good"], done["postings"]) == (True, 4)
    assert [each["id"] for each in keeper.get(f"{API}/proofs").json["items"]] == [begun.json["id"]]
    assert keeper.get(f"{API}/proofs/{new_id()}").status_code == 404


def test_the_night_waits_for_nobody(db: Any) -> None:
    from asoud_ledger.jobs import prove_nightly

    prove_nightly()
    proving.begin()
    prove_nightly()
    assert db.count(Proof) == 2


def test_many_findings_are_shortened(asoud_database_kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "_MOST_FINDINGS", 3)
    tampered("UPDATE ledger_posting SET entry_count = 3", kind=asoud_database_kind)
    assert len(prove().findings) == 3


def test_an_account_is_what_its_postings_say() -> None:
    wallet = account_of(WALLET)
    assert (wallet.held, wallet.balance, wallet.sequence) == (Money(600, "IRR"), -600, 3)
    assert session().scalars(sa.select(LedgerAccount.currency).distinct()).all()
