"""What `@job` and `@cron` refuse, and the names they give."""

from __future__ import annotations

from typing import Any

import pytest

from kernel.addons.contributions import contributions_of
from kernel.jobs import Job, cron, job
from kernel.jobs.schedule import Every, Expression
from tests.jobs import shop


def test_a_job_is_contributed_under_its_addons_name() -> None:
    keys = {(c.kind, c.key) for c in contributions_of("tests")}
    assert keys >= {("job", "tests.greet"), ("job", "tests.tick"), ("cron", "tests.tick"), ("cron", "tests.nightly")}


def test_a_cron_over_a_job_keeps_the_jobs_own_terms() -> None:
    [tick] = [c.value for c in contributions_of("tests") if (c.kind, c.key) == ("cron", "tests.tick")]
    [nightly] = [c.value for c in contributions_of("tests") if (c.kind, c.key) == ("cron", "tests.nightly")]
    assert tick.job is shop.tick
    assert (tick.job.transactional, tick.schedule) == (True, Every(1))
    assert (nightly.job.queue, nightly.schedule) == ("bulk", Expression("0 3 * * *"))
    assert (str(tick.schedule), str(nightly.schedule)) == ("every 1 s", "0 3 * * *")


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ({"queue": "slow"}, "queue must be one of critical, default, bulk, not 'slow'"),
        ({"timeout": 0}, "timeout is 1 second or more"),
        ({"retries": -1}, "retries 0 or more"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        job(**options)(lambda: None)


def test_parameters_that_cannot_be_enqueued_are_refused() -> None:
    def positional(value: int, /) -> None: ...
    def many(*values: int) -> None: ...
    def reserved(at: str) -> None: ...

    for function, rule in ((positional, "passed by name"), (many, "passed by name"), (reserved, "'at'; enqueue")):
        with pytest.raises(TypeError, match=rule):
            job(function)


def test_a_name_that_the_addon_uses_already_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'tests.greet' stands in tests.jobs.shop and in .*; rename one"):
        job(name="greet")(lambda: None)


@pytest.mark.parametrize("expression", ["", "* * * *", "* * * * * *", "61 * * * *", "soon"])
def test_an_expression_that_means_nothing_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match="not a cron expression of five fields"):
        cron(expression)


def test_a_cron_has_one_schedule_and_no_arguments() -> None:
    for wrong in (lambda: cron(), lambda: cron("* * * * *", every=5)):
        with pytest.raises(ValueError, match="either an expression or every"):
            wrong()
    with pytest.raises(ValueError, match="at least 1"):
        cron(every=0)
    with pytest.raises(TypeError, match="must take no arguments"):
        cron(every=5, name="takes_one")(lambda number: None)  # type: ignore[arg-type, misc]  # the mistake under test


def test_a_job_looks_like_its_function() -> None:
    assert isinstance(shop.greet, Job)
    assert shop.greet.__name__ == "greet"
    assert list(shop.greet.signature.parameters) == ["name", "fail"]
