"""Password and authenticator app: both together log staff in without a text message."""

from __future__ import annotations

from uuid import UUID

import structlog
from sqlalchemy import select, update

from addon_sdk import UndecryptableError, decrypt, encrypt, now, session, transaction
from addon_sdk.identity import (
    check_new_password,
    granted_roles,
    hash_password,
    needs_rehash,
    new_totp_secret,
    revoke_sessions,
    totp_uri,
    verify_password,
    verify_totp,
)
from addon_sdk.preferences import setting
from asoud_users.models import Credential
from asoud_users.problems import LoginRefused, NoSecondFactor, NotStaff, TotpRequired
from asoud_users.services import recovery
from asoud_users.services.accounts import get_user

log = structlog.get_logger(__name__)


def credential_of(user_id: UUID) -> Credential | None:
    """The user's password and app, or None when he never had either."""
    return session().scalar(select(Credential).where(Credential.user_id == user_id))


def demand_staff(user_id: UUID) -> None:
    """Raise `NotStaff` for a user to whom no role was granted."""
    if not granted_roles(user_id):
        raise NotStaff


@transaction
def set_password(user_id: UUID, password: str, *, keep_session: UUID | None = None) -> None:
    """Give a member of staff a password; his sessions except ``keep_session`` end.

    Raises `NotStaff`, NotFound for an unknown user, and ValidationFailed for a weak password.
    """
    demand_staff(user_id)
    check_new_password(password)
    _made(user_id).password_hash = hash_password(password)
    revoke_sessions(user_id, but=keep_session, because="password_changed")


@transaction
def remove_password(user_id: UUID) -> None:
    """Take the password away; logging in goes by code."""
    credential = credential_of(user_id)
    if credential is not None:
        credential.password_hash = None


@transaction
def begin_totp(user_id: UUID) -> tuple[str, str]:
    """Make a secret for an authenticator app; returns it and the address to show as a QR code.

    It counts once `confirm_totp` has seen a code of it; until then an app that was confirmed before goes on counting.
    Raises `NotStaff`, and NotFound for an unknown user.
    """
    demand_staff(user_id)
    secret, credential = new_totp_secret(), _made(user_id)
    credential.pending_totp_secret = encrypt(secret)
    return secret, totp_uri(secret, account=get_user(user_id).mobile or "", issuer=setting("issuer"))


@transaction
def confirm_totp(user_id: UUID, code: str) -> None:
    """Let the app count from now on; recovery codes of an earlier one end.

    Raises `NoSecondFactor` when none was begun, `LoginRefused` for a wrong code.
    """
    credential = credential_of(user_id)
    if credential is None or credential.pending_totp_secret is None:
        raise NoSecondFactor
    step = _step(credential.pending_totp_secret, code)
    if step is None:
        raise LoginRefused
    credential.totp_secret, credential.pending_totp_secret = credential.pending_totp_secret, None
    credential.totp_confirmed_at, credential.totp_step = now(), step
    recovery.forget_codes(user_id)


@transaction
def remove_totp(user_id: UUID) -> None:
    """Take the app away: a lost telephone. Password logins rest until there is another one."""
    credential = credential_of(user_id)
    if credential is not None:
        credential.totp_secret = credential.pending_totp_secret = credential.totp_confirmed_at = None
        recovery.forget_codes(user_id)


def password_is_right(credential: Credential | None, password: str) -> bool:
    """Whether the password is right; takes as long for users without one. Renews a hash that has become too weak."""
    stored = credential.password_hash if credential else None
    if not verify_password(stored, password) or credential is None or stored is None:
        return False
    if needs_rehash(stored):
        with transaction():
            credential.password_hash = hash_password(password)
    return True


def has_totp(credential: Credential | None) -> bool:
    """Whether logging in takes a code of an authenticator app too."""
    return credential is not None and credential.totp_confirmed_at is not None


def demand_totp(credential: Credential | None, code: str | None) -> None:
    """Use up a code of the user's app, if he has one, or one of his recovery codes in its place.

    Raises `TotpRequired` without a code, `LoginRefused` for one that is wrong or was used before.
    """
    if credential is None or not has_totp(credential):
        return
    if not code:
        raise TotpRequired
    if len(code) == recovery.LENGTH:
        if not recovery.use_up(credential.user_id, code):
            raise LoginRefused
        return
    step = _step(credential.totp_secret or "", code, after=credential.totp_step)
    if step is None or not _use_step(credential.id, step):
        raise LoginRefused


def _step(secret: str, code: str, *, after: int = 0) -> int | None:
    """The time step that ``code`` is of; None for a wrong one, and when the site's key no longer opens the secret."""
    try:
        return verify_totp(decrypt(secret), code, after_step=after)
    except UndecryptableError as error:
        log.error("totp_secret_unreadable", reason=str(error), mend="asoud users reset-staff-login MOBILE")
        return None


@transaction
def _use_step(credential_id: UUID, step: int) -> bool:
    statement = (
        update(Credential)
        .where(Credential.id == credential_id, Credential.totp_step < step)
        .values(totp_step=step)
        .returning(Credential.id)
        .execution_options(synchronize_session=False)
    )
    return session().execute(statement).first() is not None


def _made(user_id: UUID) -> Credential:
    credential = credential_of(user_id)
    if credential is None:
        credential = Credential(user_id=get_user(user_id).id)
        session().add(credential)
    return credential
