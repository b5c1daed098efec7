"""The cache: two levels, this process and Redis; tags dropped in every process; may vanish without an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from kernel.cache.declarations import drop_on, warms
from kernel.cache.life import good_until
from kernel.cache.store import Cache
from kernel.cache.warming import warm_after_drop

if TYPE_CHECKING:
    from kernel.runtime import Platform

__all__ = ["Cache", "drop_on", "good_until", "init_app", "warms"]


def init_app(app: Flask, platform: Platform) -> None:
    """Put the cache on ``platform.cache``. Whenever addons are switched, values of before are forgotten."""
    cache = platform.cache = Cache(platform)
    cache.on_drop(warm_after_drop)
    platform.gate.on_change(lambda change: cache.forget_local())
