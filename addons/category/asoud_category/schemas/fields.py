"""Fields of this addon: titles, slugs, keys and addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from asoud_iran.services import fold_for_search
from marshmallow import validate

from addon_sdk import fields
from asoud_category.models.category import MAX_TITLE

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
VALUE = re.compile(r"[a-z0-9]+([_.-][a-z0-9]+)*")


class Title(fields.CleanText):
    """A title with at least one letter or digit in it."""

    default_error_messages: ClassVar[Any] = {"blank": "Write a title with letters."}

    def __init__(self, **options: Any) -> None:
        super().__init__(MAX_TITLE, min_length=1, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text and not any(sign.isalnum() for sign in fold_for_search(text)):
            raise self.make_error("blank")
        return text


class Name(fields.String):
    """A name for machines, of the form that a pattern says."""

    default_error_messages: ClassVar[Any] = {
        "slug": "Write small latin letters, digits and single hyphens between them, such as mobile-phones.",
        "key": "Write small latin letters, digits and single underscores between them, such as memory_size.",
        "value": "Write small latin letters, digits, and single signs of - _ . between them, such as 128gb.",
    }
    _patterns: ClassVar[dict[str, re.Pattern[str]]] = {"slug": SLUG, "key": KEY, "value": VALUE}

    def __init__(self, rule: str, *, max_length: int, **options: Any) -> None:
        self.rule = rule
        super().__init__(validate=validate.Length(1, max_length), **options)
        self.metadata = {"pattern": f"^{self._patterns[rule].pattern}$", **self.metadata}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if not self._patterns[self.rule].fullmatch(text):
            raise self.make_error(self.rule)
        return text


class Link(fields.Link):
    """An https address, or a path on this site."""

    default_error_messages: ClassVar[Any] = {
        "link": "Write an https address, or a path on this site such as /categories/mobile.",
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(schemes=("https",), paths=True, **options)
