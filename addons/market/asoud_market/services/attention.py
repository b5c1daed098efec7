"""What people do with published markets: like, bookmark, look, report."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from addon_sdk import (
    ListArgs,
    NotFound,
    Page,
    current_principal,
    new_id,
    now,
    paginate,
    platform,
    publish,
    session,
    transaction,
)
from addon_sdk.identity import client_address, keyed_hash, network_of
from asoud_market.events import Reported
from asoud_market.models import Bookmark, Like, Market, Report, ReportReason, ReportState, TallyKind, View
from asoud_market.problems import AnotherReportOpen, ReportOpen
from asoud_market.services import tallies
from asoud_market.services.access import caller_id

_KINDS: dict[type[Any], TallyKind] = {Like: TallyKind.LIKE, Bookmark: TallyKind.BOOKMARK}


def demand_public(market_id: UUID) -> None:
    """Raise NotFound unless the market is published."""
    if not session().scalar(select(Market.is_public).where(Market.id == market_id)):
        raise NotFound


@transaction
def keep(model: type[Like] | type[Bookmark], market_id: UUID) -> None:
    """Like or bookmark a published market; the second time nothing happens. Raises NotFound."""
    demand_public(market_id)
    if _insert(model, {"user_id": caller_id(), "market_id": market_id}):
        tallies.note(market_id, _KINDS[model])


@transaction
def drop(model: type[Like] | type[Bookmark], market_id: UUID) -> None:
    """Take a like or bookmark back, of a market that is no longer public too.

    Raises NotFound when there is none and the caller may not see the market either.
    """
    mine = delete(model).where(model.user_id == caller_id(), model.market_id == market_id)
    if session().execute(mine.returning(model.id)).all():
        tallies.note(market_id, _KINDS[model], -1)
    else:
        demand_public(market_id)


def forget(user_id: UUID) -> None:
    """Take back every like and bookmark of a user, in the caller's transaction, so that no count keeps them."""
    for model, kind in _KINDS.items():
        gone = delete(model).where(model.user_id == user_id).returning(model.market_id)
        for market_id in session().scalars(gone).all():
            tallies.note(market_id, kind, -1)


def mine(market_id: UUID) -> dict[str, bool | None]:
    """Whether the caller likes and has bookmarked a market; None for guests."""
    user_id = current_principal().user_id
    if user_id is None:
        return {"liked": None, "bookmarked": None}
    both = select(
        *(
            select(model.id).where(model.user_id == user_id, model.market_id == market_id).exists().label(name)
            for model, name in ((Like, "liked"), (Bookmark, "bookmarked"))
        )
    )
    row = session().execute(both).one()
    return {"liked": row.liked, "bookmarked": row.bookmarked}


@transaction
def look(market_id: UUID) -> bool:
    """Count that the caller looks at a published market: a user once, a guest's network an hour after the last time.

    Whether it counted. Raises NotFound.
    """
    demand_public(market_id)
    user_id = current_principal().user_id
    viewer = str(user_id) if user_id else keyed_hash("market.view", network_of(client_address()))
    again = None if user_id else tallies.GUEST_COUNTS_AGAIN
    counted = _insert(View, {"market_id": market_id, "viewer": viewer, "is_guest": user_id is None}, again_after=again)
    if counted:
        tallies.note(market_id, TallyKind.VIEW)
    return counted


def _insert(model: type[Any], values: dict[str, Any], *, again_after: timedelta | None = None) -> bool:
    """Insert a row unless there is one alike; whether it is new. Both databases settle races by the unique key.

    One that is as old as ``again_after`` is made new.
    """
    dialect = sqlite if platform.db.is_sqlite else postgresql
    moment = now()
    times = {"created_at": moment, "updated_at": moment}
    insert = dialect.insert(model).values({"id": new_id(), **times, **values})
    if again_after is None:
        insert = insert.on_conflict_do_nothing()
    else:
        old = model.created_at <= moment - again_after
        insert = insert.on_conflict_do_update(index_elements=["market_id", "viewer"], set_=times, where=old)
    return session().execute(insert.returning(model.id)).first() is not None


@transaction
def report(market_id: UUID, reason: ReportReason, text: str) -> Report:
    """Tell the site's staff that something is wrong with a published market. Raises NotFound, `ReportOpen`."""
    demand_public(market_id)
    made = Report(market_id=market_id, user_id=caller_id(), reason=reason, text=text)
    try:
        with transaction(nested=True):
            session().add(made)
            session().flush()
    except IntegrityError:
        raise ReportOpen from None
    publish(Reported(market_id=market_id, report_id=made.id))
    return made


def list_reports(args: ListArgs) -> Page:
    """A page of all reports, for the site's staff."""
    return paginate(select(Report), args)


@transaction
def change_report(report_id: UUID, state: ReportState, note: str | None = None) -> Report:
    """Note how far the site's staff has come with a report.

    Raises NotFound, and `AnotherReportOpen` for one that is opened again while its user has another about the market.
    """
    found = session().get(Report, report_id, with_for_update=True)
    if found is None:
        raise NotFound
    found.state = state
    found.note = found.note if note is None else note
    found.decided_by, found.decided_at = current_principal().user_id, now()
    found.is_open = True if state in (ReportState.NEW, ReportState.IN_PROGRESS) else None
    try:
        session().flush()
    except IntegrityError:
        raise AnotherReportOpen from None
    return found
