"""Published events drop tags: in the publisher's process at its commit, and for certain by the relay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kernel.addons.contributions import contributions_of
from kernel.cache import drop_on
from kernel.cache.events import EventDrops
from kernel.db import transaction
from kernel.events import publish
from kernel.events.fanout import fan_out
from kernel.runtime import Platform
from tests.jobs.processes import wait_until
from tests.jobs.shop import Sold
from tests.jobs.site import make_site


@pytest.fixture
def site(
    tmp_path: Path, redis_url: str, own_contributions: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Platform]:
    monkeypatch.setitem(globals(), "__name__", "asoud_atlas.views")
    drop_on("tests.sold", tags=("sales", "sold:{number}"))
    app = make_site(database_url=f"sqlite:///{tmp_path / 'site.db'}", redis_url=redis_url)
    platform: Platform = app.extensions["asoud"]
    platform.registry.add(contributions_of("atlas"))
    platform.cache._events = EventDrops(platform.registry)
    platform.cache.follower.ensure()
    wait_until(lambda: platform.cache.local.trusted)  # what was kept before that is dropped once
    with app.app_context():
        yield platform
    platform.close()


def _keep(platform: Platform) -> None:
    for key in ("7", "8"):
        platform.cache.set(key, "kept", seconds=60, tags=[f"atlas.sold:{key}"])


def test_at_the_publishers_commit(site: Platform) -> None:
    _keep(site)

    @transaction
    def sell() -> None:
        publish(Sold(number=7))
        assert site.cache.get("7") == "kept"

    sell()
    assert [site.cache.get(key) for key in ("7", "8")] == [None, "kept"]


def test_by_the_relay_when_the_publisher_died_before_it_could(site: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(type(site.cache), "event_published", lambda *args: None)
        publish(Sold(number=7))
    _keep(site)
    fan_out()
    assert [site.cache.get(key) for key in ("7", "8")] == [None, "kept"]
    _keep(site)
    fan_out()
    assert site.cache.get("7") == "kept"


def test_an_event_that_nobody_watches_costs_nothing(site: Platform) -> None:
    assert (site.cache.watches("tests.sold"), site.cache.watches("tests.other")) == (True, False)
    unwatched: dict[str, Any] = {}
    assert site.cache._events.tags("tests.other", unwatched) == []
