"""Imports and exports on the command line."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from asoud_market.models import Market
from asoud_product import cli
from asoud_product.models import Product, Transfer
from asoud_product.services.transfer import exporting, importing
from click.testing import CliRunner, Result
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import select

from addon_sdk import OperatorError


@pytest.fixture
def invoke(app: Any) -> Callable[..., Result]:
    def run(command: Any, *arguments: object) -> Result:
        with app.app_context():
            return CliRunner().invoke(command, [str(each) for each in arguments], catch_exceptions=False)

    return run


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "products.csv"
    path.write_text("sku,name,main_price\nA-1,نان سنگک,5\nA-2,نان بربری,x\n", encoding="utf-8")
    return path


def test_a_file_is_imported_by_business_id_with_its_report(
    invoke: Any, db: Any, market: UUID, owner: Any, sheet: Path, tmp_path: Path
) -> None:
    named = db.all(select(Market.business_id).where(Market.id == market))[0]
    report = tmp_path / "report.csv"
    result = invoke(cli.import_products, named.upper(), sheet, "--report", report)
    assert result.stdout.strip() == "rows: 2, created: 1, changed: 0, unchanged: 0, wrong: 1"
    assert "main_price" in result.stderr
    assert "3,main_price,whole" in report.read_text(encoding="utf-8-sig")
    transfer = db.all(select(Transfer))[0]
    assert (transfer.state.value, transfer.user_id) == ("done", owner.user_id)


def test_programs_are_told_in_json_and_checking_writes_nothing(invoke: Any, db: Any, market: UUID, sheet: Path) -> None:
    said = json.loads(invoke(cli.import_products, market, sheet, "--check", "--json").stdout)
    assert (said["state"], said["created"], said["errors"][0]["row"]) == ("done", 1, 3)
    assert db.count(Product) == 0


def test_products_are_exported_and_come_in_again(invoke: Any, market: UUID, published: Any, tmp_path: Path) -> None:
    published(name="نان سنگک")
    for kind in ("csv", "xlsx"):
        path = tmp_path / f"out.{kind}"
        assert invoke(cli.export_products, market, path).stdout.strip() == "rows: 1"
        assert "unchanged: 1" in invoke(cli.import_products, market, path).stdout
    assert invoke(cli.export_products, market, tmp_path / "none.csv", "--status", "draft").stdout.strip() == "rows: 0"


def test_a_bar_shows_how_far_the_work_has_come(
    invoke: Any, market: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    monkeypatch.setattr(exporting, "BATCH", 2)
    shown = io.StringIO()
    screen = partial(Console, file=shown, force_terminal=True, width=100)
    monkeypatch.setattr(cli, "Console", lambda *, stderr: screen())
    monkeypatch.setattr(cli, "Progress", partial(Progress, auto_refresh=False))
    real = Progress.update
    monkeypatch.setattr(Progress, "update", lambda self, *given, **more: real(self, *given, **more, refresh=True))
    path = tmp_path / "many.csv"
    path.write_text("sku,name,main_price\n" + "".join(f"A-{n},نان {n},5\n" for n in range(6)), encoding="utf-8")
    for command, name in ((cli.import_products, "many.csv"), (cli.export_products, "out.csv")):
        invoke(command, market, tmp_path / name)
        drawn = shown.getvalue()
        assert name in drawn
        assert [f"{done}/6" in drawn for done in (2, 4, 6)] == [True] * 3
        shown.truncate(0)


def test_what_is_wrong_with_the_file_or_the_market_is_said(
    invoke: Any, market: UUID, sheet: Path, tmp_path: Path
) -> None:
    sheet.write_bytes("sku,name\n".encode("utf-16"))
    with pytest.raises(OperatorError, match="UTF-8"):
        invoke(cli.import_products, market, sheet)
    sheet.write_text("sku,nam\nA-1,x\n", encoding="utf-8")
    with pytest.raises(OperatorError, match="nam"):
        invoke(cli.import_products, market, sheet)
    with pytest.raises(OperatorError, match="no market"):
        invoke(cli.import_products, "nowhere", sheet)
    with pytest.raises(OperatorError, match=r"\.csv or \.xlsx"):
        invoke(cli.export_products, market, tmp_path / "out.pdf")
