"""Posting: the one way in which money moves. What is wrong is reversed, never changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from addon_sdk import Money, NotFound, current_principal, new_id, now, publish, session, transaction
from asoud_ledger.chart import Account, Line
from asoud_ledger.events import Posted
from asoud_ledger.models import Entry, LedgerAccount, Posting
from asoud_ledger.problems import AlreadyReversed, CauseReused, InsufficientFunds
from asoud_ledger.services.accounts import Place, locked


@dataclass(frozen=True, slots=True)
class Draft:
    """A posting to be made."""

    cause: str
    """What makes it, unique for ever: ``payment.captured:<id>``. Repeated, it does nothing."""
    kind: str
    """What kind of fact it is, such as ``payment.captured``."""
    lines: Sequence[Line]
    """Debits and credits, equal in each currency. Lines of zero, and lines that cancel, are left out."""
    reference: str = ""
    """What it is about, such as ``order:<id>``."""
    memo: str = ""
    reverses_id: UUID | None = None

    def amounts(self) -> dict[Place, int]:
        """What it adds to each account: debits less credits. Raises ValueError when it isn't balanced."""
        moved: defaultdict[Place, int] = defaultdict(int)
        sums: defaultdict[str, int] = defaultdict(int)
        for account, amount in self.lines:
            moved[Place(account, amount.currency)] += amount.amount
            sums[amount.currency] += amount.amount
        if wrong := {currency: total for currency, total in sums.items() if total}:
            raise ValueError(f"{self.cause}: debits and credits differ by {wrong}; a posting sums to zero.")
        return {place: amount for place, amount in moved.items() if amount}


def post(cause: str, kind: str, lines: Sequence[Line], *, reference: str = "", memo: str = "") -> Posting | None:
    """Post one fact; None when nothing moves. As `post_all`."""
    return post_all([Draft(cause, kind, lines, reference, memo)])[0]


@transaction
def post_all(drafts: Sequence[Draft]) -> list[Posting | None]:
    """Post several facts at once, in their order, all or none; for each the posting, None when nothing moves.

    Do it last in a transaction: the accounts stay locked until its end. A cause that was posted before, with the same
    amounts, is answered with that posting and changes nothing. Raises `InsufficientFunds` when an account that may not
    be overdrawn would be, `CauseReused` when a cause was posted with other amounts, ValueError for a draft that isn't
    balanced or names accounts that the chart hasn't.
    """
    amounts = [draft.amounts() for draft in drafts]
    places = {place for each in amounts for place in each}
    if not places:
        return [None] * len(drafts)
    accounts = locked(places)
    known = {each.cause: each for each in _postings([draft.cause for draft in drafts])}
    at = max([now(), *(each.last_posted_at for each in accounts.values() if each.last_posted_at)])
    entries: list[dict[str, Any]] = []
    added: dict[Posting, Mapping[Place, int]] = {}
    for draft, moved in zip(drafts, amounts, strict=True):
        if (there := known.get(draft.cause)) is not None:
            if (added.get(there) or _amounts_of(there.id)) != moved:
                raise CauseReused
        elif moved:
            known[draft.cause] = posting = _posting(draft, len(moved), at)
            added[posting] = moved
            entries += [_entry(posting, accounts[place], amount) for place, amount in moved.items()]
    _save(list(added), entries)
    return [known.get(draft.cause) for draft in drafts]


@transaction
def reverse(posting_id: UUID, *, reason: str) -> Posting:
    """Post the opposite of a posting, once.

    Raises NotFound, `AlreadyReversed`, and `InsufficientFunds` when the money isn't there any more.
    """
    posting = session().get(Posting, posting_id)
    if posting is None:
        raise NotFound
    cause = f"ledger.reversed:{posting.id}"
    if posting.reverses_id is not None or posting_of(cause) is not None:
        raise AlreadyReversed
    lines = [Line(place.account, Money(-amount, place.currency)) for place, amount in _amounts_of(posting.id).items()]
    made = post_all([Draft(cause, posting.kind, lines, posting.reference, reason, posting.id)])[0]
    assert made is not None  # a posting that is there moves something
    return made


def posting_of(cause: str) -> Posting | None:
    """The posting that this cause has made, if it has."""
    return session().scalar(select(Posting).where(Posting.cause == cause))


def _postings(causes: Sequence[str]) -> list[Posting]:
    return list(session().scalars(select(Posting).where(Posting.cause.in_(causes))))


def _posting(draft: Draft, entry_count: int, at: datetime) -> Posting:
    return Posting(
        id=new_id(),
        cause=draft.cause,
        kind=draft.kind,
        reference=draft.reference,
        memo=draft.memo,
        by_id=current_principal().user_id,
        reverses_id=draft.reverses_id,
        entry_count=entry_count,
        posted_at=at,
    )


def _entry(posting: Posting, account: LedgerAccount, amount: int) -> dict[str, Any]:
    """Add to a locked account; the row that says so. Raises `InsufficientFunds`."""
    account.balance += amount
    account.sequence += 1
    account.last_posted_at = posting.posted_at
    if not account.may_overdraw and account.held.amount < 0:
        raise InsufficientFunds(account_kind=account.kind)
    return {
        "posting_id": posting.id,
        "account_id": account.id,
        "sequence": account.sequence,
        "amount": amount,
        "currency": account.currency,
        "balance": account.balance,
        "posted_at": posting.posted_at,
    }


def _save(postings: Sequence[Posting], entries: Sequence[Mapping[str, Any]]) -> None:
    """Write all; another cause of the same name, with other accounts, may have come in the meantime."""
    if not postings:
        return
    session().add_all(postings)
    try:
        session().flush()
    except IntegrityError as error:
        if "cause" in str(error.orig):
            raise CauseReused from error
        raise
    session().execute(insert(Entry), entries)
    for each in postings:
        publish(Posted(posting_id=each.id, kind=each.kind, cause=each.cause, reference=each.reference))


def _amounts_of(posting_id: UUID) -> dict[Place, int]:
    query = (
        select(LedgerAccount.kind, LedgerAccount.holder, LedgerAccount.currency, Entry.amount)
        .join(LedgerAccount, LedgerAccount.id == Entry.account_id)
        .where(Entry.posting_id == posting_id)
    )
    rows = session().execute(query)
    return {Place(Account(kind, holder), currency): amount for kind, holder, currency, amount in rows}
