"""Migrations: one history and one version table for each owner, run whole or not at all, under a lock.

Importing this doesn't import Alembic; only the functions that run it do, so that a web process never pays for it.
"""

from kernel.db.migrations.authoring import Drift, check, revision
from kernel.db.migrations.run import downgrade, upgrade
from kernel.db.migrations.uninstall import drop_owner, owned_columns, owned_tables
from kernel.db.schema_state import (
    MigrationSource,
    current_revision,
    current_revisions,
    head_on_disk,
    heads_on_disk,
    pending,
    source_of,
)

revision_of = current_revision

__all__ = [
    "Drift",
    "MigrationSource",
    "check",
    "current_revision",
    "current_revisions",
    "downgrade",
    "drop_owner",
    "head_on_disk",
    "heads_on_disk",
    "owned_columns",
    "owned_tables",
    "pending",
    "revision",
    "revision_of",
    "source_of",
    "upgrade",
]
