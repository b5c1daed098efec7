"""Running an owner's migrations, in its one Alembic environment, and keeping the ownership ledger up to date."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy import Connection

from kernel.context import KERNEL, current_addon, in_addon
from kernel.db.ledger import OwnedTable, Shape, read_shape, record
from kernel.db.migrations.schema_change import schema_change
from kernel.db.schema_state import ENVIRONMENT, MigrationSource, heads_on_disk, pending, source_of
from kernel.errors import OperatorError
from kernel.runtime import platform

if TYPE_CHECKING:
    from alembic.config import Config


@dataclass(frozen=True)
class Run:
    """What `migrations/env.py` needs to know; it stands in the Alembic configuration's attributes as ``run``."""

    source: MigrationSource
    connection: Connection


def upgrade(owner: str, revision: str = "head") -> None:
    """Run the owner's migrations up to ``revision``. All of them or, when one fails, none.

    Raises OperatorError naming the owner, what failed and the mend.
    """
    _refuse_two_heads(owner)
    pending(owner)  # says so when the database is ahead of the package
    from alembic import command

    with _changing(owner) as run:
        command.upgrade(configuration(run), revision)


def downgrade(owner: str, revision: str) -> None:
    """Take the owner's migrations back to ``revision``: an id, ``-1`` for one step, or ``base``. All or none.

    Raises OperatorError naming the owner, what failed and the mend.
    """
    pending(owner)
    from alembic import command

    with _changing(owner) as run:
        command.downgrade(configuration(run), revision)


def configuration(run: Run) -> Config:
    """Flask-Migrate's configuration, pointed at one owner's history; quiet, since standard output is the command's."""
    from flask_migrate import Migrate

    app = platform.app
    if "migrate" not in app.extensions:
        Migrate(app, platform.db, directory=str(ENVIRONMENT))
    config: Config = app.extensions["migrate"].migrate.get_config(opts=["quiet"])
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(run.source.versions).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["run"] = run
    return config


@contextmanager
def _changing(owner: str) -> Iterator[Run]:
    source = source_of(owner)
    try:
        with schema_change(owner) as connection:
            before = read_shape(connection)
            _refuse_before_kernel(owner, before)
            with in_addon(owner):
                yield Run(source, connection)
            record(connection, owner, before, read_shape(connection))
    except OperatorError:
        raise
    except Exception as error:  # a migration is an addon's code: whatever it raises, nothing of it stays
        raise OperatorError(
            f"{owner}: a migration failed and was rolled back whole: {_reason(error)}. "
            f"Mend it in {source.versions}, or install a version of the package that has, and run it again."
        ) from error


def _reason(error: Exception) -> str:
    cause = error.__cause__ or error
    return f"{type(cause).__name__}: {cause}".split("\n[SQL", maxsplit=1)[0].strip().rstrip(".")


def _refuse_before_kernel(owner: str, shape: Shape) -> None:
    if owner != KERNEL and OwnedTable.__tablename__ not in shape:
        raise OperatorError(f"{owner}: the kernel's own tables come first. Run: asoud db upgrade")


def _refuse_two_heads(owner: str) -> None:
    if len(heads := heads_on_disk(owner)) > 1:
        raise OperatorError(
            f"{owner}: its migrations have {len(heads)} heads, {', '.join(heads)}; there must be one. "
            "Make one follow the other by its down_revision."
        )


def refuse_autocommit() -> NoReturn:
    """What a migration gets that asks for Alembic's ``autocommit_block``. Raises OperatorError."""
    raise OperatorError(
        f"{current_addon()}: a migration uses autocommit_block(), which could not be rolled back when a later step "
        "fails. Take it out; CREATE INDEX CONCURRENTLY, say, belongs into a command of the addon."
    )


Inspection = Callable[["Config"], Any]


def inspect_schema(owner: str, inspection: Inspection) -> Any:
    """Let ``inspection`` compare models and database under the lock; nothing in the database changes."""
    with schema_change(owner) as connection:
        return inspection(configuration(Run(source_of(owner), connection)))
