"""Login sessions: opening, refreshing with rotation, listing and revoking.

A refresh raises the session's generation in one conditional UPDATE, so of two callers with the same token one wins:

    token 0 ──refresh──> token 1 ──refresh──> token 2
       └─ again within GRACE of its rotation: token 1 once more (parallel tabs, lost answers)
       └─ later, or once token 2 exists: somebody has a stolen copy, the session is revoked
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, CursorResult, bindparam, delete, select, update

from kernel.clock import now
from kernel.db import new_id, session, transaction
from kernel.errors import NotFound, SessionEnded
from kernel.identity.models import LoginSession
from kernel.identity.signals import REVOKED
from kernel.identity.tokens import RefreshClaims, TokenPair, issue, read_refresh
from kernel.runtime import platform

GRACE = timedelta(seconds=30)
"""How long the token before the present one still gets the present one: for parallel tabs, and for a client whose
answer was lost on the way and who asks again after its timeout."""
KEEP_ENDED = timedelta(days=90)
"""How long ended sessions stay in the login history."""


def _alive(moment: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return LoginSession.revoked_at.is_(None), LoginSession.expires_at > moment


LIVING_SESSIONS = select(LoginSession).where(LoginSession.user_id == bindparam("user_id"), *_alive(bindparam("moment")))
"""The sessions of ``user_id`` that neither ended nor were revoked at ``moment``; bind both."""


@transaction
def open_session(user_id: UUID, *, device: str = "", address: str = "", user_agent: str = "") -> TokenPair:
    """Log ``user_id`` in: a new session, and its first tokens. The caller has just proved who he is."""
    moment = now()
    row = LoginSession(
        id=new_id(),
        user_id=user_id,
        generation=0,
        rotated_at=moment,
        authenticated_at=moment,
        last_seen_at=moment,
        expires_at=moment + timedelta(seconds=platform.settings.refresh_token_seconds),
        device=device[:120],
        address=address[:45],
        user_agent=user_agent[:255],
    )
    session().add(row)
    return _pair(row)


def refresh(refresh_token: str, *, address: str = "", user_agent: str = "") -> TokenPair:
    """Exchange a refresh token for a new pair; the old one is used up.

    Raises `RefreshTokenRefused` for what is no refresh token, and `SessionEnded` when its session has ended or the
    token was used before; in the last case the session is revoked as well.
    """
    claims = read_refresh(refresh_token)
    pair = _rotate(claims, address, user_agent)
    if pair is None:
        raise SessionEnded
    return pair


@transaction
def _rotate(claims: RefreshClaims, address: str, user_agent: str) -> TokenPair | None:
    """The new pair, or None. Doesn't raise for an old token: that would undo the revocation."""
    moment = now()
    statement = (
        update(LoginSession)
        .where(LoginSession.id == claims.session_id, LoginSession.generation == claims.generation, *_alive(moment))
        .values(
            generation=claims.generation + 1,
            rotated_at=moment,
            last_seen_at=moment,
            expires_at=moment + timedelta(seconds=platform.settings.refresh_token_seconds),
            address=address[:45],
            user_agent=user_agent[:255],
        )
        .execution_options(synchronize_session=False)
    )
    rotated = _changed(statement) == 1
    row = session().get(LoginSession, claims.session_id, populate_existing=True)
    if row is None or row.revoked_at is not None or row.expires_at <= moment:
        return None
    if rotated or (row.generation == claims.generation + 1 and moment - row.rotated_at <= GRACE):
        return _pair(row)
    if claims.generation < row.generation:
        _revoke([row.id], "token_reused")
    return None


def confirm(session_id: UUID) -> TokenPair:
    """Note that the session's user has just proved again who he is; returns tokens that say so.

    The refresh token in it is equal to the present one, so parallel tabs may keep theirs.
    Raises `SessionEnded`.
    """
    moment = now()
    with transaction():
        statement = (
            update(LoginSession)
            .where(LoginSession.id == session_id, *_alive(moment))
            .values(authenticated_at=moment, last_seen_at=moment)
            .execution_options(synchronize_session=False)
        )
        if _changed(statement) != 1:
            raise SessionEnded
        return _pair(session().get_one(LoginSession, session_id, populate_existing=True))


def list_sessions(user_id: UUID) -> Sequence[LoginSession]:
    """The user's living sessions, the last used first."""
    statement = LIVING_SESSIONS.order_by(LoginSession.last_seen_at.desc(), LoginSession.id)
    return session().scalars(statement, {"user_id": user_id, "moment": now()}).all()


def revoke(session_id: UUID, *, user_id: UUID, because: str = "logout") -> None:
    """End one session of ``user_id``. Raises `NotFound` when he has no such living session."""
    if not _revoke_where(because, LoginSession.id == session_id, LoginSession.user_id == user_id):
        raise NotFound


def revoke_all(user_id: UUID, *, but: UUID | None = None, because: str = "logout_others") -> int:
    """End all sessions of ``user_id``, except ``but``; returns how many."""
    criteria = [LoginSession.user_id == user_id]
    if but is not None:
        criteria.append(LoginSession.id != but)
    return _revoke_where(because, *criteria)


@transaction
def _revoke_where(because: str, *criteria: ColumnElement[bool]) -> int:
    ids = session().scalars(select(LoginSession.id).where(*criteria, *_alive(now()))).all()
    return _revoke(ids, because)


def _revoke(ids: Sequence[UUID], because: str) -> int:
    """Mark the sessions as ended and tell every process. Call inside a transaction."""
    if not ids:
        return 0
    statement = (
        update(LoginSession)
        .where(LoginSession.id.in_(ids), LoginSession.revoked_at.is_(None))
        .values(revoked_at=now(), revoked_because=because)
        .execution_options(synchronize_session=False)
    )
    changed = _changed(statement)
    for session_id in ids:
        platform.identity.signals.send(REVOKED, str(session_id))
    return changed


def is_revoked(session_id: UUID) -> bool:
    """Whether the session was revoked, as far as this process has heard: at most a second late, without a query."""
    return platform.identity.signals.is_revoked(session_id)


@transaction
def forget_user(user_id: UUID) -> None:
    """End all sessions of a user who is being erased, and take address and device out of the old ones."""
    revoke_all(user_id, because="erased")
    statement = update(LoginSession).where(LoginSession.user_id == user_id)
    session().execute(statement.values(device="", address="", user_agent=""))


@transaction
def purge() -> int:
    """Delete sessions that ended long ago; returns how many."""
    return _changed(delete(LoginSession).where(LoginSession.expires_at < now() - KEEP_ENDED))


def _changed(statement: Any) -> int:
    return cast("CursorResult[Any]", session().execute(statement)).rowcount


def _pair(row: LoginSession) -> TokenPair:
    return issue(
        platform.settings,
        user_id=row.user_id,
        session_id=row.id,
        generation=row.generation,
        authenticated_at=row.authenticated_at,
        ends=row.expires_at,
    )
