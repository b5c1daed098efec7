"""The user and his profile."""

from __future__ import annotations

import datetime as dt

from asoud_iran.schemas import Mobile, NationalCode
from marshmallow import ValidationError, validate, validates

from addon_sdk import Schema, fields, now
from asoud_users.models import User
from asoud_users.schemas.digits import Digits


class UserSchema(Schema):
    """A user as he sees himself."""

    class Meta:
        """Which model other addons extend."""

        model = User

    id = fields.UUID(dump_only=True)
    mobile = Mobile(dump_only=True)
    first_name = fields.CleanText(60)
    last_name = fields.CleanText(60)
    email = fields.Email(allow_none=True, validate=validate.Length(max=254))
    language = fields.String(validate=validate.OneOf(("fa", "en")))
    created_at = fields.Timestamp(dump_only=True)
    last_login_at = fields.Timestamp(dump_only=True, allow_none=True)


class AccountSchema(UserSchema):
    """A user as staff sees him."""

    class Meta:
        """Which model other addons extend."""

        model = User

    blocked_at = fields.Timestamp(dump_only=True, allow_none=True)
    blocked_because = fields.String(dump_only=True, allow_none=True)
    erased_at = fields.Timestamp(dump_only=True, allow_none=True)


class ProfileSchema(Schema):
    """What a user tells about himself beyond his name."""

    national_code = NationalCode(allow_none=True)
    birth_date = fields.Date(
        allow_none=True,
        error_messages={"invalid": "Write the date as YYYY-MM-DD, in the Gregorian calendar."},
        metadata={"description": "Gregorian, from 1900-01-01 to today.", "example": "1990-03-21"},
    )
    address = fields.CleanText(500, multiline=True)
    picture_id = fields.UUID(
        dump_only=True, allow_none=True, metadata={"description": "A public file; set by PUT /me/picture."}
    )

    @validates("birth_date")
    def _lived(self, value: dt.date | None, data_key: str) -> None:
        if value is not None and not dt.date(1900, 1, 1) <= value <= now().date():
            raise ValidationError("A date of birth lies between 1900-01-01 and today.")


class PictureSchema(Schema):
    """An upload of the kind ``users.picture``."""

    file_id = fields.UUID(required=True)


class MobileChangeSchema(Schema):
    """The code that came to the new number, with its request."""

    request_id = fields.UUID(required=True)
    code = Digits(required=True)


class PasswordSchema(Schema):
    """A new password."""

    password = fields.String(required=True, load_only=True)


class TotpSchema(Schema):
    """A secret for an authenticator app, shown once."""

    secret = fields.String(required=True)
    uri = fields.String(required=True, metadata={"description": "Show it as a QR code."})


class TotpCodeSchema(Schema):
    """What the app shows at this moment."""

    code = Digits(required=True)


class RecoveryCodesSchema(Schema):
    """Codes that stand in for the authenticator app, each once; shown once."""

    codes = fields.List(fields.String(), required=True, metadata={"example": ["abcde-fgh23"]})


class RecoveryCodesLeftSchema(Schema):
    """How many recovery codes there still are."""

    left = fields.Integer(required=True)


class LoginAttemptSchema(Schema):
    """One attempt to log in."""

    id = fields.UUID(required=True)
    method = fields.String(required=True)
    outcome = fields.String(required=True, metadata={"description": "`succeeded`, or the name of the failure."})
    address = fields.String(required=True)
    user_agent = fields.String(required=True)
    created_at = fields.Timestamp(required=True)
