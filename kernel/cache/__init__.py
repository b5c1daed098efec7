"""The cache: two levels, this process and Redis; tags dropped in every process; may vanish without an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from kernel.cache.store import Cache

if TYPE_CHECKING:
    from kernel.runtime import Platform

__all__ = ["Cache", "init_app"]


def init_app(app: Flask, platform: Platform) -> None:
    """Put the cache on ``platform.cache``. Whatever addons are switched, values of before are forgotten."""
    cache = platform.cache = Cache(platform)
    platform.gate.on_change(lambda change: cache.forget_local())
