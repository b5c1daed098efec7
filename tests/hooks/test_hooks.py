"""The four kinds of hook and replaceable services: order, isolation, gating, and what is found at boot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from config import Testing
from kernel.addons import contributions, inbox
from kernel.addons.contributions import Contribution, contributions_of
from kernel.addons.discovery import Candidate
from kernel.addons.graph import Graph
from kernel.addons.registry import LoadedAddon, Registry
from kernel.context import current_addon
from kernel.errors import Conflict
from kernel.hooks import call_hook, hook, hookspec, init_app, replaceable, replaces
from kernel.hooks import calls as calls_module
from kernel.hooks.checks import hook_faults
from kernel.runtime import Platform


class World:
    """Three addons, low to high, whose code is made inside a test."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.reports: list[tuple[Any, ...]] = []

    def module(self, addon: str) -> dict[str, Any]:
        """Globals of a module of ``addon``; functions made by exec in them belong to it."""
        return ModuleType(f"asoud_{addon}.code").__dict__

    def run(self, addon: str, code: str) -> dict[str, Any]:
        """Run code as a module of ``addon``."""
        names = {"hook": hook, "hookspec": hookspec, "replaceable": replaceable, "replaces": replaces}
        scope = self.module(addon) | names | {"Conflict": Conflict, "current_addon": current_addon}
        exec(code, scope)
        return scope

    def boot(self) -> None:
        """Load what has been declared so far and enable all."""
        for addon in ("low", "middle", "high"):
            self.platform.registry.add(contributions_of(addon))
        init_app(self.platform.app, self.platform)

    def switch(self, *enabled: str) -> None:
        """Only these are enabled from now on."""
        self.platform.gate.enabled = frozenset(enabled)
        self.platform.gate.generation += 1


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(contributions, "_by_owner", type(contributions._by_owner)(dict))
    app = Flask("test")
    platform = Platform(app, Testing(), "web")
    platform.registry = Registry(Graph((), {}, {}))
    for addon in ("low", "middle", "high"):
        candidate = Candidate(addon, f"asoud_{addon}", None, addon, "1", "", "", "", ())  # type: ignore[arg-type]  # never loaded
        platform.registry.loaded[addon] = LoadedAddon(candidate, SimpleNamespace(requires_if={}), ())  # type: ignore[arg-type]  # enough of one
    gate = SimpleNamespace(enabled=frozenset({"low", "middle", "high"}), generation=1)
    gate.counts = lambda contribution: contribution.owner in gate.enabled
    platform.db = SimpleNamespace(in_transaction=lambda: False)  # type: ignore[assignment]  # no database
    platform.gate = gate  # type: ignore[assignment]  # a gate without a database
    world = World(platform)
    monkeypatch.setattr(inbox, "report_problem", lambda *args: world.reports.append(args))
    with app.app_context():
        yield world


COLLECT = "@hookspec.collect\ndef kinds(order):\n    pass\n"


def test_collect_takes_every_value_in_graph_order_and_only_what_is_asked_for(world: World) -> None:
    spec = world.run("low", COLLECT)["kinds"]
    world.run("high", "@hook('low.kinds')\ndef mine(order):\n    return f'{current_addon()}:{order}'\n")
    world.run(
        "middle",
        "@hook('low.kinds')\ndef other():\n    return 'middle'\n\n@hook('low.kinds')\n"
        "def nothing():\n    return None\n",
    )
    world.boot()
    assert spec(order=7) == ["middle", "high:7"]
    assert call_hook("low.kinds", order=7) == ["middle", "high:7"]
    assert current_addon() == "kernel"


def test_a_failing_collector_is_reported_and_left_out(world: World) -> None:
    spec = world.run("low", COLLECT)["kinds"]
    world.run("middle", "@hook('low.kinds')\ndef broken():\n    raise RuntimeError('no')\n")
    world.run("high", "@hook('low.kinds')\ndef fine():\n    return 1\n")
    world.boot()
    assert spec(order=1) == [1]
    assert world.reports == [("middle", "hook_failed", "low.kinds:middle.broken", "RuntimeError: no", "error")]


def test_a_slow_one_is_reported(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls_module, "SLOW_SECONDS", -1.0)
    spec = world.run("low", COLLECT)["kinds"]
    world.run("high", "@hook('low.kinds')\ndef slow():\n    return 1\n")
    world.boot()
    spec(order=1)
    assert world.reports[0][:3] == ("high", "slow_hook", "low.kinds:high.slow")


def test_first_asks_dependents_before_what_they_depend_on_and_errors_propagate(world: World) -> None:
    spec = world.run("low", "@hookspec.first\ndef sender(mobile):\n    pass\n")["sender"]
    world.run("middle", "@hook('low.sender')\ndef a(mobile):\n    return 'middle'\n")
    world.run(
        "high",
        "@hook('low.sender')\ndef b(mobile):\n    if mobile == 'bad': raise Conflict\n"
        "    return None if mobile == 'x' else 'high'\n",
    )
    world.boot()
    assert spec(mobile="y") == "high"
    assert spec(mobile="x") == "middle"
    with pytest.raises(Conflict):
        spec(mobile="bad")
    world.switch("low")
    assert spec(mobile="y") is None


def test_check_lets_any_refuse(world: World) -> None:
    spec = world.run("low", "@hookspec.check\ndef may_close(market):\n    pass\n")["may_close"]
    world.run(
        "high",
        "@hook('low.may_close')\ndef refuse(market):\n    if market == 'busy': raise Conflict('orders are open')\n",
    )
    world.boot()
    assert spec(market="idle") is None
    with pytest.raises(Conflict, match="orders are open"):
        spec(market="busy")


def test_pipeline_runs_phase_by_phase_and_inside_a_phase_in_graph_order(world: World) -> None:
    spec = world.run("low", "@hookspec.pipeline('base', 'tax')\ndef price(total, user):\n    pass\n")["price"]
    world.run("high", "@hook('low.price', phase='base')\ndef h(total):\n    return total + ['high']\n")
    world.run(
        "middle",
        "@hook('low.price', phase='tax')\ndef t(total, user):\n"
        "    return total + [f'tax {user}']\n\n@hook('low.price')\ndef m(total):\n"
        "    return total + ['middle']\n\n@hook('low.price')\ndef n():\n    return None\n",
    )
    world.boot()
    assert spec([], user="u") == ["middle", "high", "tax u"]


def test_a_disabled_addons_implementations_stand_still(world: World) -> None:
    spec = world.run("low", COLLECT)["kinds"]
    world.run("high", "@hook('low.kinds')\ndef mine():\n    return 1\n")
    world.boot()
    assert spec(order=0) == [1]
    world.switch("low", "middle")
    assert spec(order=0) == []


def test_a_hook_whose_owner_is_absent_answers_none(world: World) -> None:
    world.run("high", "@hook('notification.types')\ndef mine():\n    return 1\n")
    world.boot()
    assert call_hook("notification.types") is None
    assert hook_faults(world.platform.registry, contributions_of("high")) == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("@hook('low.kindz')\ndef typo(order):\n    pass\n", "doesn't exist"),
        ("@hook('low.kinds')\ndef wrong(order, extra):\n    pass\n", "wrong signature"),
        ("@hook('low.kinds', phase='tax')\ndef phase(order):\n    pass\n", "has no phase 'tax'"),
    ],
)
def test_wrong_implementations_are_found_at_boot(world: World, code: str, reason: str) -> None:
    world.run("low", COLLECT)
    world.boot()
    world.run("high", code)
    faults = hook_faults(world.platform.registry, contributions_of("high"))
    assert [fault.code for fault in faults] == ["hook"]
    assert reason in faults[0].reason
    assert "asoud_high.code" in faults[0].mend


def test_an_addon_may_implement_its_own_hook(world: World) -> None:
    world.run("low", COLLECT + "\n@hook('low.kinds')\ndef own(order):\n    return order\n")
    assert hook_faults(world.platform.registry, contributions_of("low")) == []


SERVICE = "@replaceable\ndef price(amount):\n    return amount\n"


def test_a_service_is_replaced_or_wrapped_while_the_addon_is_enabled(world: World) -> None:
    price = world.run("low", SERVICE + "\n@replaceable\ndef fee(amount):\n    return amount\n")
    world.run(
        "high",
        "@replaces('low.price')\ndef mine(amount):\n    return (amount * 2, current_addon())\n\n"
        "@replaces('low.fee', wraps=True)\ndef wrapped(inner, amount):\n"
        "    return inner(amount) + 1\n",
    )
    world.boot()
    assert price["price"](5) == (10, "high")
    assert price["fee"](5) == 6
    world.switch("low")
    assert price["price"](5) == 5
    assert price["price"].name == "low.price"


def test_two_replacements_are_a_clash_that_names_both(world: World) -> None:
    world.run("low", SERVICE)
    world.run("middle", "@replaces('low.price')\ndef one(amount):\n    pass\n")
    world.boot()
    world.run("high", "@replaces('low.price')\ndef two(amount):\n    pass\n")
    clashes = world.platform.registry.clashes(contributions_of("high"))
    assert [(new.owner, there.owner, new.key) for new, there in clashes] == [("high", "middle", "low.price")]


def test_names_come_from_the_owner(world: World) -> None:
    found: Callable[..., Any] = world.run("low", COLLECT)["kinds"]
    contribution: Contribution = contributions_of("low")[0]
    assert (contribution.kind, contribution.key, found.name) == ("hookspec", "low.kinds", "low.kinds")  # type: ignore[attr-defined]
