"""The record of who tried to log in, from where and with what outcome."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, func, select, update

from kernel.clock import now
from kernel.crypto import keyed_hash
from kernel.db import session, transaction
from kernel.identity.models import LoginAttempt

KEEP = timedelta(days=365)
"""How long attempts are kept."""

SUCCEEDED = "succeeded"
"""The outcome of a login; every other outcome is a failure and says which."""


def _hash(identifier: str) -> str:
    return keyed_hash("login_identifier", identifier)


@transaction
def record_attempt(
    *,
    identifier: str,
    method: str,
    outcome: str,
    user_id: UUID | None = None,
    address: str = "",
    user_agent: str = "",
) -> None:
    """Record one attempt. ``identifier`` is what the caller gave as his name; only a keyed hash of it is stored.

    ``method`` is ``code``, ``password`` or ``totp``; ``outcome`` is `SUCCEEDED` or the name of the failure.
    Call it outside the transaction of an attempt that fails, or it goes with it.
    """
    session().add(
        LoginAttempt(
            user_id=user_id,
            identifier_hash=_hash(identifier),
            method=method[:30],
            outcome=outcome[:30],
            address=address[:45],
            user_agent=user_agent[:255],
        )
    )


def attempts_of(user_id: UUID, *, limit: int = 50, before: datetime | None = None) -> Sequence[LoginAttempt]:
    """The user's attempts, newest first; ``before`` continues after the last one of a page."""
    statement = select(LoginAttempt).where(LoginAttempt.user_id == user_id)
    if before is not None:
        statement = statement.where(LoginAttempt.created_at < before)
    newest = statement.order_by(LoginAttempt.created_at.desc(), LoginAttempt.id.desc())
    return session().scalars(newest.limit(limit)).all()


def failures_since(identifier: str, since: datetime, *, method: str | None = None) -> int:
    """How many attempts with this name have failed since then, and since its last success."""
    mine = LoginAttempt.identifier_hash == _hash(identifier)
    if method is not None:
        mine = mine & (LoginAttempt.method == method)
    success = session().scalar(select(func.max(LoginAttempt.created_at)).where(mine, LoginAttempt.outcome == SUCCEEDED))
    after = max(since, success) if success is not None else since
    statement = select(func.count()).where(mine, LoginAttempt.created_at > after, LoginAttempt.outcome != SUCCEEDED)
    return session().scalar(statement) or 0


@transaction
def forget_user(user_id: UUID) -> None:
    """Take the personal part (user, address, device) out of a user's attempts; what remains is a bare count."""
    statement = update(LoginAttempt).where(LoginAttempt.user_id == user_id)
    session().execute(statement.values(user_id=None, identifier_hash="", address="", user_agent=""))


@transaction
def purge() -> int:
    """Delete attempts older than `KEEP`; returns how many."""
    statement = delete(LoginAttempt).where(LoginAttempt.created_at < now() - KEEP)
    return cast("CursorResult[Any]", session().execute(statement)).rowcount
