"""marshmallow fields of Iranian identifiers: any written form in, the stored form inside and out.

Each error's code is the rule's, such as ``iran.national_code_checksum``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from addon_sdk import fields
from asoud_iran import services


class _Identifier(fields.String):
    """Text that `read` brings into its stored form, or refuses with an `IdentifierError`."""

    example: ClassVar[str]
    stored: ClassVar[str] = ""
    """The same in its stored form, where that is another."""
    read: Callable[[str], Any]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.metadata = {"example": self.example, "dumped_example": self.stored or self.example, **self.metadata}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return self.read(text)
        except services.IdentifierError as error:
            raise self.make_error(error.code) from None


class Mobile(_Identifier):
    """A mobile number in five written forms; E.164 inside and out."""

    example, stored = "09123456789", "+989123456789"
    read = staticmethod(services.parse_mobile)
    default_error_messages: ClassVar[Any] = {"iran.mobile": "Not an Iranian mobile number; write it as 09123456789."}


class NationalCode(_Identifier):
    """A person's national code, ten digits."""

    example = "0499370899"
    read = staticmethod(services.parse_national_code)
    default_error_messages: ClassVar[Any] = {
        "iran.national_code_format": "The national code has ten digits.",
        "iran.national_code_checksum": "This is no national code; look for a mistyped digit.",
    }


class LegalId(_Identifier):
    """A company's national id, eleven digits."""

    example = "10380284790"
    read = staticmethod(services.parse_legal_id)
    default_error_messages: ClassVar[Any] = {
        "iran.legal_id_format": "The legal id has eleven digits.",
        "iran.legal_id_checksum": "This is no legal id; look for a mistyped digit.",
    }


class Sheba(_Identifier):
    """A Sheba, ``IR`` and 24 digits; `services.bank_of_sheba` knows its bank."""

    example = "IR500120020000004444994196"
    read = staticmethod(lambda text: services.parse_sheba(text).number)
    default_error_messages: ClassVar[Any] = {
        "iran.sheba_format": "A Sheba is IR and 24 digits.",
        "iran.sheba_checksum": "This is no Sheba; look for a mistyped digit.",
    }


class Card(_Identifier):
    """A bank card on its way in: a `services.Card` inside, never out. Nobody stores the number."""

    example = "5022291083818920"
    read = staticmethod(services.parse_card)
    default_error_messages: ClassVar[Any] = {
        "iran.card_format": "A card number has sixteen digits.",
        "iran.card_checksum": "This is no card number; look for a mistyped digit.",
        "iran.card_bank": "No Iranian bank has cards that begin like this.",
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "load_only": True})


class PostalCode(_Identifier):
    """A postal code, ten digits."""

    example = "1969763743"
    read = staticmethod(services.parse_postal_code)
    default_error_messages: ClassVar[Any] = {
        "iran.postal_code": "A postal code has ten digits, and no 0 or 2 among the first five.",
    }


class JalaliDate(_Identifier):
    """A day written in the Jalali calendar, ``1403/01/31`` in, ``1403-01-31`` out; a `datetime.date` inside."""

    example = "1403-01-31"
    read = staticmethod(services.parse_jalali)
    default_error_messages: ClassVar[Any] = {
        "iran.jalali_format": "Write the date as year/month/day, for instance 1403/01/31.",
        "iran.jalali_date": "There is no such day in the Jalali calendar.",
    }

    def _serialize(self, value: Any, attr: str | None, obj: object, **kwargs: Any) -> str | None:
        return None if value is None else services.format_jalali(value, "%Y-%m-%d", language="en")
