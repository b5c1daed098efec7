"""The schema fields: stored forms in, coded and translated errors."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from asoud_iran.schemas import Card, JalaliDate, LegalId, Mobile, NationalCode, PostalCode, Sheba
from marshmallow import ValidationError

from addon_sdk import Schema, set_locale


class Everything(Schema):
    """One field of each."""

    mobile = Mobile()
    national_code = NationalCode()
    legal_id = LegalId()
    sheba = Sheba()
    card = Card()
    postal_code = PostalCode()
    day = JalaliDate(allow_none=True)


def test_written_forms_become_stored_forms() -> None:
    loaded = Everything().load(
        {
            "mobile": "۰۹۱۲ ۳۴۵ ۶۷۸۹",
            "national_code": "499370899",
            "legal_id": "10380284790",
            "sheba": "500120020000004444994196",
            "card": "5022-2910-8381-8920",
            "postal_code": "19697-63743",
            "day": "۱۴۰۳/۱/۱",
        }
    )
    assert loaded.pop("card").bank.code == "pasargad"
    assert loaded == {
        "mobile": "+989123456789",
        "national_code": "0499370899",
        "legal_id": "10380284790",
        "sheba": "IR500120020000004444994196",
        "postal_code": "1969763743",
        "day": dt.date(2024, 3, 20),
    }


def test_a_card_never_comes_out() -> None:
    assert Everything().dump({"mobile": "+989123456789", "card": "5022291083818920", "day": dt.date(2024, 3, 20)}) == {
        "mobile": "+989123456789",
        "day": "1403-01-01",
    }
    assert Everything().dump({"day": None}) == {"day": None}


WRONG: list[tuple[str, Any, str]] = [
    ("mobile", "021", "iran.mobile"),
    ("national_code", "1", "iran.national_code_format"),
    ("national_code", "1111111111", "iran.national_code_checksum"),
    ("legal_id", "1", "iran.legal_id_format"),
    ("legal_id", "10380284792", "iran.legal_id_checksum"),
    ("sheba", "IR1", "iran.sheba_format"),
    ("sheba", "IR123456789123456478945165", "iran.sheba_checksum"),
    ("card", "1", "iran.card_format"),
    ("card", "6037991234567890", "iran.card_checksum"),
    ("card", "4111111111111111", "iran.card_bank"),
    ("postal_code", "0", "iran.postal_code"),
    ("day", "1403", "iran.jalali_format"),
    ("day", "1404/12/30", "iran.jalali_date"),
    ("mobile", 9123456789, "invalid"),
]


@pytest.mark.parametrize(("name", "value", "code"), WRONG)
def test_every_error_has_its_code_and_a_persian_text(name: str, value: Any, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Everything().load({name: value})
    (message,) = caught.value.messages[name]
    assert message.code == code
    with set_locale("en"):
        assert message.localized() == str(message)
    with set_locale("fa"):
        assert any("\u0600" <= letter <= "\u06ff" for letter in message.localized())
