"""Warming: jobs that run warmers after boot, after addons were switched, and after their tags were dropped.

A mark in Redis says "this warmer has run for this generation". Dropping a tag takes the mark away, and whoever takes
it enqueues the job, so that a hundred drops make one run. What was lost on the way the cron finds without its mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import structlog
from redis.exceptions import RedisError

from kernel.addons.contributions import Contribution
from kernel.cache.local import ALL
from kernel.cache.shared import MAX_SECONDS
from kernel.context import in_addon
from kernel.jobs import cron, job
from kernel.runtime import platform

log = structlog.get_logger(__name__)

SWEEP_SECONDS = 30


def warm_after_drop(tags: Sequence[str]) -> None:
    """Enqueue the warmers of ``tags`` that have run since their last drop."""
    dropped = set(tags)
    for contribution in _warmers():
        if (ALL in dropped or dropped & contribution.value.tags) and _unmark(contribution.key):
            warm.enqueue(warmer=contribution.key)


@job(queue="bulk", retries=1)
def warm(warmer: str) -> None:
    """Run one warmer, if it still exists and its addon is enabled."""
    contribution = next((item for item in _warmers() if item.key == warmer), None)
    if contribution is not None:
        _run(contribution)


@cron(every=SWEEP_SECONDS, queue="bulk")
def warm_what_is_cold() -> None:
    """Run every warmer that has not run since boot, since addons were switched, or whose job was lost."""
    for contribution in _warmers():
        if not _is_marked(contribution.key):
            _run(contribution)


def _warmers() -> list[Contribution]:
    contributions = platform.registry.contributions("cache_warmer")
    return [contribution for contribution in contributions if platform.gate.counts(contribution)]


def _run(contribution: Contribution) -> None:
    """Mark first: a drop while the warmer runs takes the mark and has it run once more."""
    _mark(contribution.key)
    try:
        with in_addon(contribution.owner):
            contribution.value.function()
    except Exception:  # one addon's fault must not keep the others cold
        log.exception("cache_warmer_failed", warmer=contribution.key, addon=contribution.owner)
        _unmark(contribution.key)


def _key(warmer: str) -> str:
    return f"{platform.settings.redis_prefix}cache:warm:{platform.gate.generation}:{warmer}"


def _mark(warmer: str) -> None:
    with suppress(RedisError, OSError):  # it runs once more at the next sweep
        platform.redis.set(_key(warmer), b"1", ex=MAX_SECONDS)


def _unmark(warmer: str) -> bool:
    """Take the mark away; True for the one caller who found it. Without Redis the sweep takes over."""
    try:
        return bool(platform.redis.delete(_key(warmer)))
    except (RedisError, OSError):
        return False


def _is_marked(warmer: str) -> bool:
    """Whether it has run. Without Redis there is no shared level to warm: as good as run."""
    try:
        return bool(platform.redis.exists(_key(warmer)))
    except (RedisError, OSError):
        return True
