"""`asoud cron`: the relay and the crons in one loop, woken by Redis, polling without it."""

from __future__ import annotations

from collections.abc import Callable

import redis
import structlog
from flask import Flask

from kernel.errors import Problem
from kernel.jobs.relay import Relay
from kernel.jobs.stopping import Stop
from kernel.runtime import platform

log = structlog.get_logger(__name__)
_PAUSE_SECONDS = 1.0
_GATHER_SECONDS = 0.02
"""After a ring more are likely; one turn then serves them all."""


def run_cron(app: Flask, *, should_stop: Callable[[], bool] = lambda: False) -> None:
    """Relay events and jobs and run the crons until SIGTERM, SIGINT or ``should_stop()``; then finish the turn.

    Several such processes may run, on several machines: one leads, the others stand by. When the database or Redis
    goes away it waits and goes on by itself.
    """
    stop = Stop(should_stop)
    with app.app_context():
        relay, bell = Relay(), Bell()
    with stop.on_signals():
        while not stop:
            with app.app_context():
                if not _turn(relay, stop):
                    bell.wait(platform.settings.poll_seconds, stop)
        with app.app_context():
            _end(relay)
            bell.close()


def _turn(relay: Relay, stop: Stop) -> bool:
    try:
        return relay.turn()
    except Problem as error:
        log.warning("relay_waits", error=str(error.__cause__ or error))
    except Exception:  # whatever it is, events must go on flowing once it is over
        log.exception("relay_failed")
    stop.wait(_PAUSE_SECONDS)
    return False


def _end(relay: Relay) -> None:
    try:
        relay.end()
    except Problem as error:  # the lease runs out by itself
        log.warning("relay_lease_not_released", error=str(error))


class Bell:
    """Rings when a process has published something."""

    def __init__(self) -> None:
        self._channel = platform.events.channel
        self._pubsub: redis.client.PubSub | None = None

    def wait(self, seconds: float, stop: Stop) -> None:
        """Return when it rings, or after ``seconds``; several rings count as one."""
        try:
            pubsub = self._subscribed()
            if pubsub.get_message(timeout=seconds) is not None:
                stop.wait(_GATHER_SECONDS)
                while pubsub.get_message(timeout=0) is not None:
                    continue
        except redis.RedisError:
            self.close()
            stop.wait(seconds)

    def _subscribed(self) -> redis.client.PubSub:
        if self._pubsub is None:
            self._pubsub = platform.redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]  # see close
            self._pubsub.subscribe(self._channel)
        return self._pubsub

    def close(self) -> None:
        """Let the connection go; the next `wait` makes a new one."""
        if self._pubsub is not None:
            self._pubsub.close()
            self._pubsub = None
