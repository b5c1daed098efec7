"""The rules of Iranian identifiers, dates, money and text: plain functions, but for `holds_words`, which makes SQL."""

from asoud_iran.services.banks import BANKS, Bank, bank_of_card, bank_of_sheba
from asoud_iran.services.digits import ascii_digits, persian_digits
from asoud_iran.services.errors import IdentifierError
from asoud_iran.services.holidays import (
    WEEKEND,
    Holiday,
    add_working_days,
    holidays_of_year,
    is_holiday,
    is_working_day,
    next_working_day,
    working_days_between,
)
from asoud_iran.services.identity import parse_legal_id, parse_national_code
from asoud_iran.services.jalali import format_jalali, jalali_year, jalali_year_days, parse_jalali, tehran_day
from asoud_iran.services.mobile import local_mobile, parse_mobile
from asoud_iran.services.payment import Card, Sheba, parse_card, parse_sheba, sheba_check_digits
from asoud_iran.services.postal import parse_postal_code
from asoud_iran.services.prices import format_rial, format_toman
from asoud_iran.services.text import alphabet_key, fold_for_search, fold_for_uniqueness, joined
from asoud_iran.services.words import holds_words, word_key

__all__ = [
    "BANKS",
    "WEEKEND",
    "Bank",
    "Card",
    "Holiday",
    "IdentifierError",
    "Sheba",
    "add_working_days",
    "alphabet_key",
    "ascii_digits",
    "bank_of_card",
    "bank_of_sheba",
    "fold_for_search",
    "fold_for_uniqueness",
    "format_jalali",
    "format_rial",
    "format_toman",
    "holds_words",
    "holidays_of_year",
    "is_holiday",
    "is_working_day",
    "jalali_year",
    "jalali_year_days",
    "joined",
    "local_mobile",
    "next_working_day",
    "parse_card",
    "parse_jalali",
    "parse_legal_id",
    "parse_mobile",
    "parse_national_code",
    "parse_postal_code",
    "parse_sheba",
    "persian_digits",
    "sheba_check_digits",
    "tehran_day",
    "word_key",
    "working_days_between",
]
