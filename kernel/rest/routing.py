"""Routes that cost little at boot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]
"""Makes the URL of a rule: its host and its path."""


class LazyRule(Rule):
    """A rule whose URL builders are compiled when first asked for.

    Werkzeug compiles two functions for each rule at once, which is half of mounting a route, and an API hardly ever
    builds a URL of its own.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        compile_now = super()._compile_builder

        def build(rule: LazyRule, /, **values: Any) -> tuple[str, str]:
            builder = compile_now(append_unknown)
            setattr(rule, "_build_unknown" if append_unknown else "_build", builder.__get__(rule, None))
            return builder(rule, **values)

        return build
