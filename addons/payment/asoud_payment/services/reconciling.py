"""What we and a gateway say of the same days: each payment is asked for, and differences are findings."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from addon_sdk import ListArgs, NotFound, Page, ValidationFailed, now, paginate, session, transaction
from asoud_payment.hookspecs import Gateway, Outcome, Standing
from asoud_payment.models import Attempt, AttemptState, Payment, Reconciliation, Refund, RefundState
from asoud_payment.services.registry import account_of, gateway_of

_MOST_FINDINGS = 100
_STEP = 200


@transaction
def begin(gateway: str, since: datetime, until: datetime) -> Reconciliation:
    """Have a gateway's days looked at by a worker. Raises ValidationFailed for a gateway that there isn't."""
    from asoud_payment.jobs import reconcile  # a job calls this module

    if gateway_of(gateway) is None:
        raise ValidationFailed.unknown("gateway")
    made = Reconciliation(gateway=gateway, since=since, until=until)
    session().add(made)
    session().flush()
    reconcile.enqueue(reconciliation_id=str(made.id))
    return made


def run(reconciliation_id: UUID) -> None:
    """Ask the gateway for each payment of that time, and write down where it says something else."""
    made = get_reconciliation(reconciliation_id)
    gateway = gateway_of(made.gateway)
    if gateway is None or made.ended_at is not None:
        return
    totals = {"payments": 0, "captured": 0, "refunded": 0, "fees": 0}
    findings: list[dict[str, Any]] = []
    query = (
        select(Attempt, Payment)
        .join(Payment, Payment.id == Attempt.payment_id)
        .where(Attempt.gateway == made.gateway, Attempt.state == AttemptState.PAID)
        .where(Attempt.paid_at >= made.since, Attempt.paid_at < made.until)
        .order_by(Attempt.id)
        .limit(_STEP)
    )
    rows = session().execute(query).all()
    while rows:
        for attempt, payment in rows:
            given = _given_back(attempt.id)
            totals["payments"] += 1
            totals["captured"] += payment.amount.amount
            totals["refunded"] += given
            totals["fees"] += attempt.fee
            findings += _compare(gateway, attempt, payment, given)
        rows = session().execute(query.where(Attempt.id > rows[-1][0].id)).all()
    _end(made, totals, findings)


def _given_back(attempt_id: UUID) -> int:
    query = select(func.coalesce(func.sum(Refund.amount_amount), 0))
    return int(session().scalar(query.where(Refund.attempt_id == attempt_id, Refund.state == RefundState.DONE)) or 0)


def _compare(gateway: Gateway, attempt: Attempt, payment: Payment, given: int) -> list[dict[str, Any]]:
    account = account_of(payment)
    if account is None or attempt.authority is None:
        return [_finding("account", payment.id, "account", "none")]
    answer = gateway.inquire(account, attempt.authority)
    if answer.outcome is not Outcome.OK or answer.standing is None:
        return [_finding("no_answer", payment.id, "answer", answer.code or answer.outcome.value)]
    expected = Standing.REVERSED if attempt.is_reversed else Standing.VERIFIED
    if answer.standing is not expected:
        return [_finding("standing", payment.id, expected.value, answer.standing.value)]
    if attempt.is_reversed:
        return []
    theirs = gateway.refunded(account, attempt.reference or "")
    if theirs is not None and theirs != given:
        return [_finding("refunded", payment.id, str(given), str(theirs))]
    return []


def _finding(rule: str, payment_id: UUID, expected: str, found: str) -> dict[str, str]:
    return {"rule": rule, "payment_id": str(payment_id), "expected": expected, "found": found}


@transaction
def _end(made: Reconciliation, totals: dict[str, int], findings: list[dict[str, Any]]) -> None:
    for name, total in totals.items():
        setattr(made, name, total)
    made.findings, made.ended_at = findings[:_MOST_FINDINGS], now()


def get_reconciliation(reconciliation_id: UUID) -> Reconciliation:
    """One. Raises NotFound."""
    found = session().get(Reconciliation, reconciliation_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def list_reconciliations(args: ListArgs) -> Page:
    """A page of them, the latest first."""
    return paginate(select(Reconciliation), args)
