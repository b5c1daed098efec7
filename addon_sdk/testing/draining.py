"""Doing what is due here and now, without Redis, relay or worker: for tests of jobs and of what events cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module

from kernel.events.dispatch import dispatch_deliveries
from kernel.events.fanout import fan_out
from kernel.jobs.dispatch import dispatch_jobs
from kernel.jobs.parking import resume_parked
from kernel.jobs.queues import Message
from kernel.runtime import platform


class CollectedMessages:
    """A transport that keeps the messages instead of sending them."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def push(self, messages: Sequence[Message]) -> None:
        """Keep them."""
        self.messages.extend(messages)


def deliver_messages(messages: Sequence[Message]) -> None:
    """Act on messages as a worker does."""
    for message in messages:
        module, _, name = message.function.rpartition(".")
        getattr(import_module(module), name)(*message.args)


@contextmanager
def collected_messages() -> Iterator[CollectedMessages]:
    """Inside the block nothing goes to Redis; what an app that never sends has kept so far counts too."""
    before = platform.jobs.transport
    collected = before if isinstance(before, CollectedMessages) else CollectedMessages()
    platform.jobs.transport = collected
    try:
        yield collected
    finally:
        platform.jobs.transport = before


def drain() -> int:
    """Deliver every published event and run every due job, and what these cause in turn; how many messages that took.

    What fails stays for its next try, which is due later; move the clock and drain again.
    """
    count = 0
    with collected_messages() as collected:
        while True:
            resume_parked()
            while fan_out() or dispatch_deliveries() or dispatch_jobs():
                continue
            messages, collected.messages = collected.messages, []
            if not messages:
                return count
            count += len(messages)
            deliver_messages(messages)
