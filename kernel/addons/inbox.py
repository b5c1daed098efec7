"""The health inbox: troubles of addons, one entry for each kind, with severity and who dismissed it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import SQLAlchemyError

from kernel.addons.models import AddonProblem
from kernel.clock import now
from kernel.db import session, transaction
from kernel.errors import NotFound, ServiceUnavailable

log = structlog.get_logger(__name__)

Severity = Literal["info", "warning", "error"]


@transaction(nested=True)  # whoever has a transaction open mustn't lose it over a report
def _count(addon: str, kind: str, key: str, message: str, severity: Severity) -> None:
    """Count an entry up, or make it; new trouble of a dismissed kind shows again."""
    values = {
        "message": message,
        "severity": severity,
        "last_seen_at": now(),
        "count": AddonProblem.count + 1,
        "dismissed_at": None,
        "dismissed_by": None,
    }
    if not session().execute(update(AddonProblem).where(*_about(addon, kind, key)).values(values)).rowcount:  # type: ignore[attr-defined]  # a DML result
        problem = AddonProblem(addon=addon, kind=kind, key=key, message=message, severity=severity, last_seen_at=now())
        session().add(problem)


@transaction(nested=True)
def _settle(addon: str, kind: str, key: str) -> None:
    still_open = (*_about(addon, kind, key), AddonProblem.dismissed_at.is_(None))
    session().execute(update(AddonProblem).where(*still_open).values(dismissed_at=now()))


def _about(addon: str, kind: str, key: str) -> tuple[ColumnElement[bool], ...]:
    return AddonProblem.addon == addon, AddonProblem.kind == kind, AddonProblem.key == key


def report_problem(addon: str, kind: str, key: str, message: str, severity: Severity = "warning") -> None:
    """Put trouble into the inbox. Never raises: what reports trouble must not make more of it."""
    try:
        _count(addon, kind, key[:200], message, severity)
    except (SQLAlchemyError, ServiceUnavailable):
        log.exception("inbox_unreachable", about=addon, kind=kind, key=key, message=message)


def settle_problem(addon: str, kind: str, key: str) -> None:
    """Dismiss trouble that is over, in nobody's name. Never raises, as `report_problem`."""
    try:
        _settle(addon, kind, key[:200])
    except (SQLAlchemyError, ServiceUnavailable):
        log.exception("inbox_unreachable", about=addon, kind=kind, key=key)


def problems(*, addon: str | None = None, dismissed: bool = False) -> Sequence[AddonProblem]:
    """The open entries (or the dismissed ones), the latest first."""
    query = select(AddonProblem).order_by(AddonProblem.last_seen_at.desc(), AddonProblem.id)
    query = query.where(AddonProblem.dismissed_at.isnot(None) if dismissed else AddonProblem.dismissed_at.is_(None))
    return session().scalars(query.where(AddonProblem.addon == addon) if addon else query).all()


@transaction
def dismiss(problem_id: UUID, by: UUID | None) -> AddonProblem:
    """Take an entry out of sight until the trouble comes again. Raises `NotFound`."""
    problem = session().get(AddonProblem, problem_id)
    if problem is None:
        raise NotFound()
    problem.dismissed_at, problem.dismissed_by = now(), by
    session().flush()
    return problem
