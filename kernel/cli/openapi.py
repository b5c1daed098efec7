"""`asoud openapi`: the API document of what is enabled, to a file or the terminal; or whether a file still fits."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from kernel.cli.session import with_app
from kernel.errors import OperatorError
from kernel.runtime import platform


@click.command()
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@click.option(
    "--check", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Fail unless this file is the same."
)
@with_app
def openapi(output: Path | None, check: Path | None) -> None:
    """Print the OpenAPI document."""
    document = platform.rest.document.build()
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"
    if check is not None:
        _compare(check, document)
    elif output is not None:
        output.write_text(text, "utf-8")
        click.echo(f"{output}: {len(document['paths'])} paths.")
    else:
        click.echo(text, nl=False)


def _compare(path: Path, document: object) -> None:
    """Raise `OperatorError` when the file holds another document, or none."""
    try:
        there = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise OperatorError(f"{path}: is not JSON ({error}). Run: asoud openapi --output {path}") from None
    if there != orjson.loads(orjson.dumps(document)):
        raise OperatorError(f"{path}: is not the document of what is enabled now. Run: asoud openapi --output {path}")
    click.echo(f"{path}: up to date.")
