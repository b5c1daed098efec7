"""All users, for staff."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from asoud_iran.schemas import Mobile
from sqlalchemy import select

from addon_sdk import AnyOf, Blueprint, ListArgs, ListQuery, Page, get_readable, paginate, requires, scoped
from addon_sdk.identity import revoke_session, revoke_sessions
from asoud_users.models import User
from asoud_users.schemas import AccountSchema, BlockSchema, LoginAttemptSchema, SessionSchema
from asoud_users.services import accounts
from asoud_users.views.sessions import ATTEMPTS, LoginAttemptQuery, SessionQuery, sessions_of

blp = Blueprint("users_accounts", description="All users, for staff.")


class AccountQuery(ListQuery):
    """How to list users."""

    mobile = AnyOf(Mobile(), User.mobile)

    class Meta:
        """Newest first."""

        model = User
        sort = {"created_at": User.created_at, "last_name": User.last_name}  # noqa: RUF012 - read like any Meta
        default_sort = "-created_at"


@blp.get("/accounts")
@requires("users.read")
@blp.arguments(AccountQuery, location="query")
@blp.page(AccountSchema)
def list_accounts(query: ListArgs) -> Page:
    """List users."""
    return paginate(scoped(select(User), User), query)


@blp.get("/accounts/<uuid:user_id>")
@requires("users.read")
@blp.response(200, AccountSchema)
def get_account(user_id: UUID) -> User:
    """Show a user."""
    return get_readable(User, user_id)


@blp.put("/accounts/<uuid:user_id>/block")
@requires("users.read", "users.block")
@blp.arguments(BlockSchema)
@blp.response(200, AccountSchema)
def block_account(data: dict[str, Any], user_id: UUID) -> User:
    """Keep a user out and end his sessions."""
    return accounts.block(user_id, data["because"])


@blp.delete("/accounts/<uuid:user_id>/block")
@requires("users.read", "users.block")
@blp.response(200, AccountSchema)
def unblock_account(user_id: UUID) -> User:
    """Let a blocked user in again."""
    return accounts.unblock(user_id)


@blp.get("/accounts/<uuid:user_id>/sessions")
@requires("users.read")
@blp.arguments(SessionQuery, location="query")
@blp.page(SessionSchema)
def list_account_sessions(query: ListArgs, user_id: UUID) -> Page:
    """List a user's sessions."""
    return sessions_of(get_readable(User, user_id).id, query)


@blp.delete("/accounts/<uuid:user_id>/sessions")
@requires("users.read", "users.block")
@blp.response(204)
def revoke_account_sessions(user_id: UUID) -> None:
    """End all sessions of a user."""
    revoke_sessions(get_readable(User, user_id).id, because="staff")


@blp.delete("/accounts/<uuid:user_id>/sessions/<uuid:session_id>")
@requires("users.read", "users.block")
@blp.response(204)
def revoke_account_session(user_id: UUID, session_id: UUID) -> None:
    """End one session of a user."""
    revoke_session(session_id, user_id=get_readable(User, user_id).id, because="staff")


@blp.get("/accounts/<uuid:user_id>/logins")
@requires("users.read")
@blp.arguments(LoginAttemptQuery, location="query")
@blp.page(LoginAttemptSchema)
def list_account_logins(query: ListArgs, user_id: UUID) -> Page:
    """List attempts to log in as a user."""
    return paginate(ATTEMPTS, query, {"user_id": get_readable(User, user_id).id})
