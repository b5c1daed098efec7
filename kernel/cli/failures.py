"""What goes wrong in ways that are expected, as one message for the operator."""

from __future__ import annotations

import re

from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

from config import ConfigurationError
from kernel.db.failures import DatabaseAway
from kernel.errors import OperatorError, Problem

EXPECTED = (OperatorError, ConfigurationError, Problem, DBAPIError, RedisError)
"""Errors that end a command with a message and exit code 1; any other keeps its traceback: a fault of code."""


def explained(error: Exception) -> str:
    """The message for one of `EXPECTED`: what was refused or failed, and what to run."""
    if isinstance(error, DBAPIError):
        return f"the database failed: {error.orig}. Run: {_mend(error)}"
    if isinstance(error, RedisError):
        return f"Redis failed: {error}. Run: asoud doctor"
    if isinstance(error, DatabaseAway) and error.detail is None:
        reason = str(error.__cause__ or error).partition("\n")[0]
        return f"the database does not answer: {reason}. Check DATABASE_URL, or run: asoud doctor"
    if isinstance(error, Problem):
        return error.detail or error.title
    return str(error)


def _mend(error: DBAPIError) -> str:
    """What to run: where the kernel's tables are missing, the doctor would only say the same."""
    new = re.search(r'no such table: kernel_|relation "kernel_\w+" does not exist', str(error.orig))
    return "asoud db upgrade" if new else "asoud doctor"
