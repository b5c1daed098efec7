"""Answers kept for requests that must not have their effect twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Model


class IdempotencyKey(Model):
    """One ``Idempotency-Key`` of one caller on one route: claimed by a running request, or answered."""

    __table_args__ = (UniqueConstraint("caller", "route", "key"),)

    caller: Mapped[str] = mapped_column(String(100))
    route: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(255))
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Of path, query and body: the same key must come with the same request."""
    claim: Mapped[UUID]
    """Which run may write the answer."""
    lease_until: Mapped[datetime]
    """After this the run is taken for dead, and the next request with the key does the work."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]
    """HTTP status of the answer; None while the first request runs."""
    headers: Mapped[dict[str, Any] | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
