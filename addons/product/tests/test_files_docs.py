"""The README tells every column of files, as the code reads it."""

from __future__ import annotations

import enum
import re
from pathlib import Path

import pytest
from asoud_product.models import Corner, Label, ProductKind, SellType, ShipPayer
from asoud_product.services.transfer import columns

_README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
_ROWS = {
    name: (what, empty)
    for name, what, empty in re.findall(r"^\| `([a-z_:…]+)` \| (.+) \| (.+) \|$", _README, re.MULTILINE)
}
_CHOICES = {"kind": ProductKind, "label": Label, "label_corner": Corner, "sell_type": SellType, "ship_payer": ShipPayer}


def test_every_column_stands_there_in_the_order_of_templates() -> None:
    shown = [name for name in _ROWS if name in columns.NAMES or name.endswith(":…")]
    assert shown == [*columns.NAMES, f"{columns.OPTION}…", f"{columns.ATTRIBUTE}…"]


@pytest.mark.parametrize("column", [*columns.PRODUCT, *columns.VARIANT], ids=lambda column: str(column.name))
def test_what_an_empty_cell_means_is_said(column: columns.Column) -> None:
    said = _ROWS[column.name][1]
    if column.name in ("name", "main_price"):
        assert said == "is refused"
    else:
        assert said.startswith("stays" if column.empty is columns.KEEP else "cleared")


@pytest.mark.parametrize(("name", "members"), _CHOICES.items())
def test_all_words_to_choose_from_are_said(name: str, members: type[enum.Enum]) -> None:
    assert re.findall("`([a-z_]+)`", _ROWS[name][0]) == [member.value for member in members]
