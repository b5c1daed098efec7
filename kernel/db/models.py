"""The tables of the database layer itself, in one place for migrations."""

from kernel.db.lease import Lease
from kernel.db.ledger import OwnedColumn, OwnedTable

__all__ = ["Lease", "OwnedColumn", "OwnedTable"]
