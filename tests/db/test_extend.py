from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Mapped, configure_mappers, mapped_column

from kernel.addons.contributions import Contribution, contributions_of
from kernel.db import Field, Model, apply_extension, extend, extensions_of, session, transaction
from kernel.db.extend import ExtensionRefused
from kernel.db.model import forget_models
from kernel.runtime import platform
from tests.db.conftest import MakeApp, Packages

FIELD = object()


@pytest.fixture
def member() -> Iterator[type[Model]]:
    """A model of the addon `club`."""
    body = {"__module__": "asoud_club.models", "__annotations__": {"name": Mapped[str], "fans_age": Mapped[int]}}
    yield type("Member", (Model,), {**body, "fans_age": mapped_column(default=0)})
    forget_models("club")


def contribution(packages: Packages, owner: str, model: type[Model], code: str) -> list[Contribution]:
    """What the addon ``owner`` contributes with this call of `extend`."""
    packages.write(owner, extras="import kernel.db\ndef run(model, sa, Field, FIELD):\n    " + code)
    module = __import__(f"asoud_{owner}.extras", fromlist=["run"])
    module.__dict__["extend"], module.__dict__["mapped_column"] = extend, mapped_column
    module.run(model, __import__("sqlalchemy"), Field, FIELD)
    return [item for item in contributions_of(owner) if item.kind == "extension"]


def test_a_column_is_mapped_under_its_addons_name(
    member: type[Any], packages: Packages, make_bare_app: MakeApp, database_url: str
) -> None:
    level_field = "Field(mapped_column(sa.Integer, server_default='1'), FIELD, filterable=True)"
    code = f"extend(model, level={level_field}, note=mapped_column(sa.String(9)))"
    found = contribution(packages, "fans", member, code)
    assert [item.key for item in found] == ["club_member.fans_level", "club_member.fans_note"]
    configure_mappers()
    for item in found:
        apply_extension(item)
        apply_extension(item)
    level, note = extensions_of(member)
    assert (level.owner, level.name, level.attribute, level.field) == ("fans", "level", "fans_level", FIELD)
    assert (level.filterable, level.writable, note.filterable) == (True, False, False)
    assert level.column is member.__table__.c.fans_level
    assert level.column.info["owner"] == "fans"
    app = make_bare_app(database_url=database_url)
    with app.app_context():
        member.__table__.create(platform.db.engine)
        with transaction() as current:
            current.add_all([member(name="a"), member(name="b", fans_level=5, fans_note="x")])
        rows = session().execute(select(member.name, member.fans_level, member.fans_note).order_by(member.name)).all()
    assert [tuple(row) for row in rows] == [("a", 1, None), ("b", 5, "x")]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("level=mapped_column(sa.Integer, nullable=False)", "fans: .*level=.* club: the column must be nullable"),
        ("level=mapped_column()", "fans: .* has no type"),
        ("age=mapped_column(sa.Integer)", "fans: .* club has an attribute fans_age itself"),
        ("owner_id=mapped_column(sa.ForeignKey('fans_x.id'))", 'ondelete="CASCADE"'),
        ("owner_id=mapped_column(sa.ForeignKey('fans_x.id', ondelete='RESTRICT'))", 'ondelete="SET NULL"'),
    ],
)
def test_what_breaks_a_rule_is_refused(member: type[Model], packages: Packages, code: str, reason: str) -> None:
    (found,) = contribution(packages, "fans", member, f"extend(model, {code})")
    with pytest.raises(ExtensionRefused, match=reason):
        apply_extension(found)
    assert extensions_of(member) == []
    assert isinstance(ExtensionRefused("x"), ValueError)


def test_ones_own_model_is_not_extended(member: type[Model], packages: Packages) -> None:
    (found,) = contribution(packages, "club", member, "extend(model, level=mapped_column(sa.Integer))")
    with pytest.raises(ExtensionRefused, match="its own model; write the column there"):
        apply_extension(found)


def test_two_strangers_may_use_the_same_name(member: type[Any], packages: Packages) -> None:
    for owner in ("fans", "rivals"):
        (found,) = contribution(packages, owner, member, "extend(model, level=mapped_column(sa.Integer))")
        apply_extension(found)
    assert [item.attribute for item in extensions_of(member)] == ["fans_level", "rivals_level"]
    assert {"fans_level", "rivals_level"} <= set(member.__table__.c.keys())
