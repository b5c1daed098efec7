"""The one Alembic environment: it migrates or compares one owner, on the connection that the kernel hands over."""

from typing import Any

from alembic import context
from alembic.util import CommandError

from kernel.db import Model
from kernel.db.ledger import read_ledger
from kernel.db.migrations.comparison import OwnedBy, render_item
from kernel.db.migrations.run import Run, refuse_autocommit

config = context.config
run: Run | None = config.attributes.get("run")
if run is None:
    raise CommandError("Each addon has a history of its own, so plain Alembic cannot work here. Use: asoud db --help")


def leave_out_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Write no migration when nothing differs."""
    if config.attributes.get("leave_out_empty") and directives[0].upgrade_ops.is_empty():
        directives.clear()


context.configure(
    connection=run.connection,
    target_metadata=Model.metadata,
    version_table=run.source.version_table,
    include_object=OwnedBy(run.source.owner, read_ledger(run.connection)),
    render_item=render_item,
    render_as_batch=True,
    compare_type=True,
    process_revision_directives=leave_out_empty,
)
# A block outside the transaction could not be rolled back with the rest.
context.get_context().autocommit_block = refuse_autocommit  # type: ignore[method-assign]
with context.begin_transaction():
    context.run_migrations()
