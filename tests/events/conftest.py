"""The same sites as for jobs."""

from tests.jobs.conftest import make, site

__all__ = ["make", "site"]
