"""Writes docs/reference and docs/openapi.json from a platform with every addon installed; ``--check`` only compares.

Names, signatures and texts come from the code, so the reference cannot fall behind it: CI runs this with ``--check``.
"""

from __future__ import annotations

import inspect
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
from field_codes import PACKAGES, field_codes
from flask import Flask
from socket_events import sockets
from tables import contributions, first_paragraph, table, who_may

from addon_sdk.testing.deployments import install_addons, settings_for
from kernel.addons.discovery import discover
from kernel.app import create_app
from kernel.cli.main import KERNEL_COMMANDS, root
from kernel.errors import Problem
from kernel.identity.permissions import build_catalog
from kernel.runtime import Platform

HERE = Path(__file__).parent
HEADER = "<!-- Made by docs/generate.py from the code; change the code, then run `make docs`. -->\n"


def signature(function: Callable[..., Any]) -> str:
    """The exact signature, annotations as they are written."""
    return str(inspect.signature(function)).replace("'", "")


def hooks(platform: Platform) -> Iterator[str]:
    """Every hook with its exact signature."""
    yield "# Hooks\n"
    yield 'Implement one with `@hook("<name>")`; take only the arguments that you need, by these names.\n'
    for contribution in contributions(platform.registry, "hookspec"):
        spec = contribution.value
        yield f"## `{spec.name}` ({spec.kind}{', phases ' + ', '.join(spec.phases) if spec.phases else ''})\n"
        yield f"```python\ndef {spec.function.__name__}{signature(spec.function)}\n```\n"
        yield inspect.cleandoc(spec.function.__doc__ or "").replace("``", "`") + "\n"
    yield "# Replaceable services\n"
    for contribution in contributions(platform.registry, "replaceable"):
        yield f"- `{contribution.key}{signature(contribution.value.original)}`: {first_paragraph(contribution.value)}"
    if not platform.registry.contributions("replaceable"):
        yield "No addon offers one yet."


def events(platform: Platform) -> Iterator[str]:
    """Every event with the schema of its payload."""
    yield "# Events\n"
    yield 'Subscribe with `@on("<name>", version=<n>)`; the payload is JSON of this schema.\n'
    for contribution in contributions(platform.registry, "event"):
        kind = contribution.value
        yield f"## `{kind.name}` version {kind.version}{' (deprecated)' if kind.deprecated else ''}\n"
        yield f"{kind.description}\n"
        yield f"```json\n{json.dumps(kind.schema, indent=2, ensure_ascii=False)}\n```\n"


def permissions(platform: Platform) -> Iterator[str]:
    """Every permission and role."""
    catalog = build_catalog(platform)
    yield "# Permissions\n"
    yield from table("permission", "what")
    for name, permission in sorted(catalog.permissions.items()):
        yield f"| `{name}` | {permission.title} |"
    yield "\n# Roles\n"
    yield from table("role", "title", "permissions")
    for name, role in sorted(catalog.roles.items()):
        held = ", ".join(f"`{item}`" for item in sorted(role.permissions))
        yield f"| `{name}` | {role.title} | {held or 'none of its own'} |"


def settings(platform: Platform) -> Iterator[str]:
    """The settings of the deployment and of every addon."""
    from dataclasses import fields

    from config import Settings

    yield "# Settings of a deployment\n"
    yield "From the environment or `.env`; each is read as `ASOUD_<NAME>`.\n"
    yield from table("variable", "default")
    for item in fields(Settings):
        variable = Settings.aliases.get(item.name, f"ASOUD_{item.name.upper()}")
        default = "a secret that production refuses" if item.name == "secret_key" else item.default
        yield f"| `{variable}` | `{default}` |"
    yield "\n# Settings of addons\n"
    yield "Set with `asoud settings set <name> <value>` or over REST; live in every process within a second.\n"
    yield from table("setting", "default", "what")
    for name, loaded in sorted(platform.registry.loaded.items()):
        if loaded.declaration.settings is not None:
            for key, field in sorted(loaded.declaration.settings().fields.items()):
                text = first_paragraph(str(field.metadata.get("description", "")))
                yield f"| `{name}.{key}` | `{field.load_default}` | {text} |"


def commands(platform: Platform) -> Iterator[str]:
    """Every command of ``asoud``."""
    context = click.Context(root, info_name="asoud")
    yield "# Commands\n"
    yield "Exit codes: 0 done, 1 refused or failed, 2 wrong usage. Listings take `--json`.\n"
    yield from table("command", "what")
    for name in sorted(KERNEL_COMMANDS):
        command = root.get_command(context, name)
        assert command is not None  # it stands in the table of commands
        yield from _command_rows(f"asoud {name}", command)
    for contribution in contributions(platform.registry, "command"):
        yield from _command_rows(f"asoud {contribution.key}", contribution.value)


def _command_rows(path: str, command: click.Command) -> Iterator[str]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None  # it is in the list
            yield from _command_rows(f"{path} {name}", child)
        return
    shown = [
        p.make_metavar(click.Context(command)) if isinstance(p, click.Argument) else f"[{p.opts[0]}]"
        for p in command.params
    ]
    yield f"| `{' '.join([path, *shown])}` | {first_paragraph(command.help or '')} |"


def codes(platform: Platform) -> Iterator[str]:
    """Every code that a problem may have."""
    found = {c.key: c.value for c in platform.registry.contributions("code")}
    found |= {kind.code: kind for kind in _problems(Problem)}
    yield "# Error codes\n"
    yield from table("code", "status", "title", "when")
    for code, kind in sorted(found.items()):
        yield f"| `{code}` | {kind.status} | {kind.title} | {first_paragraph(kind)} |"


def _problems(kind: type[Problem]) -> Iterator[type[Problem]]:
    """Also those that no endpoint answers with, as they stand in what a job has left."""
    if kind is not Problem and kind.__module__.startswith(PACKAGES) and "code" in kind.__dict__:
        yield kind
    for child in kind.__subclasses__():
        yield from _problems(child)


def file_kinds(platform: Platform) -> Iterator[str]:
    """Every kind of file that clients upload, with its limits."""
    yield "# Kinds of files\n"
    yield "What `POST /api/v1/kernel/files` takes as `kind`. The limit of a kind is what counts; a site that sets"
    yield "`ASOUD_MAX_UPLOAD_BYTES` lower than a kind's has that instead. What a file is is judged by its content.\n"
    yield from table("kind", "at most", "media types", "who may upload", "who may read")
    for contribution in contributions(platform.registry, "file_kind"):
        kind = contribution.value
        if kind.upload:
            media, who = ", ".join(f"`{name}`" for name in sorted(kind.media)), kind.permission
            readers = "the owner, and whom the addon lets" if kind.private else "everybody"
            yield (
                f"| `{kind.name}` | {kind.max_bytes / 1_048_576:g} MiB | {media} | "
                f"{f'`{who}`' if who else 'authenticated'} | {readers} |"
            )


def endpoints(platform: Platform) -> Iterator[str]:
    """Every endpoint, with who may call it."""
    from kernel.rest.checks import routes

    yield "# Endpoints\n"
    yield from table("owner", "method and path", "who")
    for route in sorted(routes(platform.app), key=lambda route: (route.owner, route.rule, route.method)):
        yield f"| {route.owner} | `{route.method} {route.rule}` | {who_may(route.access)} |"


PAGES: dict[str, Callable[[Platform], Iterator[str]]] = {
    "hooks": hooks,
    "events": events,
    "permissions": permissions,
    "settings": settings,
    "commands": commands,
    "codes": codes,
    "field_codes": field_codes,
    "file_kinds": file_kinds,
    "endpoints": endpoints,
    "sockets": sockets,
}


def render(app: Flask) -> dict[str, str]:
    """The text of every file."""
    platform: Platform = app.extensions["asoud"]
    pages = {f"reference/{name}.md": f"{HEADER}\n" + "\n".join(page(platform)) + "\n" for name, page in PAGES.items()}
    listing = "\n".join(f"- [{name}]({name}.md): {first_paragraph(page)}" for name, page in PAGES.items())
    document = json.dumps(platform.rest.document.build(), indent=1, ensure_ascii=False, sort_keys=True, default=str)
    return {**pages, "reference/README.md": f"{HEADER}\n# Reference\n\n{listing}\n", "openapi.json": f"{document}\n"}


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` say which differ; the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        settings_here = settings_for(Path(folder), strict=True)
        install_addons(settings_here, sorted({candidate.name for candidate in discover()}))
        app = create_app(settings_here, role="cli")
        with app.app_context():
            pages = render(app)
    if "--check" in arguments:
        stale = [name for name, text in pages.items() if not _same(HERE / name, text)]
        for name in stale:
            print(f"docs/{name} is stale. Run: make docs", file=sys.stderr)  # noqa: T201 - a command's answer
        return 1 if stale else 0
    (HERE / "reference").mkdir(exist_ok=True)
    for name, text in pages.items():
        (HERE / name).write_text(text, encoding="utf-8")
    return 0


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text("utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
