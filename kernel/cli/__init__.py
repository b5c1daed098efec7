"""The ``asoud`` command. It always works: a broken addon, a missing table or a dead database is said, not thrown."""

from kernel.cli.main import main

__all__ = ["main"]
