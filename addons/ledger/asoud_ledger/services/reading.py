"""What the ledger shows: accounts, their entries, postings, sums, and statements to keep."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, true

from addon_sdk import ListArgs, Money, NotFound, Page, Principal, get_readable, paginate, readable, scoped, session
from addon_sdk.fields import guarded, rfc3339
from asoud_ledger.chart import HolderType
from asoud_ledger.models import Entry, LedgerAccount, Posting, Proof
from asoud_ledger.problems import StatementTooLong

LONGEST_STATEMENT = 50_000
"""The most entries in one statement."""
_COLUMNS = ("posted_at", "kind", "reference", "memo", "side", "amount", "balance", "currency", "posting_id")

_OF_POSTING = (Posting.kind, Posting.reference, Posting.memo, Posting.reverses_id)
_ENTRIES = (
    select(Entry.id, Entry.sequence, Entry.posting_id, Entry.posted_at, Entry.amount, Entry.balance, *_OF_POSTING)
    .join(Posting, Posting.id == Entry.posting_id)
    .order_by(None)
)


@readable(LedgerAccount)
def readable_accounts(principal: Principal) -> ColumnElement[bool]:
    """A user reads his own accounts; who may see the ledger reads all."""
    if principal.can("ledger.view"):
        return true()
    whose = str(principal.user_id or "nobody")
    return and_(LedgerAccount.holder_type == HolderType.USER, LedgerAccount.holder == whose)


def list_accounts(args: ListArgs) -> Page:
    """A page of the accounts that the caller may read, the newest first."""
    return paginate(scoped(select(LedgerAccount), LedgerAccount), args)


def get_account(account_id: UUID) -> LedgerAccount:
    """An account that the caller may read. Raises NotFound."""
    return get_readable(LedgerAccount, account_id)


def list_entries(account_id: UUID, args: ListArgs) -> Page:
    """A page of an account's entries, the latest first. Raises NotFound."""
    account = get_account(account_id)
    page = paginate(_ENTRIES.where(Entry.account_id == account.id), args)
    return Page([shown(row._mapping, account) for row in page.items], page.next)


def shown(entry: Mapping[str, Any], account: LedgerAccount) -> dict[str, Any]:
    """An entry as its account's side counts it: what makes the balance larger is positive."""
    amount, balance = (Money(account.sign * entry[name], account.currency) for name in ("amount", "balance"))
    return {**entry, "side": "debit" if entry["amount"] > 0 else "credit", "amount": amount, "balance": balance}


def list_postings(args: ListArgs) -> Page:
    """A page of postings, the latest first."""
    return paginate(select(Posting), args)


def get_posting(posting_id: UUID) -> dict[str, Any]:
    """A posting with its entries. Raises NotFound."""
    posting = session().get(Posting, posting_id)
    if posting is None:
        raise NotFound
    query = (
        select(Entry, LedgerAccount)
        .join(LedgerAccount, LedgerAccount.id == Entry.account_id)
        .where(Entry.posting_id == posting.id)
        .order_by(Entry.amount.desc(), Entry.id)
    )
    entries = [
        {
            "account": account,
            "side": "debit" if entry.amount > 0 else "credit",
            "amount": Money(abs(entry.amount), entry.currency),
        }
        for entry, account in session().execute(query)
    ]
    return {"posting": posting, "entries": entries}


def trial_balance(at: datetime | None = None) -> list[dict[str, Any]]:
    """What all accounts of each kind and currency hold together, now or at a moment. The debits equal the credits."""
    held: Any = LedgerAccount.balance
    if at is not None:
        last = (
            select(Entry.balance)
            .where(Entry.account_id == LedgerAccount.id, Entry.posted_at <= at)
            .order_by(Entry.posted_at.desc(), Entry.sequence.desc())
            .limit(1)
        )
        held = func.coalesce(last.scalar_subquery(), 0)
    group = (LedgerAccount.kind, LedgerAccount.currency, LedgerAccount.sign)
    query = select(*group, func.sum(held), func.count()).group_by(*group).order_by(*group)
    return [
        {
            "kind": kind,
            "balance": Money(sign * int(total), currency),
            "side": "debit" if sign > 0 else "credit",
            "accounts": count,
        }
        for kind, currency, sign, total, count in session().execute(query)
    ]


def statement(account_id: UUID, since: datetime | None, until: datetime | None) -> str:
    """An account's entries from ``since`` until before ``until`` as CSV, with the balances before and after.

    Raises NotFound, `StatementTooLong`.
    """
    account = get_account(account_id)
    query = _ENTRIES.where(Entry.account_id == account.id).order_by(Entry.sequence).limit(LONGEST_STATEMENT + 1)
    if since is not None:
        query = query.where(Entry.posted_at >= since)
    if until is not None:
        query = query.where(Entry.posted_at < until)
    entries = [shown(row._mapping, account) for row in session().execute(query)]
    if len(entries) > LONGEST_STATEMENT:
        raise StatementTooLong
    opening = _held_before(account, since)
    closing = entries[-1]["balance"] if entries else opening
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    writer.writerow(["", "opening_balance", "", "", "", "", opening.amount, account.currency, ""])
    for entry in entries:
        texts = (entry["kind"], guarded(entry["reference"]), guarded(entry["memo"]), entry["side"])
        money = (entry["amount"].amount, entry["balance"].amount, account.currency)
        writer.writerow([rfc3339(entry["posted_at"]), *texts, *money, entry["posting_id"]])
    writer.writerow(["", "closing_balance", "", "", "", "", closing.amount, account.currency, ""])
    return out.getvalue()


def _held_before(account: LedgerAccount, moment: datetime | None) -> Money:
    """What it held just before; without a moment, in the beginning."""
    if moment is None:
        return Money(0, account.currency)
    last = select(Entry.balance).where(Entry.account_id == account.id, Entry.posted_at < moment)
    last = last.order_by(Entry.posted_at.desc(), Entry.sequence.desc()).limit(1)
    return Money(account.sign * (session().scalar(last) or 0), account.currency)


def get_proof(proof_id: UUID) -> Proof:
    """A proof. Raises NotFound."""
    found = session().get(Proof, proof_id)
    if found is None:
        raise NotFound
    return found


def list_proofs(args: ListArgs) -> Page:
    """A page of proofs, the latest first."""
    return paginate(select(Proof), args)
