"""Accounts: opened by their first posting, and locked in one order by all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Select, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from addon_sdk import new_id, now, session
from asoud_ledger.chart import CHART, Account, AccountKind, HolderType
from asoud_ledger.hookspecs import account_kinds
from asoud_ledger.models import LedgerAccount


class Place(NamedTuple):
    """An account in one currency."""

    account: Account
    currency: str


def kind_named(name: str) -> AccountKind:
    """A kind of the chart, ours or another addon's. Raises ValueError for one that there is not."""
    found = CHART.get(name)
    if found is None:
        found = next((kind for kinds in account_kinds() for kind in kinds if kind.name == name), None)
    if found is None:
        raise ValueError(f"There is no kind of account {name!r}; declare it by the hook ledger.account_kinds.")
    return found


def locked(places: Iterable[Place]) -> dict[Place, LedgerAccount]:
    """These accounts, locked for the rest of the transaction; opened where there are none yet.

    Everybody locks in the order of their ids, so that no two wait for each other in a circle. Raises ValueError for a
    kind that isn't in the chart, or a holder that doesn't fit it.
    """
    wanted = set(places)
    query = _these(wanted).order_by(LedgerAccount.id).with_for_update().execution_options(populate_existing=True)
    found = _by_place(session().scalars(query))
    if missing := wanted - found.keys():
        _open(missing)
        found = _by_place(session().scalars(query))
    return found


def existing(places: Iterable[Place]) -> dict[Place, LedgerAccount]:
    """Those of these accounts that have been opened, as they are now."""
    return _by_place(session().scalars(_these(places).execution_options(populate_existing=True)))


def _these(places: Iterable[Place]) -> Select[tuple[LedgerAccount]]:
    keys = tuple_(LedgerAccount.kind, LedgerAccount.holder, LedgerAccount.currency)
    return select(LedgerAccount).where(keys.in_([(*place.account, place.currency) for place in places]))


def _by_place(found: Iterable[LedgerAccount]) -> dict[Place, LedgerAccount]:
    return {Place(Account(each.kind, each.holder), each.currency): each for each in found}


def _open(places: Iterable[Place]) -> None:
    """Of two that open the same account at once, one does."""
    rows = [_new(place) for place in sorted(places)]
    dialect = postgresql if session().get_bind().dialect.name == "postgresql" else sqlite
    session().execute(dialect.insert(LedgerAccount).on_conflict_do_nothing(), rows)


def _new(place: Place) -> Mapping[str, object]:
    kind = kind_named(place.account.kind)
    if bool(place.account.holder) == (kind.holder is HolderType.PLATFORM):
        raise ValueError(f"{kind.name}: an account of this kind belongs to a {kind.holder.value}; name its holder so.")
    return {
        "id": new_id(),
        "kind": kind.name,
        "holder": place.account.holder,
        "holder_type": kind.holder,
        "currency": place.currency,
        "sign": kind.type.sign,
        "may_overdraw": kind.may_overdraw,
        "balance": 0,
        "sequence": 0,
        "created_at": now(),
        "updated_at": now(),
    }
