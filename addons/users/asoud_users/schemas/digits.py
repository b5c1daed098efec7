"""Six digits, recovery codes and account numbers, as people type them."""

from __future__ import annotations

from typing import Any

from marshmallow import validate

from addon_sdk import fields


class Digits(fields.String):
    """Six digits in any script, as a one-time code or an authenticator app shows them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=validate.Regexp(r"[0-9]{6}\Z", error="Six digits."), **options)
        self.metadata = {"example": "123456", "pattern": r"^\s*[0-9۰-۹٠-٩]{6}\s*$", **self.metadata}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return fields.fold_digits(super()._deserialize(value, attr, data, **kwargs).strip())


class SecondFactor(fields.String):
    """What an authenticator app shows, or a recovery code, with or without its dash."""

    def __init__(self, **options: Any) -> None:
        rule = validate.Regexp(r"([0-9]{6}|[a-z0-9]{10})\Z", error="Six digits, or a recovery code.")
        super().__init__(validate=rule, **options)
        described = "The code of the authenticator app, for staff who has one; or one of the recovery codes."
        self.metadata = {"example": "123456", "description": described, **self.metadata}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = fields.fold_digits(super()._deserialize(value, attr, data, **kwargs))
        return text.strip().replace("-", "").lower()


class AccountNumber(fields.String):
    """The number of a bank account, with its dots, dashes and slashes, in any script."""

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=validate.Regexp(r"[0-9.\-/]{4,32}\Z", error="Digits."), **options)
        self.metadata = {"example": "0101234567001", **self.metadata}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return fields.fold_digits(super()._deserialize(value, attr, data, **kwargs).strip())
