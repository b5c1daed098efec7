"""A route's URL is built as Werkzeug's own rules build it, whenever it is built."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.routing import BuildError, Map, Rule

from kernel.rest.routing import LazyRule


def _adapter(rule_class: type[Rule]) -> Any:
    rules = [
        rule_class("/plain", endpoint="plain"),
        rule_class("/files/<uuid:id>/<path:name>", endpoint="file"),
        rule_class("/pages/", defaults={"number": 1}, endpoint="page"),
        rule_class("/pages/<int:number>", endpoint="page"),
    ]
    return Map(rules).bind("host", "/")


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("plain", {}),
        ("plain", {"q": "نان و پنیر"}),
        ("file", {"id": "0190b3a0-0000-7000-8000-000000000000", "name": "a b/ج"}),
        ("page", {"number": 1}),
        ("page", {"number": 7, "sort": "-price"}),
    ],
)
def test_urls_are_those_of_werkzeug(endpoint: str, values: dict[str, Any]) -> None:
    lazy = _adapter(LazyRule)
    for _ in range(2):  # compiled the first time, kept the second
        assert lazy.build(endpoint, values) == _adapter(Rule).build(endpoint, values)
        for unknown in (True, False):
            assert lazy.build(endpoint, values, append_unknown=unknown) == _adapter(Rule).build(
                endpoint, values, append_unknown=unknown
            )


def test_values_that_are_missing_are_refused() -> None:
    with pytest.raises(BuildError):
        _adapter(LazyRule).build("file", {"name": "x"})


def test_nothing_is_compiled_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    original = Rule._compile_builder

    def noted(rule: Rule, append_unknown: bool = True) -> Any:
        compiled.append(rule.rule)
        return original(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", noted)
    adapter = _adapter(LazyRule)
    assert compiled == []
    adapter.build("plain")
    assert compiled == ["/plain"]
