"""Text from strangers, made harmless: no markup that wasn't asked for, no invisible tricks, a limit on its length."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import nh3
from marshmallow import fields, validate

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Control characters, bidirectional overrides and isolates, interlinear marks and tag characters.

The zero-width joiner and non-joiner stay: Persian spelling needs them.
"""
_SPACES = re.compile(r"\s+")
_SHAPELESS = frozenset(("Cc", "Cf", "Zl", "Zp", "Zs"))
_FILLERS = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
"""Letters by their category that show nothing."""
_PASSES = 8
MARKUP = "Write plain text, without HTML tags or character references such as &lt;."
"""What is said about markup, wherever it is refused."""


def clean_text(text: str, *, multiline: bool = True, tags: frozenset[str] = frozenset()) -> str:
    """``text`` in NFC without control and override characters and without markup, but for the HTML ``tags`` named.

    Plain text (no ``tags``) stays plain: ``Tom & Jerry`` is not escaped, ``<b>bold</b>`` becomes ``bold``, and
    whatever was hidden behind entities is removed too. Text of nothing that can be seen, such as joiners, is empty.
    """
    text = _visible(text)
    text = _visible(nh3.clean(text, tags=set(tags), url_schemes={"http", "https", "mailto"})) if tags else _plain(text)
    text = text.strip() if multiline else _SPACES.sub(" ", text).strip()
    return "" if all(map(_is_shapeless, text)) else text


def has_markup(text: str) -> bool:
    """Whether `clean_text` would take tags or character references out of this plain text."""
    seen = _visible(text)
    return _plain(seen) != seen


def _is_shapeless(letter: str) -> bool:
    return unicodedata.category(letter) in _SHAPELESS or letter in _FILLERS


def _visible(text: str) -> str:
    return _INVISIBLE.sub("", _BREAKS.sub("\n", unicodedata.normalize("NFC", text)))


def _plain(text: str) -> str:
    """Take markup out until nothing changes, so that unescaping never brings anything back."""
    for _ in range(_PASSES):
        if "<" not in text and "&" not in text:
            return text
        before, text = text, _visible(html.unescape(nh3.clean(text, tags=set())))
        if text == before:
            return text
    return text.replace("<", "").replace(">", "")


class CleanText(fields.String):
    """Text from outside, cleaned by `clean_text` and limited to ``max_length`` characters.

    Markup in plain text is refused, so that nothing is lost unsaid. ``tags`` allows some HTML, cleaned by nh3 to what
    is safe; then the result is HTML and is to be shown as such.
    """

    default_error_messages = {"markup": MARKUP}  # noqa: RUF012 - marshmallow's own way to name errors

    def __init__(
        self,
        max_length: int = 1000,
        *,
        min_length: int = 0,
        multiline: bool = False,
        tags: frozenset[str] = frozenset(),
        **kwargs: Any,
    ) -> None:
        self.multiline = multiline
        self.tags = tags
        self.max_length = max_length
        given = kwargs.pop("validate", None) or ()
        others = (given,) if callable(given) else tuple(given)
        length = validate.Length(min=min_length or None, max=max_length)
        super().__init__(validate=(length, *others), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if len(text) > 4 * self.max_length:
            return text  # too long whatever cleaning leaves; the validator says so without that work
        if not self.tags and has_markup(text):
            raise self.make_error("markup")
        return clean_text(text, multiline=self.multiline, tags=self.tags)
