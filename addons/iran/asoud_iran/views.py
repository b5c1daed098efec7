"""REST: what clients show beside Iranian forms and calendars."""

from __future__ import annotations

from typing import Any

from addon_sdk import Blueprint, Page, cached, current_language, now, public
from asoud_iran import services
from asoud_iran.schemas import BankSchema, HolidayQuery, HolidaySchema

blp = Blueprint("iran", description="Banks and holidays of Iran.")

_HOUR = 3600


@blp.get("/banks")
@public
@cached(seconds=_HOUR)
@blp.page(BankSchema)
def list_banks() -> Page:
    """List the banks, with the numbers by which Sheba and cards name them."""
    language = current_language()
    return Page(
        [
            {
                "code": bank.code,
                "name": bank.name_fa if language == "fa" else bank.name_en,
                "sheba": bank.sheba,
                "cards": bank.cards,
            }
            for bank in services.BANKS
        ]
    )


@blp.get("/holidays")
@public
@cached(seconds=_HOUR)
@blp.arguments(HolidayQuery, location="query")
@blp.page(HolidaySchema)
def list_holidays(query: dict[str, Any]) -> Page:
    """List the public holidays of a Jalali year."""
    language = current_language()
    year = query.get("year") or services.jalali_year(services.tehran_day(now()))
    return Page(
        [
            {"date": holiday.day, "name": holiday.name_fa if language == "fa" else holiday.name_en}
            for holiday in services.holidays_of_year(year)
        ]
    )
