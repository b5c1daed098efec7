"""Counts of markets, added up in batches: a liked or looked-at market's row is not locked by those who look."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from addon_sdk import now, session, transaction
from asoud_market.models import Market, Tally, TallyKind, View

_BATCH = 10_000
_AS_IT_IS = {"synchronize_session": False}
"""Nothing of it is loaded in this session."""
_COLUMNS = {
    TallyKind.VIEW: Market.view_count,
    TallyKind.LIKE: Market.like_count,
    TallyKind.BOOKMARK: Market.bookmark_count,
    TallyKind.SHARE: Market.share_count,
}
GUEST_COUNTS_AGAIN = timedelta(hours=1)
"""How long it is remembered that a guest has looked."""


def note(market_id: UUID, kind: TallyKind, step: int = 1) -> None:
    """Count one more (or one less), in the caller's transaction."""
    session().add(Tally(market_id=market_id, kind=kind, step=step))
    session().flush()


def add_up() -> int:
    """Add everything that was noted to the markets' counts; how many notes there were."""
    total = 0
    while done := _batch():
        total += done
    return total


@transaction
def _batch() -> int:
    """One transaction takes the notes and adds them, so that each counts once whatever happens."""
    oldest = select(Tally.id).order_by(Tally.id).limit(_BATCH)
    notes = delete(Tally).where(Tally.id.in_(oldest)).returning(Tally.market_id, Tally.kind, Tally.step)
    taken = session().execute(notes, execution_options=_AS_IT_IS).all()
    sums: dict[tuple[UUID, TallyKind], int] = {}
    for market_id, kind, step in taken:
        sums[market_id, kind] = sums.get((market_id, kind), 0) + step
    for (market_id, kind), step in sorted(sums.items(), key=lambda item: (item[0][0], item[0][1].value)):
        column = _COLUMNS[kind]
        # A count is no change of the market by people: it keeps its version and the time of its last change.
        values = {column.key: column + step, "updated_at": Market.updated_at}
        session().execute(update(Market).where(Market.id == market_id).values(values), execution_options=_AS_IT_IS)
    return len(taken)


@transaction
def forget_guests() -> None:
    """Delete which guests have looked, as soon as they would count again."""
    session().execute(delete(View).where(View.is_guest, View.created_at <= now() - GUEST_COUNTS_AGAIN))
