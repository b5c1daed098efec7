"""What became of an attempt: the gateway is asked, outside of any transaction, and only what it says counts.

Callbacks are hints. Whoever asks at the same moment gets the same answer; under the payment's lock it counts once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from addon_sdk import NotFound, now, report_problem, session, transaction
from asoud_payment.hookspecs import Account, Answer, Gateway, Outcome, Standing
from asoud_payment.models import Attempt, AttemptState, Payment, Source, State
from asoud_payment.services.access import fresh, locked
from asoud_payment.services.inbox import keep, keep_answer
from asoud_payment.services.registry import account_of, gateway_of
from asoud_payment.services.starting import NEEDS_A_PERSON, back_url
from asoud_payment.services.states import capture, close_attempt, move

_GRACE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=6)
_LONGEST_RAW = 4000


def take_callback(gateway_name: str, query: Mapping[str, Any]) -> str:
    """A payer returns, or somebody says so; where he goes next. Raises NotFound for an authority that isn't ours."""
    gateway = gateway_of(gateway_name)
    if gateway is None:
        raise NotFound
    authority = (gateway.read_callback(query) or "")[:100]
    attempt_id = session().scalar(
        select(Attempt.id).where(Attempt.gateway == gateway_name, Attempt.authority == authority)
    )
    raw = {name[:100]: str(value)[:_LONGEST_RAW] for name, value in list(query.items())[:50]}
    keep(Source.CALLBACK, gateway_name, raw, authority=authority, attempt_id=attempt_id)
    if attempt_id is None:
        raise NotFound
    return back_url(settle(attempt_id))


def settle(attempt_id: UUID) -> Payment:
    """Ask what became of an attempt, and act on it; the payment as it is then."""
    attempt = session().get_one(Attempt, attempt_id, populate_existing=True)
    payment = session().get_one(Payment, attempt.payment_id, populate_existing=True)
    gateway, account = gateway_of(attempt.gateway), account_of(payment)
    if attempt.state is AttemptState.PAID or attempt.authority is None or gateway is None:
        return payment
    if account is None:
        _ask_again(attempt, Answer(Outcome.CONFIG, message="The market's account with the gateway is gone."))
        return payment
    answer = gateway.verify(account, attempt.authority, payment.amount)
    keep_answer(Source.VERIFY, gateway.name, answer, authority=attempt.authority, attempt_id=attempt.id)
    if answer.outcome is Outcome.OK:
        capture(attempt, reference=answer.reference, card=answer.card, fee=answer.fee)
    elif answer.outcome is Outcome.DECLINED:
        _when_declined(gateway, account, attempt, answer)
    else:
        _ask_again(attempt, answer)
    return session().get_one(Payment, payment.id, populate_existing=True)


def _when_declined(gateway: Gateway, account: Account, attempt: Attempt, declined: Answer) -> None:
    """Not paid, or not paid yet: a payer who is still at the bank may have been reported early, or by a forger."""
    assert attempt.authority is not None
    answer = gateway.inquire(account, attempt.authority)
    keep_answer(Source.INQUIRY, gateway.name, answer, authority=attempt.authority, attempt_id=attempt.id)
    ended = now() - attempt.created_at > timedelta(seconds=gateway.lives_for) + _GRACE
    if answer.outcome is Outcome.OK and answer.standing in (Standing.FAILED, Standing.REVERSED):
        close_attempt(attempt, declined.code, declined.message)
    elif answer.outcome is Outcome.OK and answer.standing is Standing.IN_BANK:
        if ended:
            close_attempt(attempt, declined.code, declined.message)
        else:
            _wait(attempt)
    elif answer.outcome is Outcome.DECLINED and ended:
        close_attempt(attempt, declined.code, declined.message)
    else:
        _ask_again(attempt, answer)


@transaction
def _wait(attempt: Attempt) -> None:
    locked(attempt.payment_id)
    attempt = fresh(attempt.id)
    _put_off(attempt)


@transaction
def _ask_again(attempt: Attempt, answer: Answer) -> None:
    """Nobody knows; the sweeper asks again, later each time."""
    payment = locked(attempt.payment_id)
    attempt = fresh(attempt.id)
    if attempt.state not in (AttemptState.PENDING, AttemptState.UNKNOWN):
        return
    attempt.state, attempt.code, attempt.message = AttemptState.UNKNOWN, answer.code, answer.message[:300]
    _put_off(attempt)
    if payment.state is State.PENDING:
        move(payment, State.UNKNOWN, answer.message)
    if answer.outcome in NEEDS_A_PERSON:
        about = f"{attempt.gateway} {attempt.authority}"
        report_problem("payment", "verify", about, f"{answer.code}: {answer.message}", "error")


def _put_off(attempt: Attempt) -> None:
    attempt.checks += 1
    attempt.next_check_at = now() + min(timedelta(minutes=2 ** min(attempt.checks, 12)), _LONGEST_PAUSE)
