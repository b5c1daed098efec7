"""The reference has the codes of what stands in files and jobs, too, which no endpoint answers with."""

from __future__ import annotations

from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("code", ["whole", "formula", "left_out", "boolean", "too_many_cells", "other_product"])
def test_codes_of_rows_are_there_with_their_texts(code: str) -> None:
    [row] = [line for line in (REFERENCE / "field_codes.md").read_text("utf-8").splitlines() if f"| `{code}` |" in line]
    assert "It names what there is instead." not in row


@pytest.mark.parametrize("code", ["wrong_header", "not_a_sheet", "too_many_rows", "transfer_lost"])
def test_codes_of_whole_files_are_there(code: str) -> None:
    assert f"| `product.{code}` | " in (REFERENCE / "codes.md").read_text("utf-8")
