"""Logging in, proving again who one is, and changing the number that one logs in by."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from addon_sdk import Principal, Problem, now, publish, session, transaction
from addon_sdk.identity import (
    SUCCEEDED,
    TokenPair,
    confirm_session,
    count_use,
    granted_roles,
    open_session,
    record_attempt,
    refresh_session,
    revoke_sessions,
)
from addon_sdk.preferences import setting
from asoud_users.events import LoggedIn, MobileChanged
from asoud_users.limits import PASSWORDS_OF_MOBILE
from asoud_users.models import CodePurpose, User
from asoud_users.problems import CodeRefused, LoginRefused, MobileTaken, UserBlocked
from asoud_users.services import staff
from asoud_users.services.accounts import get_user, user_by_mobile, user_for_mobile
from asoud_users.services.codes import check_code, mobile_of, request_code, use_code


@dataclass(frozen=True, slots=True)
class Device:
    """From where somebody calls, for his list of sessions and his login history."""

    name: str = ""
    address: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class Login:
    """What a successful login gives."""

    user: User
    tokens: TokenPair
    is_new: bool


def request_login(mobile: str) -> UUID:
    """Send a login code to ``mobile``, known or not; returns the request's id. Raises what `request_code` does."""
    return request_code(mobile, CodePurpose.LOGIN)


def login_with_code(request_id: UUID, code: str, device: Device, *, totp: str | None = None) -> Login:
    """Log in, or sign up, by the code that was sent.

    Raises `CodeRefused`, `UserBlocked`, and for staff with an authenticator app `TotpRequired` or `LoginRefused`.
    """
    with _recorded(mobile_of(request_id) or str(request_id), "code", device):
        mobile = check_code(request_id, code, CodePurpose.LOGIN).mobile
        known = user_by_mobile(mobile)
        if known is None and not setting("sign_up"):
            raise CodeRefused
        if known is not None:
            staff.demand_totp(staff.credential_of(known.id), totp)
        with transaction():
            use_code(request_id)
            user, is_new = user_for_mobile(mobile)
            return _open(user, device, "code", is_new=is_new)


def login_with_password(mobile: str, password: str, totp: str, device: Device) -> Login:
    """Log a member of staff in by password and authenticator app.

    Raises `LoginRefused` whatever is wrong, `UserBlocked`, and TooManyRequests for the number.
    """
    count_use(PASSWORDS_OF_MOBILE.key, mobile)
    with _recorded(mobile, "password", device):
        user = user_by_mobile(mobile)
        credential = staff.credential_of(user.id) if user else None
        right = staff.password_is_right(credential, password)
        if user is None or not right or not staff.has_totp(credential) or not granted_roles(user.id):
            raise LoginRefused
        staff.demand_totp(credential, totp)
        return _open(user, device, "password", is_new=False)


@transaction
def _open(user: User, device: Device, method: str, *, is_new: bool) -> Login:
    if user.blocked_at is not None:
        raise UserBlocked
    tokens = open_session(user.id, device=device.name, address=device.address, user_agent=device.user_agent)
    user.last_login_at = now()
    _record(user.mobile or "", method, device, SUCCEEDED, user.id)
    publish(LoggedIn(user_id=user.id, session_id=tokens.session_id, method=method))
    return Login(user, tokens, is_new)


def refresh(refresh_token: str, device: Device) -> TokenPair:
    """New tokens for a refresh token, which is used up. Raises RefreshTokenRefused, SessionEnded."""
    return refresh_session(refresh_token, address=device.address, user_agent=device.user_agent)


def request_reauthentication(user_id: UUID) -> UUID:
    """Send a code to the user's own number; returns the request's id. Raises what `request_code` does."""
    return request_code(get_user(user_id).mobile or "", CodePurpose.REAUTHENTICATION, user_id=user_id)


def reauthenticate_with_code(
    principal: Principal, request_id: UUID, code: str, device: Device, *, totp: str | None = None
) -> TokenPair:
    """Prove again who one is, by a code; the tokens say when. Raises what `login_with_code` does."""
    user_id, session_id = _logged_in(principal)
    with _recorded(get_user(user_id).mobile or "", "code", device, user_id):
        check_code(request_id, code, CodePurpose.REAUTHENTICATION, user_id=user_id)
        staff.demand_totp(staff.credential_of(user_id), totp)
        with transaction():
            use_code(request_id)
            return confirm_session(session_id)


def reauthenticate_with_password(principal: Principal, password: str, totp: str, device: Device) -> TokenPair:
    """The same by password and authenticator app. Raises `LoginRefused`, and TooManyRequests for the number."""
    user_id, session_id = _logged_in(principal)
    mobile = get_user(user_id).mobile or ""
    count_use(PASSWORDS_OF_MOBILE.key, mobile)
    with _recorded(mobile, "password", device, user_id):
        credential = staff.credential_of(user_id)
        if not staff.password_is_right(credential, password) or not staff.has_totp(credential):
            raise LoginRefused
        staff.demand_totp(credential, totp)
        return confirm_session(session_id)


def request_mobile_change(user_id: UUID, mobile: str) -> UUID:
    """Send a code to the number that the user wants to log in by; returns the request's id."""
    return request_code(mobile, CodePurpose.MOBILE_CHANGE, user_id=user_id)


def change_mobile(principal: Principal, request_id: UUID, code: str) -> User:
    """Log in by another number from now on; all other sessions end. Raises `CodeRefused`, `MobileTaken`."""
    user_id, session_id = _logged_in(principal)
    mobile = check_code(request_id, code, CodePurpose.MOBILE_CHANGE, user_id=user_id).mobile
    with transaction():
        use_code(request_id)
        user = get_user(user_id)
        try:
            with transaction(nested=True):
                user.mobile = mobile
                session().flush()
        except IntegrityError:
            raise MobileTaken from None
        revoke_sessions(user_id, but=session_id, because="mobile_changed")
        publish(MobileChanged(user_id=user_id))
    return user


def _logged_in(principal: Principal) -> tuple[UUID, UUID]:
    if principal.user_id is None or principal.session_id is None:
        raise LoginRefused
    return principal.user_id, principal.session_id


@contextmanager
def _recorded(identifier: str, method: str, device: Device, user_id: UUID | None = None) -> Iterator[None]:
    """Record a refusal by its problem's name, after what it undid."""
    try:
        yield
    except Problem as problem:
        user = user_by_mobile(identifier) if user_id is None and identifier.startswith("+") else None
        outcome = problem.code.rpartition(".")[2]
        _record(identifier, method, device, outcome, user.id if user else user_id)
        raise


def _record(identifier: str, method: str, device: Device, outcome: str, user_id: UUID | None) -> None:
    record_attempt(
        identifier=identifier,
        method=method,
        outcome=outcome,
        user_id=user_id,
        address=device.address,
        user_agent=device.user_agent,
    )
