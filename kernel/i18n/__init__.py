"""Messages in the client's language: gettext catalogues, one per addon, and the language of the work at hand."""

from kernel.i18n.language import (
    LANGUAGES,
    SOURCE_LANGUAGE,
    choose_language,
    current_language,
    init_app,
    set_locale,
)
from kernel.i18n.messages import (
    LazyText,
    _,
    gettext,
    lazy,
    translate,
    translate_for,
    translate_rendered,
)

__all__ = [
    "LANGUAGES",
    "SOURCE_LANGUAGE",
    "LazyText",
    "_",
    "choose_language",
    "current_language",
    "gettext",
    "init_app",
    "lazy",
    "set_locale",
    "translate",
    "translate_for",
    "translate_rendered",
]
