"""Commands under ``asoud ledger``."""

from __future__ import annotations

import json
from datetime import datetime

import click
from rich.console import Console
from rich.table import Table

from addon_sdk import Money, OperatorError, command
from asoud_ledger.services import proving, reading


@command("prove")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def prove(as_json: bool) -> None:
    """Prove that all postings sum to zero and all balances are right; exit with 1 when they aren't."""
    proof = proving.prove()
    if as_json:
        said = {"id": str(proof.id), "is_good": proof.is_good, "accounts": proof.accounts, "postings": proof.postings}
        click.echo(json.dumps({**said, "findings": proof.findings}))
    else:
        click.echo(f"{proof.postings} postings and {proof.accounts} accounts looked at.")
        _show(proof.findings)
    if not proof.is_good:
        raise OperatorError(f"The books are wrong; see GET /api/v1/ledger/proofs/{proof.id}.")


@command("balances")
@click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]), help="Moment, such as 2026-01-31T00:00:00Z.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def balances(at: datetime | None, as_json: bool) -> None:
    """Tell what all accounts of each kind hold together, now or at a moment."""
    rows = reading.trial_balance(at)
    if as_json:
        click.echo(json.dumps([{**row, "balance": _plain(row["balance"])} for row in rows]))
        return
    table = Table("account", "side", "balance", "currency", "accounts")
    for row in rows:
        money = row["balance"]
        table.add_row(row["kind"], row["side"], f"{money.amount:,}", money.currency, str(row["accounts"]))
    Console().print(table)


def _plain(money: Money) -> dict[str, object]:
    return {"amount": money.amount, "currency": money.currency}


def _show(findings: list[dict[str, object]]) -> None:
    if not findings:
        return
    table = Table("rule", "of", "expected", "found")
    for finding in findings:
        table.add_row(*(str(finding[name]) for name in ("rule", "of", "expected", "found")))
    Console(stderr=True).print(table)
