"""Work that was lost: its worker is gone, or Redis has forgotten it."""

from __future__ import annotations

from uuid import UUID

import redis
import structlog
from sqlalchemy import case, exists, select, update

from kernel.addons.inbox import report_problem
from kernel.clock import now
from kernel.db import session, transaction
from kernel.db.lease import Lease
from kernel.jobs.models import DEAD, QUEUED, READY, RUNNING, Work
from kernel.runtime import platform

log = structlog.get_logger(__name__)
MOST_VANISHED = 20
"""Work that has cost so many workers their lives is given up."""
GIVEN_UP = "Its worker ended in the middle of it, each time that it was tried."


def free_abandoned(model: type[Work]) -> bool:
    """Give up what workers without a lease have claimed, so that others run it; whether there was any."""
    holders = session().scalars(select(model.worker).where(model.state == RUNNING).distinct()).all()
    if not holders:
        return False
    alive = select(Lease.holder).where(Lease.holder.in_(holders), Lease.expires_at > now())
    gone = set(holders) - set(session().scalars(alive))
    for worker in gone:
        _free(model, worker)
    return bool(gone)


def _free(model: type[Work], worker: UUID | None) -> None:
    given_up = model.vanished + 1 >= MOST_VANISHED
    lease_is_gone = ~exists().where(Lease.holder == worker, Lease.expires_at > now())
    freed = (
        update(model)
        .where(model.state == RUNNING, model.worker == worker, lease_is_gone)
        .values(
            state=case((given_up, DEAD), else_=QUEUED),
            vanished=model.vanished + 1,
            error=case((given_up, GIVEN_UP), else_=model.error),
            finished_at=case((given_up, now()), else_=None),
            worker=None,
            sent=0,
            sent_until=None,
        )
    )
    with transaction():
        returned = freed.returning(model.owner, model.state)
        rows = session().execute(returned, execution_options={"synchronize_session": False}).all()
    log.warning("work_freed", table=model.__tablename__, worker=str(worker), rows=len(rows))
    for owner in sorted({row.owner for row in rows if row.state == DEAD}):
        report_problem(owner, "dead_letter", model.__tablename__, GIVEN_UP, "error")


def notice_empty_redis(models: tuple[type[Work], ...]) -> bool:
    """If Redis has lost what it held, send everything again that had been sent; whether it had.

    A key tells: it is set once and goes with the rest.
    """
    try:
        forgotten = platform.redis.set(f"{platform.settings.redis_prefix}jobs-mark", b"1", nx=True)
    except redis.RedisError:
        return False
    if forgotten:
        for model in models:
            with transaction():
                sent = update(model).where(model.state.in_(READY), model.sent_until.is_not(None))
                values = {"sent": 0, "sent_until": None}
                session().execute(sent.values(values), execution_options={"synchronize_session": False})
    return bool(forgotten)
