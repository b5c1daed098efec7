"""Tables of the outbox: events, who subscribes to them, and one delivery for each subscriber."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import JSON, Model, UTCDateTime
from kernel.jobs.models import Work


class EventRow(Model):
    """A published event, written in the publisher's transaction."""

    __tablename__ = "kernel_event"
    __table_args__ = (Index("ix_kernel_event_relayed_at", "relayed_at", "id"),)

    name: Mapped[str] = mapped_column(String(120))
    version: Mapped[int] = mapped_column(Integer)
    publisher: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    occurred_at: Mapped[datetime] = mapped_column(UTCDateTime)
    request_id: Mapped[str | None] = mapped_column(String(128))
    relayed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the relay wrote its deliveries; empty until then."""


class Subscription(Model):
    """A subscriber of an installed addon; in the database, so that a relay which has not loaded it yet serves it."""

    __tablename__ = "kernel_subscription"

    subscriber: Mapped[str] = mapped_column(String(160), unique=True)
    owner: Mapped[str] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(String(120))
    version: Mapped[int] = mapped_column(Integer)
    when_disabled: Mapped[str] = mapped_column(String(4))
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    """It gets no event that is older."""


class Delivery(Work):
    """One event for one subscriber. Its state ``done`` is the processed mark, set in the handler's own transaction."""

    __tablename__ = "kernel_delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "subscriber"),
        Index("ix_kernel_delivery_state_due_at", "state", "due_at"),
        Index("ix_kernel_delivery_state_finished_at", "state", "finished_at"),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("kernel_event.id", ondelete="CASCADE"))
    subscriber: Mapped[str] = mapped_column(String(160))
