"""Demo data: one payment in cash of which a part has gone back, so that staff have something to look at."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from uuid import UUID

from addon_sdk import DemoSize, Money, demo, now, session, transaction
from asoud_payment.models import Attempt, AttemptState, Payment, Refund, RefundState, Split, State
from asoud_payment.services.registry import CASH
from asoud_payment.services.states import note

_ID = UUID("01900000-0000-7000-8000-000000000001")
"""Of the payment, of what it pays for, and of a payer whom nobody knows."""


@demo()
def load(size: DemoSize, advance: Callable[[int], None]) -> None:
    """Make it, unless it is there."""
    with transaction():
        if session().get(Payment, _ID) is None:
            _make()
    advance(1)


def _make() -> None:
    def rial(amount: int) -> Money:
        return Money(amount, "IRR")

    payment = Payment(
        id=_ID,
        kind="payment.demo",
        payable_id=_ID,
        owner_id=_ID,
        amount=rial(1_500_000),
        title="سفارش نمونه",
        method=CASH,
        state=State.PARTLY_REFUNDED,
        pay_key=secrets.token_urlsafe(32),
        refunded=300_000,
        expires_at=now(),
        paid_at=now(),
    )
    session().add(payment)
    session().flush()
    attempt = Attempt(payment_id=_ID, gateway=CASH, state=AttemptState.PAID, next_check_at=now(), paid_at=now())
    session().add(attempt)
    session().add(Split(payment_id=_ID, reference="demo:1", amount=rial(1_000_000), refunded=300_000))
    session().add(Split(payment_id=_ID, reference="demo:2", amount=rial(500_000)))
    for before, after in ((None, State.PENDING), (State.PENDING, State.PAID), (State.PAID, State.PARTLY_REFUNDED)):
        note(payment, before, after)
    session().flush()
    refund = Refund(
        payment_id=_ID,
        attempt_id=attempt.id,
        amount=rial(300_000),
        share="demo:1",
        state=RefundState.DONE,
        reason="مرجوعی یک قلم",
        next_check_at=now(),
        done_at=now(),
    )
    session().add(refund)
