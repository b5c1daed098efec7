"""The same sites as for jobs."""

from tests.jobs.conftest import clock, make, site

__all__ = ["clock", "make", "site"]
