"""The rules; the only place that writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from asoud_users.models import User
from sqlalchemy import select, update

from addon_sdk import NotFound, emit, now, publish, session, setting, transaction
from asoud_loyalty.events import PointsChanged
from asoud_loyalty.hookspecs import award as award_hook
from asoud_loyalty.models import Entry


def balance_of(user_id: UUID) -> int:
    """How many points a user has. Raises `NotFound`."""
    balance = session().scalar(select(User.loyalty_points).where(User.id == user_id))
    if balance is None:
        raise NotFound
    return balance


def entries_of(user_id: UUID) -> Sequence[Entry]:
    """Everything a user has earned and lost, the oldest first."""
    return session().scalars(select(Entry).where(Entry.user_id == user_id).order_by(Entry.id)).all()


@transaction
def award(user_id: UUID, points: int, reason: str) -> Entry:
    """Award points, as many as the hook ``loyalty.award`` makes of them. Raises `NotFound`."""
    points = award_hook(points, user_id=user_id, reason=reason)
    return _book(user_id, points, reason, months=setting("months_valid"))


@transaction
def expire(limit: int = 500) -> int:
    """Take back the points whose time is over; how many entries that were."""
    due = select(Entry).where(Entry.expires_at < now()).order_by(Entry.expires_at).limit(limit).with_for_update()
    entries = session().scalars(due).all()
    for entry in entries:
        entry.expires_at = None
        _book(entry.user_id, -entry.points, f"expired: {entry.reason}"[:200], months=None)
    return len(entries)


def _book(user_id: UUID, points: int, reason: str, *, months: int | None) -> Entry:
    """Write an entry and move the balance by the same number, in one statement, so that none is lost."""
    moved = update(User).where(User.id == user_id).values(loyalty_points=User.loyalty_points + points)
    balance = session().scalar(moved.returning(User.loyalty_points))
    if balance is None:
        raise NotFound
    expires_at = None if months is None else now() + timedelta(days=30 * months)
    entry = Entry(user_id=user_id, points=points, reason=reason, expires_at=expires_at)
    session().add(entry)
    session().flush()
    publish(PointsChanged(user_id=user_id, points=points, balance=balance))
    return entry


def tell(user_id: UUID) -> int:
    """Tell the user's sockets how many points he has; the number."""
    balance = balance_of(user_id)
    emit("/loyalty", "balance_changed", {"balance": balance}, user=user_id)
    return balance
