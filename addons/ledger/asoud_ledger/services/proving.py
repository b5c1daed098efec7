"""The proof that the books are right: read anew from the entries, in steps of bounded size.

Each step is one statement, so what is posted meanwhile disturbs nothing: a posting, its entries and the balances that
they make are committed together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from addon_sdk import now, publish, report_problem, session, transaction
from asoud_ledger.events import ProofFailed
from asoud_ledger.hookspecs import reported_balances
from asoud_ledger.models import Entry, LedgerAccount, Posting, Proof
from asoud_ledger.problems import ProofRunning
from asoud_ledger.services.balances import balance_at

STEP = 20_000
"""How many postings one statement looks at."""
_ACCOUNTS = 500
_MOST_FINDINGS = 100
_GIVEN_UP = timedelta(hours=6)
"""After that long a proof that has not ended is taken for dead."""

Finding = dict[str, Any]


@transaction
def start() -> Proof:
    """Begin a proof that a worker then runs. Raises `ProofRunning`."""
    from asoud_ledger.jobs import run_proof  # a job calls this module

    proof = begin()
    run_proof.enqueue(proof_id=str(proof.id))
    return proof


@transaction
def begin() -> Proof:
    """Note that a proof begins. Raises `ProofRunning`."""
    running = select(Proof.id).where(Proof.ended_at.is_(None), Proof.created_at > now() - _GIVEN_UP)
    if session().scalar(running.limit(1)) is not None:
        raise ProofRunning
    proof = Proof()
    session().add(proof)
    session().flush()
    return proof


def prove() -> Proof:
    """Prove the books here and now. Raises `ProofRunning`."""
    return run(begin().id)


def run(proof_id: UUID) -> Proof:
    """Do a proof that has begun, and raise the alarm when the books are wrong: an event, and `asoud problems`."""
    findings: list[Finding] = []
    accounts = postings = 0
    for count, found in _of_postings():
        postings += count
        findings += found
    for count, found in _of_accounts():
        accounts += count
        findings += found
    findings += _of_reports()
    return _ended(proof_id, accounts, postings, findings)


@transaction
def _ended(proof_id: UUID, accounts: int, postings: int, findings: list[Finding]) -> Proof:
    proof = session().get_one(Proof, proof_id)
    proof.ended_at, proof.is_good = now(), not findings
    proof.accounts, proof.postings, proof.findings = accounts, postings, findings[:_MOST_FINDINGS]
    session().flush()
    if findings:
        publish(ProofFailed(proof_id=proof.id, findings=len(findings)))
        first = findings[0]
        said = (
            f"The ledger's proof {proof.id} has found {len(findings)} faults; the first: {first['rule']} {first['of']}."
        )
        report_problem("ledger", "proof_failed", "proof", said, "error")
    return proof


def _of_postings() -> Iterator[tuple[int, list[Finding]]]:
    """Every posting has its entries, and these sum to zero in each currency."""
    for first, last, count in _steps(Posting.id, STEP):
        span = Posting.id.between(first, last)
        total = func.sum(Entry.amount)
        unbalanced = (
            select(Posting.id, Entry.currency, total)
            .join(Entry, Entry.posting_id == Posting.id)
            .where(span)
            .group_by(Posting.id, Entry.currency)
            .having(total != 0)
        )
        entries = func.count(Entry.id)
        incomplete = (
            select(Posting.id, Posting.entry_count, entries)
            .outerjoin(Entry, Entry.posting_id == Posting.id)
            .where(span)
            .group_by(Posting.id, Posting.entry_count)
            .having(entries != Posting.entry_count)
        )
        found = [_finding("sum", f"posting:{id} {currency}", 0, total) for id, currency, total in _rows(unbalanced)]
        found += [_finding("entries", f"posting:{id}", wanted, there) for id, wanted, there in _rows(incomplete)]
        yield count, found


def _of_accounts() -> Iterator[tuple[int, list[Finding]]]:
    """Every account holds the sum of its entries, has as many as it says, and the last one says the same balance."""
    for first, last, count in _steps(LedgerAccount.id, _ACCOUNTS):
        total, entries = func.coalesce(func.sum(Entry.amount), 0), func.count(Entry.id)
        last_one = (Entry.account_id == LedgerAccount.id, Entry.sequence == LedgerAccount.sequence)
        said = select(Entry.balance).where(*last_one).correlate(LedgerAccount)
        running = func.coalesce(said.scalar_subquery(), 0)
        wrong = (
            select(LedgerAccount.id, LedgerAccount.balance, LedgerAccount.sequence, total, entries, running)
            .outerjoin(Entry, Entry.account_id == LedgerAccount.id)
            .where(LedgerAccount.id.between(first, last))
            .group_by(LedgerAccount.id, LedgerAccount.balance, LedgerAccount.sequence)
            .having(
                or_(total != LedgerAccount.balance, entries != LedgerAccount.sequence, running != LedgerAccount.balance)
            )
        )
        found: list[Finding] = []
        for id, balance, sequence, summed, counted, last_said in _rows(wrong):
            where = f"account:{id}"
            found += [_finding("balance", where, summed, balance)] if summed != balance else []
            found += [_finding("running_balance", where, balance, last_said)] if last_said != balance else []
            found += [_finding("sequence", where, counted, sequence)] if counted != sequence else []
        yield count, found


def _of_reports() -> list[Finding]:
    """What gateways and banks say is what the ledger says of that moment."""
    found = []
    for report in (report for reports in reported_balances() for report in reports):
        ours = balance_at(report.account, report.balance.currency, report.at)
        if ours != report.balance:
            of = f"{report.source}: {report.account.kind} {report.account.holder} at {report.at.isoformat()}"
            found.append(_finding("reported", of, report.balance.amount, ours.amount))
    return found


def _steps(column: InstrumentedAttribute[UUID], size: int) -> Iterator[tuple[UUID, UUID, int]]:
    """All ids in pieces: the first and last of each, and how many they are."""
    query = select(column).order_by(column).limit(size)
    ids = session().scalars(query).all()
    while ids:
        yield ids[0], ids[-1], len(ids)
        ids = session().scalars(query.where(column > ids[-1])).all()


def _rows(query: Select[Any]) -> Sequence[Row[Any]]:
    """More findings than are shown would only fill the memory."""
    return session().execute(query.limit(_MOST_FINDINGS)).all()


def _finding(rule: str, of: str, expected: int, found: int) -> Finding:
    return {"rule": rule, "of": of, "expected": int(expected), "found": int(found)}
