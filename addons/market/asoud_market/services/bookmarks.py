"""The markets that somebody has bookmarked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from addon_sdk import ListArgs, Page, paginate
from asoud_market.models import Bookmark, Market
from asoud_market.services.access import caller_id
from asoud_market.services.public import LIST, card

_LIST: Select[Any] = LIST.join(Bookmark, Bookmark.market_id == Market.id)


def list_bookmarked(args: ListArgs) -> Page:
    """A page of the published markets that the caller has bookmarked, the latest bookmark first."""
    page = paginate(_LIST.where(Bookmark.user_id == caller_id()), args)
    return Page([card(*row[:6]) for row in page.items], page.next)
