"""UUIDs that come out of SQLite are like any others."""

from __future__ import annotations

import copy
import pickle
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url

from kernel.db.sqlite import sqlite_engine
from kernel.db.uuids import uuid_of_hex


@given(st.uuids())
def test_a_uuid_of_its_digits_is_the_same_uuid(value: uuid.UUID) -> None:
    made = uuid_of_hex(value.hex)
    assert (made, hash(made), str(made), repr(made)) == (value, hash(value), str(value), repr(value))
    assert (made.is_safe, made.version) == (value.is_safe, value.version)
    assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == value


def test_other_text_is_refused() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        uuid_of_hex("not a uuid")


def test_columns_of_sqlite_give_uuids_text_or_nothing(tmp_path: Path) -> None:
    engine = sqlite_engine(make_url(f"sqlite:///{tmp_path / 'u.db'}"), pool_size=1, wait_seconds=1)
    table = sa.Table(
        "t", sa.MetaData(), sa.Column("u", sa.Uuid()), sa.Column("s", sa.Uuid(as_uuid=False)), sa.Column("n", sa.Uuid())
    )
    value = uuid.uuid4()
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert().values(u=value, s=str(value), n=None))
        row = connection.execute(sa.select(table).where(table.c.u == value)).one()
    assert tuple(row) == (value, str(value), None)
    assert type(row.u) is uuid.UUID
    engine.dispose()
