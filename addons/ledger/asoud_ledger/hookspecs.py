"""Hooks that this addon offers to others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from addon_sdk import Money, hookspec
from asoud_ledger.chart import Account, AccountKind


@dataclass(frozen=True, slots=True)
class ReportedBalance:
    """What somebody outside says that an account held at a moment, such as a gateway's report."""

    account: Account
    balance: Money
    """As the account's own side counts: more is more."""
    at: datetime
    source: str
    """Who says so, for the reader of the proof."""


@hookspec.collect
def account_kinds() -> Sequence[AccountKind]:
    """Kinds of accounts that an addon adds to the chart; their names begin with its own and an underscore."""


@hookspec.collect
def reported_balances() -> Sequence[ReportedBalance]:
    """What gateways and banks report, to be held against the ledger by the nightly proof."""
