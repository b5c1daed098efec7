"""`platform.events`: waking the relay, and who subscribes to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import redis
from sqlalchemy import delete, select

from kernel.addons.contributions import Contribution
from kernel.clock import monotonic, now
from kernel.db import new_id, session, transaction
from kernel.events.models import Delivery, EventRow, Subscription
from kernel.events.subscription import Subscriber
from kernel.jobs.upsert import insert_new

if TYPE_CHECKING:
    from kernel.runtime import Platform

_SILENCE_SECONDS = 1.0


class Events:
    """State of the events subsystem in one process."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._silent_until = 0.0

    @property
    def channel(self) -> str:
        """The Redis channel that wakes the relay."""
        return f"{self._platform.settings.redis_prefix}outbox"

    def wake_relay(self) -> None:
        """Tell the relay that there is something in the outbox. Without Redis it finds out by polling.

        When Redis is away nobody waits for it again for a second.
        """
        if monotonic() < self._silent_until:
            return
        try:
            self._platform.redis.publish(self.channel, b"")
        except redis.RedisError:
            self._silent_until = monotonic() + _SILENCE_SECONDS

    def contribution(self, subscriber: str) -> Contribution | None:
        """The contribution of the subscriber ``<addon>.<function>``, if this process has loaded it."""
        return self._platform.registry.find("subscriber", subscriber)

    def subscribe_addon(self, addon: str) -> None:
        """Bring the subscriptions of a loaded addon up to its code; it gets what is published from now on.

        For its installation and upgrade, in the transaction that makes it installed.
        """
        declared = {c.key: c.value for c in self._platform.registry.contributions("subscriber") if c.owner == addon}
        with transaction():
            rows = session().scalars(select(Subscription).where(Subscription.owner == addon))
            there = {row.subscriber: row for row in rows}
            for key in there.keys() - declared.keys():
                self._unsubscribe(key)
            for key, subscriber in declared.items():
                _subscribe(subscriber, there.get(key))

    def subscribe_loaded(self) -> None:
        """`subscribe_addon` for the kernel and every addon that this process has loaded."""
        owners = {c.owner for c in self._platform.registry.contributions("subscriber")}
        for owner in sorted(owners | self._platform.registry.loaded.keys()):
            self.subscribe_addon(owner)

    def forget_addon(self, addon: str) -> None:
        """Delete the addon's subscriptions, deliveries and unsent events; for its uninstallation."""
        with transaction():
            session().execute(delete(Delivery).where(Delivery.owner == addon))
            session().execute(delete(Subscription).where(Subscription.owner == addon))
            session().execute(delete(EventRow).where(EventRow.publisher == addon, EventRow.relayed_at.is_(None)))

    def _unsubscribe(self, subscriber: str) -> None:
        session().execute(delete(Delivery).where(Delivery.subscriber == subscriber))
        session().execute(delete(Subscription).where(Subscription.subscriber == subscriber))


def _subscribe(subscriber: Subscriber, row: Subscription | None) -> None:
    """Add or correct one row; a subscriber that now listens to something else begins anew."""
    wanted = {"event": subscriber.event, "version": subscriber.version, "when_disabled": subscriber.when_disabled}
    if row is None:
        identity = {"subscriber": subscriber.key, "owner": subscriber.owner}
        insert_new(Subscription, {"id": new_id(), **identity, **wanted, "since": now()})
        return
    if (row.event, row.version) != (subscriber.event, subscriber.version):
        row.since = now()
    for column, value in wanted.items():
        setattr(row, column, value)
