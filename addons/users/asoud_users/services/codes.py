"""One-time codes: asked for, tried, used once.

A code is good for one request, one purpose, two minutes and five attempts. Whoever asks learns nothing about the
number, and whoever tries learns only whether he was right.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from addon_sdk import encrypt, new_id, now, session, transaction
from addon_sdk.identity import count_use, keyed_hash
from asoud_users.jobs import send_code
from asoud_users.limits import CODE_AGAIN, CODES_OF_MOBILE
from asoud_users.models import CodePurpose, LoginCode
from asoud_users.problems import CodeRefused

LIFE = timedelta(seconds=120)
ATTEMPTS = 5
DIGITS = 6


def request_code(mobile: str, purpose: CodePurpose, *, user_id: UUID | None = None) -> UUID:
    """Send a code to ``mobile`` (E.164) soon; returns the request's id.

    Raises TooManyRequests when the number was sent too many, ServiceUnavailable when Redis, which counts, is away.
    """
    count_use(CODE_AGAIN.key, mobile)
    count_use(CODES_OF_MOBILE.key, mobile)
    code, request_id = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}", new_id()
    with transaction():
        session().add(
            LoginCode(
                id=request_id,
                purpose=purpose,
                mobile=mobile,
                user_id=user_id,
                code_hash=_hash(request_id, code),
                unsent_code=encrypt(code),
                expires_at=now() + LIFE,
            )
        )
        send_code.enqueue(request_id=str(request_id))
    return request_id


def check_code(request_id: UUID, code: str, purpose: CodePurpose, *, user_id: UUID | None = None) -> LoginCode:
    """The request that ``code`` belongs to; counts an attempt. The code is not used up: see `use_code`.

    Raises `CodeRefused` for whatever is wrong.
    """
    row = _attempt(request_id, purpose)
    right = row is not None and hmac.compare_digest(row.code_hash, _hash(request_id, code))
    if row is None or not right or row.user_id != user_id:
        raise CodeRefused
    return row


@transaction
def _attempt(request_id: UUID, purpose: CodePurpose) -> LoginCode | None:
    """Count an attempt, if the request may still be tried. Committed at once, whatever comes of it."""
    statement = (
        update(LoginCode)
        .where(
            LoginCode.id == request_id,
            LoginCode.purpose == purpose,
            LoginCode.attempts < ATTEMPTS,
            LoginCode.used_at.is_(None),
            LoginCode.expires_at > now(),
        )
        .values(attempts=LoginCode.attempts + 1)
        .returning(LoginCode.id)
        .execution_options(synchronize_session=False)
    )
    if session().execute(statement).first() is None:
        return None
    return session().get_one(LoginCode, request_id, populate_existing=True)


def mobile_of(request_id: UUID) -> str | None:
    """The number that a request's code was sent to; None for an unknown request."""
    return session().scalar(select(LoginCode.mobile).where(LoginCode.id == request_id))


@transaction
def use_code(request_id: UUID) -> None:
    """Use a checked code up. Raises `CodeRefused` when somebody else was faster."""
    statement = (
        update(LoginCode)
        .where(LoginCode.id == request_id, LoginCode.used_at.is_(None))
        .values(used_at=now(), unsent_code=None)
        .returning(LoginCode.id)
        .execution_options(synchronize_session=False)
    )
    if session().execute(statement).first() is None:
        raise CodeRefused


def _hash(request_id: UUID, code: str) -> str:
    return keyed_hash("users.code", f"{request_id}:{code}")
