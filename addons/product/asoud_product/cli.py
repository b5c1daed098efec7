"""Commands under ``asoud product``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from asoud_market.models import Market
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from sqlalchemy import or_, select

from addon_sdk import OperatorError, Principal, acting_as, command, platform, session
from asoud_product.models import Direction, Status, Transfer, TransferState
from asoud_product.services import transfer
from asoud_product.services.transfer.account import Advance

_SHOWN = 20
_CHUNK = 1_048_576


@command("import")
@click.argument("market")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only say what is wrong.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Where to write every wrong row.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def import_products(market: str, file: Path, check: bool, report: Path | None, as_json: bool) -> None:
    """Import FILE (csv or xlsx) into MARKET, given by its id or business id."""
    found = _market(market)
    with acting_as(Principal(user_id=found.owner_id)):
        started = transfer.added(found.id, Direction.IMPORT, _format(file), check_only=check)
        with file.open("rb") as stream, _progress(file.name) as advance:
            transfer.import_file(started.id, stream, advance)
    done = _reread(started.id)
    if report is not None and done.report_id is not None:
        _save(done.report_id, report)
    _show(done, as_json)


@command("export")
@click.argument("market")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--status",
    multiple=True,
    type=click.Choice([each.value for each in Status]),
    help="Only products in this state; may be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def export_products(market: str, file: Path, status: tuple[str, ...], as_json: bool) -> None:
    """Export the products of MARKET, given by its id or business id, into FILE (csv or xlsx)."""
    found = _market(market)
    with acting_as(Principal(user_id=found.owner_id)):
        started = transfer.added(found.id, Direction.EXPORT, _format(file))
        with file.open("w+b") as stream, _progress(file.name) as advance:
            transfer.export_into(started.id, {"status": status}, stream, advance)
    _show(_reread(started.id), as_json)


def _market(named: str) -> Market:
    """Raises `OperatorError` when there is none."""
    same = [Market.business_key == named.lower()]
    with suppress(ValueError):
        same.append(Market.id == UUID(named))
    found = session().scalar(select(Market).where(or_(*same)))
    if found is None:
        raise OperatorError(f"{named}: there is no market with this id or business id.")
    return found


def _format(file: Path) -> str:
    kind = file.suffix.lower().removeprefix(".")
    if kind not in ("csv", "xlsx"):
        raise OperatorError(f"{file}: name a file that ends in .csv or .xlsx.")
    return kind


@contextmanager
def _progress(name: str) -> Iterator[Advance]:
    """A bar on stderr."""
    parts = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*parts, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(name, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total or None)


def _reread(transfer_id: UUID) -> Transfer:
    session().expire_all()
    return session().get_one(Transfer, transfer_id)


def _save(file_id: UUID, path: Path) -> None:
    with platform.files.storage.open(platform.files.get(file_id).key) as stored, path.open("wb") as target:
        while chunk := stored.read(_CHUNK):
            target.write(chunk)


def _show(done: Transfer, as_json: bool) -> None:
    counts: dict[str, Any] = {
        name: getattr(done, name) for name in ("rows", "created", "changed", "unchanged", "wrong")
    }
    if as_json:
        said = {"id": str(done.id), "state": done.state.value, **counts, "problem": done.problem, "errors": done.errors}
        click.echo(json.dumps(said, ensure_ascii=False))
    elif done.problem is None:
        shown = counts if done.direction is Direction.IMPORT else {"rows": done.rows}
        click.echo(", ".join(f"{name}: {number}" for name, number in shown.items()))
        _show_errors(done)
    if done.state is TransferState.FAILED:
        raise OperatorError(_sentence(done.problem or {}))


def _show_errors(done: Transfer) -> None:
    if not done.errors:
        return
    table = Table("row", "column", "what is wrong")
    for error in done.errors[:_SHOWN]:
        table.add_row(str(error["row"]), error["field"], error["message"])
    Console(stderr=True).print(table)
    if done.wrong > _SHOWN:
        click.echo("--report FILE writes all of them.", err=True)


def _sentence(problem: dict[str, Any]) -> str:
    parts = [problem.get("title", ""), problem.get("detail", "")]
    parts += [f"{error['pointer'].strip('/')}: {error['message']}" for error in problem.get("errors", ())]
    return " ".join(part for part in parts if part)
