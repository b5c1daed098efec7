"""Addons made for one test: packages with metadata in a folder that is put on PYTHONPATH, as pip would leave them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DECLARATION = 'from addon_sdk import Addon\n\naddon = Addon(title="{name}")\n'
MIGRATION = """
import sqlalchemy as sa
from alembic import op
revision = "{name}_1"
down_revision = None
branch_labels = None
depends_on = None

def upgrade():
    op.create_table(
        "{name}_thing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_{name}_thing")),
    )

def downgrade():
    op.drop_table("{name}_thing")
"""
"""The migration of an addon ``name`` that makes the one table of its model ``thing``."""


@dataclass
class Site:
    """A deployment in a folder: its own packages, data and database; commands run in processes of their own."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def add(
        self,
        name: str,
        files: Mapping[str, str] | None = None,
        *,
        requires: Sequence[str] = (),
        version: str = "1.0",
        distribution: str | None = None,
        package: str | None = None,
        entry_point: str | None = None,
    ) -> Path:
        """Write the addon ``name``; ``files`` are paths inside its package. An existing one is replaced."""
        package = package or f"asoud_{name}"
        distribution = distribution or f"asoud-{name}"
        site = self.folder / "site"
        for path, text in {"__init__.py": DECLARATION.format(name=name), **(files or {})}.items():
            target = site / package / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(textwrap.dedent(text))
        info = site / f"{distribution.replace('-', '_')}.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        lines = [
            f"Name: {distribution}",
            f"Version: {version}",
            f"Summary: The {name}.",
            f"Author-email: Author of {name} <{name}@example.com>",
            "License-Expression: MIT",
            *(f"Requires-Dist: {item}" for item in requires),
        ]
        (info / "METADATA").write_text("Metadata-Version: 2.1\n" + "\n".join(lines) + "\n")
        (info / "entry_points.txt").write_text(f"[asoud.addons]\n{name} = {entry_point or f'{package}:addon'}\n")
        return site / package

    def remove(self, name: str) -> None:
        """Take the addon's package away, as ``pip uninstall`` does."""
        shutil.rmtree(self.folder / "site" / f"asoud_{name}")
        shutil.rmtree(self.folder / "site" / f"asoud_{name}.dist-info")

    def env(self) -> dict[str, str]:
        """The environment of this site's processes."""
        return {
            **os.environ,
            "PYTHONPATH": str(self.folder / "site"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "ASOUD_PROFILE": "testing",
            "ASOUD_DATA_DIR": str(self.folder / "data"),
            **self.environment,
        }

    def asoud(self, *arguments: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Run the command line in a process of its own; ``code`` is the exit code that it must have (None: any)."""
        done = self.python("from kernel.cli import main; main()", *arguments, code=code)
        assert "Traceback" not in done.stderr or code is None, done.stderr
        return done

    def python(self, text: str, *arguments: str, code: int | None = 0, **env: str) -> subprocess.CompletedProcess[str]:
        """Run Python code in a process of this site."""
        command = [sys.executable, "-c", text, *arguments]
        env = {**self.env(), **env}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
        assert code is None or done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def pretend_installed(self, *names: str) -> None:
        """Write down that addons are installed and enabled, as if their code had broken since."""
        self.python(
            "import sys\n"
            "from kernel.addons import state\n"
            "from kernel.app import create_app\n"
            "from kernel.db import transaction\n"
            "with create_app(role='cli').app_context(), transaction():\n"
            "    for name in sys.argv[1:]:\n"
            "        state.save(name, 'installed', version='1.0', enabled=True)\n",
            *names,
        )

    def json(self, *arguments: str) -> Any:
        """What a command prints with ``--json``."""
        return json.loads(self.asoud(*arguments, "--json").stdout)
