"""Redis between the processes that serve sockets. It carries only what members in other processes need.

Each process tells the others which rooms it has members in, so nothing is published for rooms that are all local.
Redis may vanish: what was to be published is dropped (streams mend themselves from the database), local delivery
doesn't notice, and the connection comes back by itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import redis
import structlog
from redis.exceptions import RedisError

from kernel.realtime.interest import Interest, Peers
from kernel.realtime.presence import Here
from kernel.realtime.wire import ASK, BEAT, EMIT, ENTER, ENTRY, EXPEL, LEAVE, ROOMS, Note, pack, unpack

log = structlog.get_logger(__name__)

BEAT_SECONDS = 1.0
DEAF_SECONDS = 4.0
"""A connection on which not even our own beats come back is dead."""
GREETING_SECONDS = 0.5
"""After a (re)connection everything is published, until the others have said what they care about."""
MAX_WAITING = 20_000
"""Notes that wait to be published; more are dropped, oldest first come first served."""


class Backplane:
    """This process's place among the others."""

    def __init__(self, url: str, prefix: str, interest: Interest) -> None:
        self.id = uuid4().hex
        self.channel = f"{prefix}realtime"
        self.peers = Peers()
        self.connected = False
        self.published = 0
        """Messages sent to Redis."""
        self.received = 0
        """Messages of other processes."""
        self.dropped = 0
        """Notes that could not be published because Redis was away."""
        self.on_note: Callable[[Note], None] = lambda note: None
        """Hears every event, entry and expulsion from other processes."""
        self.on_reconnect: Callable[[], None] = lambda: None
        """Called when Redis is there again, after something may have been missed."""
        self._client = redis.Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=1.0)
        self._listening = redis.Redis.from_url(url, socket_timeout=2.0, socket_connect_timeout=1.0)
        self._here = Here(self._client, prefix, self.id)
        self._interest = interest
        self._waiting: list[Note] = []
        self._work = threading.Event()
        self._greeted = 0.0
        self._ended = False
        self._threads: list[threading.Thread] = []
        interest.on_appear.append(lambda key: self.tell(Note(ENTER, (key,))))
        interest.on_vanish.append(lambda key: self.tell(Note(LEAVE, (key,))))

    def start(self) -> None:
        """Begin to listen and to publish, and wait shortly until Redis has taken notice of us."""
        for function in (self._listen, self._publish):
            thread = threading.Thread(target=function, name=f"asoud-{function.__name__.strip('_')}", daemon=True)
            self._threads.append(thread)
            thread.start()
        until = time.monotonic() + 1.0
        while not self.connected and time.monotonic() < until:
            time.sleep(0.01)

    def stop(self) -> None:
        """End both threads."""
        self._ended = True
        self._work.set()
        for thread in self._threads:
            thread.join(timeout=5)
        self._client.close()
        self._listening.close()

    def wanted(self, key: str | None) -> bool:
        """Whether an event for the room must be published; None is for a whole namespace."""
        others = len(self.peers) > 0 if key is None else self.peers.wants(key)
        return others or time.monotonic() - self._greeted < GREETING_SECONDS

    def tell(self, note: Note) -> None:
        """Publish a note soon, together with whatever else waits. Never waits and never fails."""
        if len(self._waiting) >= MAX_WAITING:
            self.dropped += 1
            return
        self._waiting.append(note)
        self._work.set()

    def _publish(self) -> None:
        beaten = 0.0
        while not self._ended:
            self._work.wait(BEAT_SECONDS)
            self._work.clear()
            notes, self._waiting = self._waiting, []
            if time.monotonic() - beaten >= BEAT_SECONDS:
                beaten = time.monotonic()
                notes.append(Note(BEAT))
                self.peers.forget_silent()
            if notes:
                self._send(notes)
        self._send([Note(ROOMS, ())])

    def _send(self, notes: list[Note]) -> None:
        try:
            self._client.publish(self.channel, pack(self.id, notes))
            self._here.follow(notes, self._interest.keys)
            self.published += 1
        except RedisError:
            self.dropped += len(notes)
            self._here.forget()

    def _listen(self) -> None:
        first = True
        while not self._ended:
            try:
                self._listen_once(reconnected=not first)
            except (RedisError, OSError) as error:
                if self.connected or first:
                    log.warning("realtime_redis_away", error=str(error))
                self.connected = False
                first = False
                time.sleep(0.2)

    def _listen_once(self, *, reconnected: bool) -> None:
        listening: Any = self._listening  # redis-py leaves pubsub() unannotated
        with listening.pubsub(ignore_subscribe_messages=True) as subscription:
            subscription.subscribe(self.channel)
            heard = time.monotonic()
            self._greeted = heard
            self.tell(Note(ASK))
            while not self._ended:
                message = subscription.get_message(timeout=0.5)
                if message is None:
                    if time.monotonic() - heard > DEAF_SECONDS:
                        raise redis.exceptions.TimeoutError("nothing is heard on the realtime channel")
                    continue
                heard = time.monotonic()
                if not self.connected:
                    self.connected = True
                    self._greeted = heard
                    if reconnected:
                        log.info("realtime_redis_back")
                        self.on_reconnect()
                self._take(message["data"])

    def _take(self, data: bytes) -> None:
        try:
            origin, notes = unpack(data)
            if origin == self.id:
                return
            self.received += 1
            known = not origin or self.peers.seen(origin)
            for note in notes:
                self._heed(origin, note, known=known)
        except Exception:  # what one process says must not make this one deaf
            log.exception("realtime_message_not_understood")

    def _heed(self, origin: str, note: Note, *, known: bool) -> None:
        if note.kind in (EMIT, ENTRY, EXPEL):
            self.on_note(note)
        elif note.kind == ENTER:
            self.peers.enter(origin, note.arguments)
        elif note.kind == LEAVE:
            self.peers.leave(origin, note.arguments)
        elif note.kind == ROOMS:
            self.peers.replace(origin, note.arguments)
        elif note.kind == ASK:
            self.tell(Note(ROOMS, tuple(self._interest.keys())))
            if known:  # it had forgotten us, and what it published meanwhile has not come here
                self.on_reconnect()
        elif not known:
            self.tell(Note(ASK))


def publish_once(client: redis.Redis, prefix: str, notes: list[Note]) -> None:
    """Publish from a process that serves no sockets, and so has no name. Raises `redis.exceptions.RedisError`."""
    client.publish(f"{prefix}realtime", pack("", notes))
