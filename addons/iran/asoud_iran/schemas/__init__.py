"""Fields for the schemas of other addons, and what this addon's own endpoints answer."""

from asoud_iran.schemas.answers import BankSchema, HolidayQuery, HolidaySchema
from asoud_iran.schemas.fields import Card, JalaliDate, LegalId, Mobile, NationalCode, PostalCode, Sheba

__all__ = [
    "BankSchema",
    "Card",
    "HolidayQuery",
    "HolidaySchema",
    "JalaliDate",
    "LegalId",
    "Mobile",
    "NationalCode",
    "PostalCode",
    "Sheba",
]
