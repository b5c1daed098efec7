"""The payer goes to the gateway: it is asked for an authority outside of any transaction, each try on record."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sqlalchemy import select

from addon_sdk import NotFound, now, platform, report_problem, session, transaction
from asoud_payment.hookspecs import Account, Answer, Ask, Gateway, Outcome, Share
from asoud_payment.models import OPEN, Attempt, AttemptState, Payment, Source, Split, State
from asoud_payment.problems import MethodUnavailable, NothingDue, NotStarted, StartRunning
from asoud_payment.services.access import fresh, locked
from asoud_payment.services.inbox import keep_answer
from asoud_payment.services.registry import account_of, due_of, gateway_of
from asoud_payment.services.states import move

_REQUEST_TAKES = timedelta(seconds=60)
_LEFT_TO_PAY = timedelta(minutes=5)
FIRST_CHECK = timedelta(minutes=2)
NEEDS_A_PERSON = (Outcome.CONFIG, Outcome.BUG, Outcome.ALARM, Outcome.VENDOR)


class _Try(NamedTuple):
    payment: Payment
    attempt: Attempt
    gateway: Gateway
    account: Account


def start(pay_key: str) -> str:
    """Where the payer's browser goes now: to the gateway, or back when it is decided already.

    Raises NotFound, NothingDue, MethodUnavailable, StartRunning, NotStarted.
    """
    begun = _begin(pay_key)
    if isinstance(begun, str):
        return begun
    payment, attempt, gateway, account = begun
    answer = gateway.request(account, _ask(payment, gateway))
    keep_answer(Source.REQUEST, gateway.name, answer, authority=answer.authority or None, attempt_id=attempt.id)
    if answer.outcome is not Outcome.OK:
        _not_started(attempt, answer)
        raise NotStarted
    _started(attempt, answer)
    return gateway.start_url(account, answer.authority)


@transaction
def _begin(pay_key: str) -> _Try | str:
    found = session().scalar(select(Payment.id).where(Payment.pay_key == pay_key))
    if found is None:
        raise NotFound
    payment = locked(found)
    gateway, account = gateway_of(payment.method), account_of(payment)
    if payment.state not in OPEN:
        return back_url(payment)
    if gateway is None or account is None or not gateway.is_ready(account):
        raise MethodUnavailable
    due = due_of(payment.kind, payment.payable_id, None)
    if due is None or due.amount != payment.amount:
        raise NothingDue
    query = select(Attempt).where(Attempt.payment_id == payment.id).order_by(Attempt.id.desc()).limit(1)
    last = session().scalar(query.execution_options(populate_existing=True))
    if last is not None and last.authority and last.state in (AttemptState.PENDING, AttemptState.UNKNOWN):
        if now() - last.created_at < timedelta(seconds=gateway.lives_for) - _LEFT_TO_PAY:
            return gateway.start_url(account, last.authority)
    elif last is not None and last.state is AttemptState.REQUESTING and now() - last.created_at < _REQUEST_TAKES:
        raise StartRunning
    attempt = Attempt(
        payment_id=payment.id,
        gateway=gateway.name,
        state=AttemptState.REQUESTING,
        next_check_at=now() + _REQUEST_TAKES,
    )
    session().add(attempt)
    session().flush()
    return _Try(payment, attempt, gateway, account)


def _ask(payment: Payment, gateway: Gateway) -> Ask:
    splits = session().scalars(select(Split).where(Split.payment_id == payment.id).order_by(Split.id))
    return Ask(
        amount=payment.amount,
        description=payment.title,
        callback_url=f"{_site()}/api/v1/payment/callbacks/{gateway.name}",
        order_id=str(payment.id),
        shares=[Share(split.amount, split.reference, split.market_id, split.sheba) for split in splits],
    )


@transaction
def _started(attempt: Attempt, answer: Answer) -> None:
    payment = locked(attempt.payment_id)
    attempt = fresh(attempt.id)
    attempt.authority, attempt.state = answer.authority, AttemptState.PENDING
    attempt.next_check_at = now() + FIRST_CHECK
    if payment.state is State.CREATED:
        move(payment, State.PENDING)


@transaction
def _not_started(attempt: Attempt, answer: Answer) -> None:
    """Nobody knows the authority of a lost answer, so nobody can pay it: the attempt is over, the payment goes on."""
    locked(attempt.payment_id)
    attempt = fresh(attempt.id)
    attempt.state, attempt.code, attempt.message = AttemptState.FAILED, answer.code, answer.message[:300]
    if answer.outcome in NEEDS_A_PERSON:
        report_problem("payment", "gateway", f"{attempt.gateway} {answer.code}", answer.message, "error")


def back_url(payment: Payment) -> str:
    """Where the payer returns to, told which payment and how it stands."""
    parts = urlsplit(payment.return_url or f"{_site()}/api/v1/payment/payments/{payment.id}")
    query = [
        *parse_qsl(parts.query, keep_blank_values=True),
        ("payment", str(payment.id)),
        ("state", payment.state.value),
    ]
    return urlunsplit(parts._replace(query=urlencode(query)))


def pay_url(payment: Payment) -> str | None:
    """Where the payer goes to pay; None when there is nothing to do."""
    if payment.state not in OPEN or gateway_of(payment.method) is None:
        return None
    return f"{_site()}/api/v1/payment/pay/{payment.pay_key}"


def _site() -> str:
    return platform.settings.public_url.rstrip("/")
