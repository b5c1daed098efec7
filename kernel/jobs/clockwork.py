"""Crons: enqueue what the clock asks for, each slot once, however many look at the clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, select, update

from kernel.addons.inbox import report_problem
from kernel.clock import now
from kernel.db import new_id, session, transaction
from kernel.jobs.declaration import Cron
from kernel.jobs.enqueue import enqueue
from kernel.jobs.models import DEAD, DONE, CronState, JobRow
from kernel.jobs.upsert import insert_new
from kernel.runtime import platform

CLOCK_ERROR = timedelta(hours=1)
"""A last slot that lies further in the future was written while a machine's clock was wrong; it is put right."""


def enqueue_due_crons() -> int:
    """Enqueue every cron whose slot has come, unless its last run is still going on; how many.

    Of slots that were missed only the latest is made up for. A cron that is new here waits for its next slot.
    """
    last_slots = {row.name: row.last_slot for row in session().execute(select(CronState.name, CronState.last_slot))}
    fired = 0
    for contribution in platform.registry.contributions("cron"):
        if not platform.gate.counts(contribution):
            continue
        cron: Cron = contribution.value
        slot = _latest_slot(cron)
        if slot is None:
            continue
        last = last_slots.get(cron.job.key)
        if last is None:
            _begin(cron, slot)
        elif last > now() + CLOCK_ERROR:
            _move(cron, last, slot)
        elif slot > last and not _is_going_on(cron):
            fired += _fire(cron, last, slot)
    return fired


def _latest_slot(cron: Cron) -> datetime | None:
    try:
        return cron.schedule.latest_slot(now(), platform.settings.time_zone)
    except ValueError as error:  # a day that no month has, say; the other crons must go on
        report_problem(cron.job.owner, "cron", cron.job.key, f"{cron.schedule}: {error}", "error")
        return None


def _begin(cron: Cron, slot: datetime) -> None:
    with transaction():
        insert_new(CronState, {"id": new_id(), "name": cron.job.key, "last_slot": slot})


def _is_going_on(cron: Cron) -> bool:
    unfinished = (JobRow.name == cron.job.key, JobRow.slot.is_not(None), JobRow.state.not_in((DONE, DEAD)))
    return session().scalar(select(JobRow.id).where(*unfinished).limit(1)) is not None


@transaction
def _fire(cron: Cron, last: datetime, slot: datetime) -> bool:
    """Move the cron on to ``slot`` and enqueue its job; False when another runner was faster.

    Only one can move the row away from ``last``, and a slot has one job at most: no lease is needed for that.
    """
    if not _move(cron, last, slot):
        return False
    enqueue(cron.job, {}, slot=slot)
    return True


@transaction
def _move(cron: Cron, last: datetime, slot: datetime) -> bool:
    here = (CronState.name == cron.job.key, CronState.last_slot == last)
    moved = session().execute(update(CronState).where(*here).values(last_slot=slot))
    return bool(cast("CursorResult[Any]", moved).rowcount)
