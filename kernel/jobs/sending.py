"""Handing ids to Redis, and taking the trust back at once when Redis didn't take them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import redis
import structlog
from sqlalchemy import update

from kernel.db import session, transaction
from kernel.errors import ServiceUnavailable
from kernel.jobs.models import Work
from kernel.jobs.queues import Message
from kernel.runtime import platform

log = structlog.get_logger(__name__)

Parcel = tuple[Message, Sequence[UUID]]
"""A message and the rows that it stands for."""


def send(model: type[Work], parcels: Sequence[Parcel]) -> bool:
    """Push the messages, outside any transaction; False when Redis is away.

    Their rows say already that they were sent. If the push fails that is taken back, and the relay sends them as soon
    as Redis answers; if this process dies here, it does so when the trust runs out.
    """
    try:
        platform.jobs.transport.push([message for message, _ in parcels])
    except redis.RedisError as error:
        log.warning("messages_not_sent", error=str(error), messages=len(parcels))
        _take_back(model, [row_id for _, ids in parcels for row_id in ids])
        return False
    return True


def _take_back(model: type[Work], ids: Sequence[UUID]) -> None:
    try:
        with transaction():
            unclaimed = (model.id.in_(ids), model.worker.is_(None))
            session().execute(update(model).where(*unclaimed).values(sent_until=None, sent=0))
    except ServiceUnavailable:  # the database went away as well; the trust will run out
        log.warning("messages_not_taken_back", messages=len(ids))
