"""Recovery codes: each stands in once for a lost authenticator app."""

from __future__ import annotations

import secrets
from uuid import UUID

from sqlalchemy import delete, func, select, update

from addon_sdk import now, session, transaction
from addon_sdk.identity import keyed_hash
from asoud_users.models import Credential, RecoveryCode
from asoud_users.problems import NoApp

CODES = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and digits that look alike."""
LENGTH = 10
"""Letters of a code, about 49 bits."""


@transaction
def make_codes(user_id: UUID) -> list[str]:
    """New codes in the place of all that there were; only this answer knows them. Raises `NoApp` without an app."""
    confirmed = select(Credential.id).where(Credential.user_id == user_id, Credential.totp_confirmed_at.is_not(None))
    if session().scalar(confirmed.with_for_update()) is None:  # locked: of two at once the later one's codes count
        raise NoApp
    forget_codes(user_id)
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(CODES)]
    session().add_all(RecoveryCode(user_id=user_id, code_hash=_hash(user_id, code)) for code in codes)
    half = LENGTH // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def codes_left(user_id: UUID) -> int:
    """How many codes were not used yet."""
    unused = select(func.count()).select_from(RecoveryCode)
    return session().scalar(unused.where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))) or 0


@transaction
def use_up(user_id: UUID, code: str) -> bool:
    """Whether this is one of the user's codes that was not used yet; it is used from now on."""
    statement = (
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == _hash(user_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now())
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    )
    return session().execute(statement).first() is not None


@transaction
def forget_codes(user_id: UUID) -> None:
    """Delete the user's codes, used or not."""
    session().execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def _hash(user_id: UUID, code: str) -> str:
    return keyed_hash("recovery-code", f"{user_id}:{code}")
