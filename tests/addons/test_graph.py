"""Order and faults, from metadata alone."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from kernel.addons import graph as graph_module
from kernel.addons.discovery import Candidate
from kernel.addons.graph import Graph, build


def candidate(name: str, *requires: str, distribution: str | None = None, version: str = "1.0") -> Candidate:
    return Candidate(
        name=name,
        package=f"asoud_{name}",
        entry_point=EntryPoint(name, f"asoud_{name}:addon", "asoud.addons"),
        distribution=distribution or f"asoud-{name}",
        version=version,
        summary="",
        authors="",
        license="",
        requires=tuple(Requirement(text) for text in requires),
    )


@pytest.fixture(autouse=True)
def everything_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Distributions of these tests exist on paper only."""
    monkeypatch.setattr(graph_module, "_installed_version", lambda name: None if "absent" in name else "1.0")


def names(graph: Graph) -> list[str]:
    return [item.name for item in graph.order]


def test_order_is_depth_then_name() -> None:
    graph = build(
        [
            candidate("chat", "asoud-users"),
            candidate("users", "asoud-iran"),
            candidate("iran"),
            candidate("region"),
            candidate("apple", "asoud-chat", "asoud-region"),
        ]
    )
    assert names(graph) == ["iran", "region", "users", "chat", "apple"]
    assert graph.closure("chat") == ["iran", "users", "chat"]
    assert graph.dependents("iran") == ["users", "chat", "apple"]
    assert graph.candidate("chat") is not None
    assert graph.candidate("nothing") is None


def test_a_cycle_takes_its_members_and_those_above_it_but_nobody_else() -> None:
    graph = build([candidate("a", "asoud-b"), candidate("b", "asoud-a"), candidate("c", "asoud-b"), candidate("d")])
    assert names(graph) == ["d"]
    assert graph.faults["a"][0].code == "cycle"
    assert "a -> b -> a" in graph.faults["a"][0].reason
    assert graph.faults["c"][0].code == "dependency"
    assert graph.faults["c"][0].chain == ("c", "b")


def test_a_missing_requirement_quarantines_with_the_chain_of_reasons() -> None:
    graph = build(
        [candidate("low", "absent-library>=2"), candidate("middle", "asoud-low"), candidate("top", "asoud-middle")]
    )
    assert names(graph) == []
    assert graph.faults["low"][0].mend == "Run: pip install 'absent-library>=2'"
    assert graph.faults["top"][0].chain == ("top", "middle", "low")
    assert "(through top -> middle -> low)" in str(graph.faults["top"][0])


def test_a_requirement_of_another_version_is_a_fault() -> None:
    graph = build([candidate("a", "asoud-b>=2"), candidate("b")])
    assert graph.faults["a"][0].code == "dependency_version"
    assert names(graph) == ["b"]


@pytest.mark.parametrize(("requirement", "fine"), [("asoud~=0.1", True), ("asoud>=99", False), ("asoud", True)])
def test_the_kernel_range_is_the_requirement_on_asoud(requirement: str, fine: bool) -> None:
    graph = build([candidate("a", requirement)])
    assert ("a" in names(graph)) is fine
    if not fine:
        assert [fault.code for fault in graph.faults["a"]] == ["kernel_version"]


def test_of_two_with_one_name_the_second_is_left_out_and_both_are_named() -> None:
    graph = build([candidate("a", distribution="asoud-a"), candidate("a", distribution="other-a")])
    assert [item.distribution for item in graph.order] == ["asoud-a"]
    fault = graph.faults["a"][0]
    assert fault.code == "duplicate_name"
    assert "asoud-a and other-a" in fault.reason


@pytest.mark.parametrize("name", ["Upper", "1st", "with-dash", "kernel", "db", "x" * 41])
def test_names_that_cannot_be(name: str) -> None:
    assert build([candidate(name)]).faults[name][0].code == "name"


@given(st.dictionaries(st.sampled_from("abcdefg"), st.sets(st.sampled_from("abcdefg")), max_size=7))
def test_every_addon_comes_after_what_it_needs_or_has_a_fault(edges: dict[str, set[str]]) -> None:
    graph = build(
        [candidate(name, *(f"asoud-{item}" for item in sorted(needs & edges.keys()))) for name, needs in edges.items()]
    )
    order = names(graph)
    for name in edges:
        if name in order:
            assert all(order.index(item) < order.index(name) for item in graph.dependencies[name])
        else:
            assert graph.faults[name]
            assert graph.faults[name][0].mend
