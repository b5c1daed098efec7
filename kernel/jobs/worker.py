"""`asoud worker`: RQ's simple worker, one job after the other in this process, and how it lives with outages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import redis
import structlog
from flask import Flask
from rq import Queue, SimpleWorker
from rq.exceptions import DequeueTimeout, StopRequested
from rq.job import Job as Message
from rq.serializers import JSONSerializer
from rq.timeouts import BaseDeathPenalty

from kernel.jobs.queues import QUEUES, rq_queue
from kernel.jobs.stopping import Stop
from kernel.runtime import platform

log = structlog.get_logger(__name__)
_PAUSE_SECONDS = 1.0
_REDIS_SECONDS = 15.0
_WORKER_TTL = 16  # RQ waits for a message 15 seconds less than that, so a stop is noticed within a second


def run_worker(app: Flask, queues: Sequence[str] = QUEUES, *, should_stop: Callable[[], bool] = lambda: False) -> None:
    """Work until SIGTERM, SIGINT or ``should_stop()``, looked at once a second; what runs then is finished first.

    When Redis or the database goes away it waits and goes on by itself. Run it in the main thread: time limits of
    handlers are exact there. ``should_stop`` is how a process that is behind makes room for a new one.
    """
    logging.getLogger("rq.worker").setLevel(logging.WARNING)  # each message is an INFO line otherwise
    stop = Stop(should_stop)
    with app.app_context():
        workforce = platform.jobs.workforce
        workforce.keep()
    with stop.on_signals():
        while not stop:
            with app.app_context():
                _work(app, queues, stop)
            if not stop:
                stop.wait(_PAUSE_SECONDS)
    with app.app_context():
        workforce.leave()


def _work(app: Flask, queues: Sequence[str], stop: Stop) -> None:
    try:
        QuietWorker(app, queues, stop).run()
    except redis.RedisError as error:
        log.warning("worker_waits_for_redis", error=str(error))
    except Exception:  # whatever it is, the next worker starts anew
        log.exception("worker_failed")


class _NoPenalty(BaseDeathPenalty):
    """A message may stand for many events; each handler has a time limit of its own instead."""

    def setup_death_penalty(self) -> None:
        """Nothing to set up."""

    def cancel_death_penalty(self) -> None:
        """Nothing to cancel."""


class QuietWorker(SimpleWorker):
    """An RQ worker that takes no commands over Redis and leaves signals alone."""

    death_penalty_class = _NoPenalty

    def __init__(self, app: Flask, queues: Sequence[str], stop: Stop) -> None:
        self._app = app
        self._stop = stop
        connection = _connection(platform.redis)
        prefix = platform.settings.redis_prefix
        found = [rq_queue(prefix, name, connection) for name in queues]
        super().__init__(found, connection=connection, worker_ttl=_WORKER_TTL, serializer=JSONSerializer)

    def run(self) -> None:
        """Work until `Stop` says when to end; unlike RQ's own, this lets errors of Redis through.

        Raises `redis.RedisError`.
        """
        self.register_birth()  # type: ignore[no-untyped-call]  # RQ leaves it unannotated
        try:
            while True:
                if self.should_run_maintenance_tasks:
                    self.run_maintenance_tasks()  # type: ignore[no-untyped-call]  # as above
                self.execute_job(*self.dequeue_job_and_maintain_ttl(self.dequeue_timeout))
                self.heartbeat()
        except StopRequested:
            pass
        finally:
            self.teardown()  # type: ignore[no-untyped-call]  # as above

    def unsubscribe(self) -> None:
        """Nothing was subscribed."""

    def dequeue_job_and_maintain_ttl(
        self, timeout: int | None, max_idle_time: int | None = None
    ) -> tuple[Message, Queue]:
        """Wait for a message; unlike RQ's own, this looks at `Stop` and never while it holds a message."""
        while not self._stop:
            self.heartbeat()
            try:
                found = Queue.dequeue_any(
                    self._ordered_queues,
                    timeout,
                    connection=self.connection,
                    serializer=self.serializer,
                    death_penalty_class=self.death_penalty_class,
                )
            except DequeueTimeout:
                continue
            if found is not None:
                version = self.get_redis_server_version()  # type: ignore[no-untyped-call]  # as above
                found[0].redis_server_version = version
                return found
        raise StopRequested

    def execute_job(self, job: Message, queue: Queue) -> None:
        """Run what the message asks for in an app context of its own."""
        with self._app.app_context():
            super().execute_job(job, queue)


def _connection(shared: redis.Redis) -> redis.Redis:
    """A connection to the same server that may block longer than the shared one."""
    pool = shared.connection_pool
    options = {**pool.connection_kwargs, "socket_timeout": _REDIS_SECONDS}
    return redis.Redis(connection_pool=redis.ConnectionPool(connection_class=pool.connection_class, **options))
