"""What the design says of all tables, held against every model of the kernel and of the addons that are here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from kernel.context import KERNEL
from kernel.db import Model, UTCDateTime
from kernel.db.model import lets_delete, registry_of


@pytest.fixture
def owners(app: Flask) -> list[str]:
    """The kernel, and every addon whose models are mapped."""
    return [KERNEL, *app.extensions["asoud"].registry.loaded]


def tables(owners: list[str]) -> Iterator[sa.Table]:
    """Every table, those of many-to-many relationships too."""
    yield from (table for table in Model.metadata.tables.values() if table.info.get("owner") in owners)


def columns(owners: list[str]) -> Iterator[sa.Column[object]]:
    for table in tables(owners):
        yield from table.columns


def owner_of(column: sa.Column[object]) -> object:
    """Who added the column to its table."""
    return column.info.get("owner", column.table.info["owner"])


def test_every_model_has_a_rising_key_and_timestamps(owners: list[str]) -> None:
    models = [mapper.class_ for owner in owners for mapper in registry_of(owner).mappers]
    assert len(models) > 20
    for model in models:
        (key,) = model.__table__.primary_key
        assert isinstance(key.type, sa.Uuid), model
        assert key.default.arg(None).version == 7, model
        assert not model.__table__.c.created_at.nullable, model
        assert not model.__table__.c.updated_at.nullable, model


def test_every_moment_is_aware(owners: list[str]) -> None:
    moments = [column for column in columns(owners) if isinstance(column.type, sa.DateTime | UTCDateTime)]
    assert moments
    assert [str(column) for column in moments if not isinstance(column.type, UTCDateTime)] == []


def test_every_amount_is_whole_and_has_its_currency(owners: list[str]) -> None:
    for column in columns(owners):
        name = column.name.removesuffix("_amount")
        if name != column.name:
            assert isinstance(column.type, sa.BigInteger), column
            assert f"{name}_currency" in column.table.c, column


def test_no_addon_keeps_another_from_deleting(owners: list[str]) -> None:
    keys = [key for table in tables(owners) for key in table.foreign_keys]
    foreign = [key for key in keys if key.column.table.info["owner"] != owner_of(key.parent)]
    assert foreign
    assert [str(key.parent) for key in foreign if not lets_delete(key)] == []


def test_the_kernel_points_at_nobody_elses_rows(owners: list[str]) -> None:
    keys = [key for table in tables([KERNEL]) for key in table.foreign_keys]
    assert keys
    assert {key.column.table.info["owner"] for key in keys} == {KERNEL}
    assert [column for column in columns([KERNEL]) if column.name == "user_id"]
