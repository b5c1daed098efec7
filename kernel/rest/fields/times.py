"""Moments and days as RFC 3339 writes them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from kernel.rest.dump import Bind
from kernel.rest.fields.digits import fold_digits

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def rfc3339(moment: dt.datetime) -> str:
    """``moment`` in UTC with a ``Z``. Raises ValueError when it has no time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone.")
    if moment.tzinfo is not dt.UTC:
        moment = moment.astimezone(dt.UTC)
    return f"{moment.isoformat()[:-6]}Z"


class Timestamp(fields.Field[dt.datetime]):
    """A moment: RFC 3339 with a zone in, aware UTC inside, UTC with ``Z`` out."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's own way to name errors
        "invalid": "Not a valid time; send RFC 3339 with a zone, as 2026-03-21T12:30:00Z.",
    }

    def _serialize(self, value: dt.datetime | None, attr: str | None, obj: object, **kwargs: Any) -> str | None:
        return None if value is None else rfc3339(value)

    def dump_source(self, value: str, bind: Bind) -> str:
        """The expression that the dump compiler writes for this field."""
        return f"None if {value} is None else {bind(rfc3339)}({value})"

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> dt.datetime:
        text = fold_digits(value).strip() if isinstance(value, str) else ""
        if not _RFC3339.fullmatch(text):
            raise self.make_error("invalid")
        try:
            return dt.datetime.fromisoformat(text.upper()).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            raise self.make_error("invalid") from None


class Date(fields.Date):
    """A day without a time, ``2026-03-21``."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        folded = fold_digits(value) if isinstance(value, str) else value
        return super()._deserialize(folded, attr, data, **kwargs)
