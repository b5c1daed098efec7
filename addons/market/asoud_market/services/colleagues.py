"""A market's colleagues: people in the same trade, whom other addons show other prices."""

from __future__ import annotations

from uuid import UUID

from asoud_users.models import User
from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError

from addon_sdk import ListArgs, NotFound, Page, paginate, publish, session, setting, transaction
from asoud_market.events import ColleaguesChanged
from asoud_market.models import Colleague
from asoud_market.problems import ColleagueExists, TooManyColleagues
from asoud_market.services.access import demand_market


def list_colleagues(market_id: UUID, args: ListArgs) -> Page:
    """A page of a market's colleagues. Raises NotFound, PermissionDenied."""
    demand_market(market_id, "market.staff")
    return paginate(select(Colleague).where(Colleague.market_id == market_id), args)


@transaction
def add_colleague(market_id: UUID, mobile: str, name: str = "") -> Colleague:
    """List a colleague by his number (E.164), who need not be a user yet.

    Raises NotFound, PermissionDenied, `ColleagueExists`, `TooManyColleagues`.
    """
    demand_market(market_id, "market.staff", lock=True)
    count = session().scalar(select(func.count()).where(Colleague.market_id == market_id)) or 0
    if count >= setting("max_colleagues"):
        raise TooManyColleagues
    colleague = Colleague(market_id=market_id, mobile=mobile, name=name)
    try:
        with transaction(nested=True):
            session().add(colleague)
            session().flush()
    except IntegrityError:
        raise ColleagueExists from None
    publish(ColleaguesChanged(market_id=market_id))
    return colleague


@transaction
def rename_colleague(market_id: UUID, colleague_id: UUID, name: str | None) -> Colleague:
    """Change how a colleague is called; None leaves it. Raises NotFound, PermissionDenied."""
    demand_market(market_id, "market.staff", lock=True)
    colleague = _colleague(market_id, colleague_id)
    colleague.name = colleague.name if name is None else name
    return colleague


@transaction
def delete_colleague(market_id: UUID, colleague_id: UUID) -> None:
    """Take a colleague from the list. Raises NotFound, PermissionDenied."""
    demand_market(market_id, "market.staff", lock=True)
    session().delete(_colleague(market_id, colleague_id))
    publish(ColleaguesChanged(market_id=market_id))


def is_colleague(market_id: UUID, user_id: UUID) -> bool:
    """Whether a user is among a market's colleagues, by the number that he has now."""
    mine = colleague_markets(user_id).where(Colleague.market_id == market_id)
    return session().scalar(mine.limit(1)) is not None


def colleague_markets(user_id: UUID) -> Select[tuple[UUID]]:
    """Ids of the markets whose colleague a user is, as a query for use in others."""
    return select(Colleague.market_id).join(User, User.mobile == Colleague.mobile).where(User.id == user_id)


def _colleague(market_id: UUID, colleague_id: UUID) -> Colleague:
    colleague = session().get(Colleague, colleague_id)
    if colleague is None or colleague.market_id != market_id:
        raise NotFound
    return colleague
