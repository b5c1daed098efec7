"""Users: found, made, changed, blocked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError

from addon_sdk import (
    NotFound,
    Principal,
    current_language,
    get_readable,
    now,
    own,
    publish,
    readable,
    session,
    transaction,
)
from addon_sdk.identity import revoke_sessions
from asoud_users.events import Blocked, Registered, Unblocked
from asoud_users.models import Profile, User


@readable(User)
def readable_users(principal: Principal) -> ColumnElement[bool]:
    """Everybody reads himself; staff with ``users.read`` reads all."""
    return own(User.id, principal, unless="users.read")


def user_by_mobile(mobile: str) -> User | None:
    """The user with this number (E.164), or None."""
    return session().scalar(select(User).where(User.mobile == mobile))


def get_user(user_id: UUID) -> User:
    """The user, whoever asks; for code that knows that it may. Raises NotFound."""
    user = session().get(User, user_id)
    if user is None:
        raise NotFound
    return user


@transaction
def user_for_mobile(mobile: str) -> tuple[User, bool]:
    """The user with this number (E.164), made when there is none yet; and whether he is new."""
    user = user_by_mobile(mobile)
    if user is not None:
        return user, False
    try:
        with transaction(nested=True):
            user = User(mobile=mobile, language=current_language())
            session().add(user)
            session().flush()
    except IntegrityError:  # the same number logs in twice at the same moment
        return session().scalars(select(User).where(User.mobile == mobile)).one(), False
    publish(Registered(user_id=user.id))
    return user, True


@transaction
def change_user(user_id: UUID, values: dict[str, Any]) -> User:
    """Set the given fields of a user."""
    user = get_user(user_id)
    for name, value in values.items():
        setattr(user, name, value)
    session().flush()
    return user


def profile_of(user_id: UUID) -> Profile:
    """The user's profile; an empty one, not stored, when he has written none."""
    found = session().scalar(select(Profile).where(Profile.user_id == user_id))
    return found or Profile(user_id=user_id, address="")


@transaction
def change_profile(user_id: UUID, values: dict[str, Any]) -> Profile:
    """Set the given fields of a user's profile."""
    profile = profile_of(user_id)
    session().add(profile)
    for name, value in values.items():
        setattr(profile, name, value)
    session().flush()
    return profile


@transaction
def block(user_id: UUID, because: str) -> User:
    """Keep a user out: he cannot log in, and his sessions end. Raises NotFound when the caller may not read him."""
    user = get_readable(User, user_id, lock=True)
    if user.blocked_at is None:
        user.blocked_at = now()
        publish(Blocked(user_id=user_id))
    user.blocked_because = because
    revoke_sessions(user_id, because="blocked")
    return user


@transaction
def unblock(user_id: UUID) -> User:
    """Let a blocked user in again. Raises NotFound when the caller may not read him."""
    user = get_readable(User, user_id, lock=True)
    if user.blocked_at is not None:
        user.blocked_at, user.blocked_because = None, None
        publish(Unblocked(user_id=user_id))
    return user
