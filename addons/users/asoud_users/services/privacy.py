"""A user's right to take his data along, and to be forgotten."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, or_, select

from addon_sdk import Model, NotFound, now, platform, publish, session, transaction
from addon_sdk.identity import (
    attempts_of,
    forget_attempts,
    forget_sessions,
    granted_roles,
    list_sessions,
    withdraw_all_roles,
)
from asoud_users.events import Erased
from asoud_users.hookspecs import erase as erase_hook
from asoud_users.hookspecs import personal_data
from asoud_users.models import (
    BankAccount,
    BankCard,
    Colleague,
    Credential,
    Document,
    LoginCode,
    OutboxMessage,
    Profile,
    RecoveryCode,
    User,
)
from asoud_users.services.accounts import get_user

_EXPORTED: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "profile": (Profile, ("national_code", "birth_date", "address", "picture_id")),
    "documents": (Document, ("id", "title", "file_id", "status", "review_note", "created_at")),
    "colleagues": (Colleague, ("mobile", "name", "created_at")),
    "bank_accounts": (BankAccount, ("sheba", "bank", "holder", "account_number", "branch_name", "description")),
    "bank_cards": (BankCard, ("bin", "last_four", "bank", "holder")),
}
_USER = ("id", "mobile", "first_name", "last_name", "email", "language", "created_at", "last_login_at")
_SESSION = ("device", "address", "user_agent", "created_at", "last_seen_at")
_ATTEMPT = ("method", "outcome", "address", "user_agent", "created_at")


def export(user_id: UUID) -> dict[str, Any]:
    """Everything that the platform and its addons know of a user, by section, as JSON values."""
    user = get_user(user_id)
    found: dict[str, Any] = {"user": {**_picked(user, _USER), **_extensions(user)}}
    for section, (model, names) in _EXPORTED.items():
        found[section] = [_picked(row, names) for row in session().scalars(_of(model, user_id))]
    found["roles"] = granted_roles(user_id)
    found["sessions"] = [_picked(row, _SESSION) for row in list_sessions(user_id)]
    found["logins"] = [_picked(row, _ATTEMPT) for row in attempts_of(user_id, limit=1000)]
    found.update(personal_data(user_id=user_id))
    return found


def _picked(row: Model, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _extensions(user: User) -> dict[str, Any]:
    """The columns that other addons have added to the user."""
    added = [column.key for column in User.__mapper__.columns if column.info.get("owner") != "users"]
    return {name: getattr(user, name) for name in added}


def _of(model: Any, user_id: UUID) -> Select[Any]:
    return select(model).where(model.user_id == user_id).order_by(model.created_at)


@transaction
def erase(user_id: UUID) -> None:
    """Erase a user: his id remains, and nothing that says who he was.

    Every addon erases its own part in the same transaction through the hook ``users.erase``, or refuses. Raises what it
    raises, and Conflict for the last administrator.
    """
    user = get_user(user_id)
    mobile = user.mobile
    if mobile is None:
        raise NotFound
    erase_hook(user_id=user_id)
    withdraw_all_roles(user_id)
    _release_files(user_id)
    for model in (Document, Colleague, BankAccount, BankCard, Credential, RecoveryCode, Profile):
        session().execute(delete(model).where(model.user_id == user_id))
    codes = or_(LoginCode.user_id == user_id, LoginCode.mobile == mobile)
    session().execute(delete(LoginCode).where(codes))
    session().execute(delete(OutboxMessage).where(OutboxMessage.mobile == mobile))
    session().execute(delete(Colleague).where(Colleague.mobile == mobile))
    forget_sessions(user_id)
    forget_attempts(user_id)
    user.mobile, user.email, user.blocked_because = None, None, None
    user.first_name = user.last_name = ""
    user.erased_at = now()
    publish(Erased(user_id=user_id))


def _release_files(user_id: UUID) -> None:
    pictures = select(Profile.picture_id).where(Profile.user_id == user_id, Profile.picture_id.is_not(None))
    documents = select(Document.file_id).where(Document.user_id == user_id)
    for file_id in [*session().scalars(documents), *session().scalars(pictures)]:
        if file_id is not None:
            platform.files.release(file_id)
