"""The RQ queues, which carry nothing but ids: what to do stands in the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import redis
    import rq

QUEUES = ("critical", "default", "bulk")
"""Names of the queues, in the order in which a worker empties them."""
_FAILURE_SECONDS = 3600


def check_queue(name: str, where: str) -> None:
    """ValueError, naming ``where``, for a queue that does not exist."""
    if name not in QUEUES:
        raise ValueError(f"{where}: queue must be one of {', '.join(QUEUES)}, not {name!r}.")


@dataclass(frozen=True, slots=True)
class Message:
    """A wake-up call for a worker: which function to call with which ids."""

    queue: str
    function: str
    """Dotted path of a kernel function that takes ``args``."""
    args: tuple[str, ...]


class Transport(Protocol):
    """Brings messages to workers. May lose them, may deliver them twice."""

    def push(self, messages: Sequence[Message]) -> None:
        """Send; raises `redis.RedisError` when the messages could not be handed over."""


class RedisTransport:
    """Messages through RQ; queue names carry the site's prefix, so that sites can share a server."""

    def __init__(self, connection: redis.Redis, prefix: str) -> None:
        self._connection = connection
        self._prefix = prefix

    def push(self, messages: Sequence[Message]) -> None:
        """Send with one round trip for each queue."""
        by_queue: defaultdict[str, list[Message]] = defaultdict(list)
        for message in messages:
            by_queue[message.queue].append(message)
        for name, batch in by_queue.items():
            queue = rq_queue(self._prefix, name, self._connection)
            queue.enqueue_many([_prepared(queue, message) for message in batch])


def rq_queue(prefix: str, name: str, connection: redis.Redis) -> rq.Queue:
    """The RQ queue behind one of `QUEUES`."""
    from rq import Queue  # at the first push only: a web process that enqueues nothing doesn't load RQ
    from rq.serializers import JSONSerializer

    return Queue(f"{prefix}{name}", connection=connection, serializer=JSONSerializer)


def _prepared(queue: rq.Queue, message: Message) -> rq.queue.EnqueueData:
    return queue.prepare_data(
        message.function,
        args=message.args,
        timeout=-1,  # each handler has its own time limit
        result_ttl=0,
        failure_ttl=_FAILURE_SECONDS,
        description=message.function,
    )
