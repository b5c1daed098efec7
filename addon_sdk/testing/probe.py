"""A fresh deployment in a process of its own, which says what is wrong with one addon and what it offers, as JSON.

Run as ``python -m addon_sdk.testing.probe FOLDER DATABASE_URL SUBJECT ADDON...``; an empty address means SQLite.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from flask import Flask

from addon_sdk.testing.deployments import install_addons, settings_for
from kernel.addons.contributions import Contribution
from kernel.app import create_app
from kernel.db import migrations
from kernel.errors import OperatorError
from kernel.i18n.catalogs import catalog
from kernel.identity.access import access_of
from kernel.rest.checks import routes


def main(folder: str, database_url: str, subject: str, *names: str) -> None:
    """Install ``names``, look at ``subject``, print what was found."""
    values = {"database_url": database_url} if database_url else {}
    settings = settings_for(Path(folder), strict=True, **values)
    try:
        install_addons(settings, names)
        app = create_app(settings, role="cli")
    except OperatorError as error:
        print(json.dumps({"problems": str(error).splitlines(), "offers": {}}))  # noqa: T201 - this is its answer
        return
    with app.app_context():
        problems = [*_schema_problems(subject), *_translation_problems(app, subject)]
    print(json.dumps({"problems": problems, "offers": _offers(app, subject)}))  # noqa: T201 - see above


def _schema_problems(subject: str) -> list[str]:
    """Drift between models and migrations, and whether the migrations run down and up again."""
    problems = [f"models and migrations differ: {drift}" for drift in migrations.check(subject)]
    if migrations.head_on_disk(subject) is None:
        return problems
    migrations.downgrade(subject, "base")
    left = [*migrations.owned_tables(subject), *migrations.owned_columns(subject)]
    if left:
        problems.append(f"its downgrade leaves behind {', '.join(left)}.")
    migrations.upgrade(subject)
    return problems


def _translation_problems(app: Flask, subject: str) -> list[str]:
    """Texts for clients and operators that have no Persian translation."""
    registry = app.extensions["asoud"].registry

    def mine(kind: str) -> list[Any]:
        return [c.value for c in registry.contributions(kind) if c.owner == subject]

    declaration = registry.loaded[subject].declaration
    settings = declaration.settings().fields.values() if declaration.settings else ()
    texts = {declaration.title, *mine("permission")}
    texts |= {value.title for kind in ("code", "role") for value in mine(kind)}
    texts |= {field.metadata["description"] for field in settings if field.metadata.get("description")}
    persian = catalog(subject, "fa")
    return [f"no Persian translation of {text!r}." for text in sorted(texts) if persian.get(text) is None]


def _offers(app: Flask, subject: str) -> dict[str, list[str]]:
    """Public names of everything that the addon offers, by the heading under which its README tells them."""
    registry = app.extensions["asoud"].registry

    def keys(kind: str) -> list[str]:
        return sorted(c.key for c in registry.contributions(kind) if c.owner == subject)

    schema = registry.loaded[subject].declaration.settings
    return {
        "Endpoints": sorted(f"{r.method} {_path(r.rule)}" for r in routes(app) if r.owner == subject),
        "Socket events": sorted(
            event for c in registry.contributions("namespace") if c.owner == subject for event in _events(c)
        ),
        "Hooks": keys("hookspec"),
        "Events": [key.replace("@", " version ") for key in keys("event")],
        "Permissions": keys("permission"),
        "Settings": sorted(f"{subject}.{name}" for name in schema().fields) if schema else [],
        "Jobs": keys("job"),
        "Commands": [f"asoud {key}" for key in keys("command")],
    }


def _events(contribution: Contribution) -> list[str]:
    kind: Any = contribution.value
    return [handler.event for handler in kind.events() if access_of(getattr(kind, handler.method)) is not None]


def _path(rule: str) -> str:
    """A rule as OpenAPI writes it: ``/notes/<uuid:note_id>`` is ``/notes/{note_id}``."""
    import re

    return re.sub(r"<(?:[^:>]*:)?([^>]+)>", r"{\1}", rule)


if __name__ == "__main__":
    main(*sys.argv[1:])
