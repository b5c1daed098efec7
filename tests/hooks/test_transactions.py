"""Hooks that collect inside a caller's transaction: a failing implementation costs its own writes and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text

from kernel.addons import inbox
from kernel.addons.contributions import Contribution
from kernel.addons.models import AddonAction
from kernel.db import WritersCollided, session, transaction
from kernel.hooks import hookspec
from kernel.hooks.specs import HookSpec, Implementation
from kernel.runtime import Platform
from tests.processes import MakePlatform

pytestmark = pytest.mark.usefixtures("own_contributions")


@pytest.fixture
def collecting(make_platform: MakePlatform, database_url: str) -> Platform:
    return make_platform(database_url=database_url)


def spec_of(platform: Platform, *implementations: Any) -> HookSpec[[], list[Any]]:
    """A hook of the kernel's that these functions implement."""

    def kinds() -> Any: ...

    spec = hookspec.collect(kinds)
    for function in implementations:
        implementation = Implementation(spec.name, function, None)
        key = f"{spec.name}:{function.__name__}"
        platform.registry.add([Contribution("hook", key, "kernel", "kernel.tests", implementation)])
    return spec


def write(addon: str) -> None:
    session().add(AddonAction(addon=addon, action="install", actor="test", outcome="done"))
    session().flush()


def written() -> list[str]:
    return [*session().scalars(select(AddonAction.addon).order_by(AddonAction.id))]


def good() -> str:
    with transaction():
        write("good")
    return "good"


def in_a_transaction_of_its_own() -> None:
    with transaction():
        write("half")
        raise RuntimeError("no")


def by_a_refused_statement() -> None:
    write("half")
    session().execute(text("SELECT no_such_column"))


@pytest.mark.parametrize("failing", [in_a_transaction_of_its_own, by_a_refused_statement])
def test_what_a_failing_implementation_wrote_goes_and_the_rest_stays(collecting: Platform, failing: Any) -> None:
    spec = spec_of(collecting, failing, good)
    with transaction():
        write("caller")
        assert spec() == ["good"]
    assert written() == ["caller", "good"]
    (problem,) = inbox.problems()
    assert (problem.kind, problem.severity) == ("hook_failed", "error")


def test_writers_that_collide_begin_again(collecting: Platform) -> None:
    tries = []

    def collides_once() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise WritersCollided
        return "again"

    spec = spec_of(collecting, collides_once)

    @transaction
    def caller() -> list[Any]:
        write("caller")
        return spec()

    assert (caller(), len(tries), written()) == (["again"], 2, ["caller"])


def test_a_report_that_fails_leaves_the_callers_transaction(collecting: Platform) -> None:
    with transaction():
        write("caller")
        inbox.report_problem("tests", "slow_hook", "k", None)  # type: ignore[arg-type]  # which the database refuses
    assert written() == ["caller"]
    assert list(inbox.problems()) == []
