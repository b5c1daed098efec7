"""Rows of an archive that point at rows of their own table come back in whatever order they stand there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, func, select

from kernel.addons.archive import _insert_all
from tests.processes import MakePlatform


def test_a_child_that_is_older_than_its_parent_comes_back(make_platform: MakePlatform) -> None:
    platform = make_platform()
    tree = Table("leaf", MetaData(), Column("id", Integer, primary_key=True), Column("parent", ForeignKey("leaf.id")))
    tree.create(platform.db.engine)
    older: list[dict[str, Any]] = [{"id": number, "parent": number + 1} for number in range(1, 5)]
    batches = [older[:2], older[2:], [{"id": 5, "parent": None}, {"id": 6, "parent": 70}]]
    with platform.db.engine.begin() as connection:
        assert _insert_all(connection, tree, batches) == (5, 1)
        assert connection.scalar(select(func.count()).select_from(tree)) == 5
