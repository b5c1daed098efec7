"""Work for later: jobs, crons, the worker that runs them and the relay that brings them to it.

The database is the truth about every job; Redis only carries ids, and what it loses is sent again.
"""

from __future__ import annotations

from flask import Flask

from kernel.jobs.declaration import Cron, Job, cron, job
from kernel.jobs.progress import current_job_id, report_progress
from kernel.jobs.queues import QUEUES
from kernel.jobs.state import Jobs, Outcome
from kernel.runtime import Platform

__all__ = ["QUEUES", "Cron", "Job", "Jobs", "Outcome", "cron", "current_job_id", "init_app", "job", "report_progress"]


def init_app(app: Flask, platform: Platform) -> None:
    """Put the jobs of this process on the platform."""
    platform.jobs = Jobs(platform)
