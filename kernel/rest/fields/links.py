"""Addresses that people follow."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from marshmallow import fields, validate

_ZWNJ = "\u200c"
"""The one sign without a shape that Persian words in an address have."""
_UNFIT = re.compile(r"[\s\\<>\"'`{}|^]")


class Link(fields.String):
    """An address of the web, with ``paths`` also a path on this site that begins with one slash.

    Nothing that a browser would run, that carries a password, or that reads as another address than it is.
    """

    default_error_messages = {  # noqa: RUF012 - marshmallow's own way to name errors
        "link": "Write a web address such as https://shop.example/news.",
    }

    def __init__(
        self,
        max_length: int = 500,
        *,
        schemes: Collection[str] = ("https", "http"),
        paths: bool = False,
        **kwargs: Any,
    ) -> None:
        self.schemes = frozenset(schemes)
        self.paths = paths
        super().__init__(validate=validate.Length(1, max_length), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if _UNFIT.search(text) or not text.replace(_ZWNJ, "").isprintable() or not self._leads(text):
            raise self.make_error("link")
        return text

    def _leads(self, text: str) -> bool:
        """Whether it is a path here, or the address of a host without credentials in front of it."""
        if text.startswith("/"):
            return self.paths and not text.startswith("//")
        try:
            parts = urlsplit(text)
            there = bool(parts.hostname) and "@" not in parts.netloc and (parts.port or 1) > 0
        except ValueError:
            return False
        return parts.scheme in self.schemes and there
