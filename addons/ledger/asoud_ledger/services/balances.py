"""Balances, each by one indexed read, however many entries there are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from addon_sdk import Money, session
from asoud_ledger.chart import Account
from asoud_ledger.models import Entry, LedgerAccount
from asoud_ledger.services.accounts import Place, existing


def balance(of: Account, currency: str) -> Money:
    """What an account holds now, as its own side counts it; zero for one without postings."""
    return balances([of], currency)[of]


def balances(of: Iterable[Account], currency: str) -> dict[Account, Money]:
    """What several accounts hold now, by one statement."""
    wanted = list(of)
    found = existing(Place(each, currency) for each in wanted)
    zero = Money(0, currency)
    return {each: found[place].held if (place := Place(each, currency)) in found else zero for each in wanted}


def balance_at(of: Account, currency: str, at: datetime) -> Money:
    """What an account held at a moment, postings of that moment included."""
    # A subquery for one account is answered from the end of its index; a join would sort all of its entries.
    last = (
        select(Entry.balance)
        .where(Entry.account_id == LedgerAccount.id, Entry.posted_at <= at)
        .order_by(Entry.posted_at.desc(), Entry.sequence.desc())
        .limit(1)
        .scalar_subquery()
    )
    whose = (LedgerAccount.kind == of.kind, LedgerAccount.holder == of.holder, LedgerAccount.currency == currency)
    return Money(session().scalar(select(LedgerAccount.sign * last).where(*whose)) or 0, currency)
