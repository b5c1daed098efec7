"""One's own sessions and login history."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from sqlalchemy import bindparam, select

from addon_sdk import Blueprint, ListArgs, ListQuery, Page, authenticated, current_principal, now, paginate
from addon_sdk.identity import LIVING_SESSIONS, LoginAttempt, LoginSession, revoke_session, revoke_sessions
from asoud_users.schemas import LoginAttemptSchema, SessionSchema
from asoud_users.views.caller import caller_id

blp = Blueprint("users_sessions", description="Sessions and login history.")

ATTEMPTS = select(LoginAttempt).where(LoginAttempt.user_id == bindparam("user_id"))


class LoginAttemptQuery(ListQuery):
    """How to list attempts to log in."""

    class Meta:
        """Newest first."""

        model = LoginAttempt


class SessionQuery(ListQuery):
    """How to list sessions."""

    class Meta:
        """The last used first."""

        model = LoginSession
        sort: ClassVar = {"last_seen_at": LoginSession.last_seen_at}
        default_sort = "-last_seen_at"


def sessions_of(user_id: UUID, query: ListArgs) -> Page:
    """The living sessions of a user, with a mark at the caller's own."""
    current = current_principal().session_id
    names = ("id", "device", "address", "user_agent", "created_at", "last_seen_at", "expires_at")
    page = paginate(LIVING_SESSIONS, query, {"user_id": user_id, "moment": now()})
    rows = ({**{name: getattr(row, name) for name in names}, "is_current": row.id == current} for row in page.items)
    return Page(list(rows), page.next)


@blp.get("/sessions")
@authenticated
@blp.arguments(SessionQuery, location="query")
@blp.page(SessionSchema)
def list_my_sessions(query: ListArgs) -> Page:
    """List my sessions, the last used first."""
    return sessions_of(caller_id(), query)


@blp.delete("/sessions")
@authenticated
@blp.response(204)
def revoke_other_sessions() -> None:
    """End all my sessions but this one."""
    revoke_sessions(caller_id(), but=current_principal().session_id)


@blp.delete("/sessions/current")
@authenticated
@blp.response(204)
def logout() -> None:
    """Log out: end this session."""
    session_id = current_principal().session_id
    if session_id is not None:
        revoke_session(session_id, user_id=caller_id())


@blp.delete("/sessions/<uuid:session_id>")
@authenticated
@blp.response(204)
def revoke_my_session(session_id: UUID) -> None:
    """End one of my sessions."""
    revoke_session(session_id, user_id=caller_id(), because="revoked")


@blp.get("/me/logins")
@authenticated
@blp.arguments(LoginAttemptQuery, location="query")
@blp.page(LoginAttemptSchema)
def list_my_logins(query: ListArgs) -> Page:
    """List attempts to log in as me, the newest first."""
    return paginate(ATTEMPTS, query, {"user_id": caller_id()})
