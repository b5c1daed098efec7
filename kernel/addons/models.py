"""The kernel's own record of addons: state, history, the processes that run, and what is wrong."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import JSON, Model, UTCDateTime


class AddonState(Model):
    """One addon that was installed or refused here. ``to_*`` states are steps that a crash may have interrupted."""

    __tablename__ = "kernel_addon"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[str] = mapped_column(String(20))
    """``to_install``, ``installed``, ``to_upgrade``, ``to_uninstall`` or ``uninstalled`` (data kept, or refused)."""
    enabled: Mapped[bool] = mapped_column(default=False)
    version: Mapped[str] = mapped_column(String(60), default="")
    """The code that last made or migrated its data; empty where it has none yet, or they went."""
    auto: Mapped[bool] = mapped_column(default=False)
    """Came by itself, as a bridge."""
    refused: Mapped[bool] = mapped_column(default=False)
    """A bridge that the operator has uninstalled; it never comes by itself again."""


class Generation(Model):
    """A single row that every process watches."""

    __tablename__ = "kernel_generation"

    live: Mapped[int] = mapped_column(Integer, default=0)
    """Rises with every change of what is enabled."""
    boot: Mapped[int] = mapped_column(Integer, default=0)
    """Rises with every change of what is installed; a process that booted before it must be replaced."""


class AddonAction(Model):
    """Audit trail: what an operator did to an addon, and how it ended."""

    __tablename__ = "kernel_addon_action"

    addon: Mapped[str] = mapped_column(String(40), index=True)
    action: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(120))
    outcome: Mapped[str] = mapped_column(String(20))
    """``started``, ``done`` or ``failed``."""
    detail: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)


class Process(Model):
    """A running process that serves this site; it renews ``seen_at`` while it lives."""

    __tablename__ = "kernel_process"

    host: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int] = mapped_column(Integer)
    role: Mapped[str] = mapped_column(String(20))
    boot: Mapped[int] = mapped_column(Integer)
    """The boot generation that it has loaded."""
    live: Mapped[int] = mapped_column(Integer)
    """The live generation that it follows."""
    missing: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Installed addons whose package this machine lacks."""
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)


class AddonProblem(Model):
    """An entry of the health inbox: one kind of trouble of one addon, counted instead of repeated."""

    __tablename__ = "kernel_addon_problem"
    __table_args__ = (UniqueConstraint("addon", "kind", "key"),)

    addon: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40))
    """What sort of trouble: ``slow_hook``, ``failing_job``, ``failed_job``, ``failing_delivery``, ``dead_letter``,
    ``clash``, ``hook_failed``, ..."""
    key: Mapped[str] = mapped_column(String(200))
    """What it is about (the hook's or job's name)."""
    severity: Mapped[str] = mapped_column(String(10))
    message: Mapped[str] = mapped_column(Text)
    count: Mapped[int] = mapped_column(Integer, default=1)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    dismissed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    dismissed_by: Mapped[UUID | None]
    """The user; None when it was over by itself, or dismissed by command (the audit trail says by whom)."""
