"""What comes from outside is stored as it came, in a transaction of its own, before anything is made of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from addon_sdk import session, transaction
from asoud_payment.hookspecs import Answer
from asoud_payment.models import Received, Source


@transaction
def keep(
    source: Source, gateway: str, raw: dict[str, Any], *, authority: str | None = None, attempt_id: UUID | None = None
) -> None:
    """Store something that came by itself."""
    session().add(Received(source=source, gateway=gateway, authority=authority, attempt_id=attempt_id, raw=raw))


@transaction
def keep_answer(
    source: Source, gateway: str, answer: Answer, *, authority: str | None = None, attempt_id: UUID | None = None
) -> Answer:
    """Store what a gateway answered; the answer."""
    session().add(
        Received(
            source=source,
            gateway=gateway,
            authority=authority,
            attempt_id=attempt_id,
            outcome=answer.outcome.value,
            code=answer.code,
            raw=answer.raw or {},
        )
    )
    return answer
