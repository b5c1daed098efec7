from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from kernel.db import Model, migrations, read_connection, transaction
from kernel.errors import OperatorError
from kernel.runtime import platform
from tests.db.conftest import MakeApp, Packages

SHOP = """
    from __future__ import annotations
    from uuid import UUID
    from sqlalchemy import ForeignKey, String
    from sqlalchemy.orm import Mapped, mapped_column
    from kernel.db import JSON, Model, Money, SoftDelete, money

    class Product(SoftDelete, Model):
        name: Mapped[str] = mapped_column(String(40), index=True)
        price: Mapped[Money] = money("price")
        facts: Mapped[dict[str, object]] = mapped_column(JSON)

    class Picture(Model):
        product_id: Mapped[UUID] = mapped_column(ForeignKey("shop_product.id", ondelete="CASCADE"), index=True)
"""
POINTS = """
    from sqlalchemy import ForeignKey, Integer, Uuid
    from sqlalchemy.orm import Mapped, mapped_column
    from asoud_shop.models import Product
    from kernel.db import Model, extend

    class Rule(Model):
        weight: Mapped[int]

    extend(
        Product,
        given=mapped_column(Integer, server_default="0", index=True),
        rule_id=mapped_column(ForeignKey("points_rule.id", ondelete="SET NULL")),
    )
"""


@pytest.fixture
def app(make_bare_app: MakeApp, database_url: str) -> Iterator[Flask]:
    """An app of the command line whose database has the kernel's tables only."""
    app = make_bare_app(role="cli", database_url=database_url)
    with app.app_context():
        migrations.upgrade("kernel")
        yield app


def tables() -> set[str]:
    return set(inspect(platform.db.engine).get_table_names())


def columns(table: str) -> set[str]:
    return {column["name"] for column in inspect(platform.db.engine).get_columns(table)}


def install(packages: Packages, name: str, models: str) -> Path:
    """Write an addon with its models, generate its first migration and run it."""
    package = packages.write(name, models=models)
    path = migrations.revision(name, "first")
    assert path is not None
    assert path.parent == package / "migrations" / "versions"
    migrations.upgrade(name)
    return path


def test_the_kernels_migrations_match_its_models(app: Flask) -> None:
    assert migrations.check("kernel") == []
    assert migrations.pending("kernel") == []
    assert migrations.current_revision("kernel") == migrations.head_on_disk("kernel")
    migrations.downgrade("kernel", "base")
    assert tables() == {"kernel_alembic_kernel"}
    migrations.upgrade("kernel")
    assert migrations.check("kernel") == []


def test_a_generated_migration_makes_what_the_models_say(app: Flask, packages: Packages) -> None:
    install(packages, "shop", SHOP)
    assert migrations.check("shop") == []
    assert migrations.owned_tables("shop") == ["shop_picture", "shop_product"]
    assert migrations.revision("shop", "nothing") is None
    migrations.downgrade("shop", "base")
    assert migrations.owned_tables("shop") == []
    assert not {name for name in tables() if name.startswith("shop_")}
    assert migrations.pending("shop") == list(migrations.heads_on_disk("shop"))
    migrations.upgrade("shop")
    assert migrations.pending("shop") == []


def test_functions_of_triggers_go_with_their_tables(app: Flask, packages: Packages) -> None:
    if platform.db.is_sqlite:
        return
    install(packages, "shop", SHOP)
    with platform.db.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION shop_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
        )
        for what in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER shop_{what} BEFORE {what} ON shop_product FOR EACH ROW EXECUTE FUNCTION shop_refuse()"
            )
    migrations.drop_owner("shop")
    with platform.db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1 FROM pg_proc WHERE proname = 'shop_refuse'").first() is None


def test_an_extension_is_its_addons_own_in_anothers_table(app: Flask, packages: Packages) -> None:
    install(packages, "shop", SHOP)
    written = install(packages, "points", POINTS).read_text()
    assert migrations.owned_columns("points") == {"shop_product": ["points_given", "points_rule_id"]}
    assert "create_table('points_rule'" in written
    assert "shop_picture" not in written
    assert migrations.check("points") == []
    assert migrations.check("shop") == []
    migrations.downgrade("points", "base")
    assert not {name for name in columns("shop_product") if name.startswith("points_")}
    assert migrations.owned_columns("points") == {}
    assert migrations.check("shop") == []


def test_a_missing_package_keeps_its_data_and_blocks_nobody(app: Flask, packages: Packages) -> None:
    install(packages, "shop", SHOP)
    install(packages, "points", POINTS)
    packages.remove("points")
    packages.forget("shop")
    assert migrations.check("shop") == []
    packages.write("shop", models=SHOP.replace("class Picture", "class Photo"))
    packages.forget("shop")
    path = migrations.revision("shop", "photos")
    assert path is not None
    assert "points" not in path.read_text()
    assert "drop_table('shop_picture')" in path.read_text()
    migrations.upgrade("shop")
    assert {"points_rule", "shop_photo", "kernel_alembic_points"} <= tables()
    assert "points_given" in columns("shop_product")
    with pytest.raises(OperatorError, match="points: its package is not in this environment"):
        migrations.upgrade("points")


def fill(name: str = "a") -> None:
    """A product with a rule and a picture."""
    now = "'2026-01-01 00:00:00+00:00'"
    key, rule = "11111111111111111111111111111111", "22222222222222222222222222222222"
    with transaction() as current:
        current.execute(text(f"INSERT INTO points_rule VALUES ('{rule}', 5, {now}, {now})"))
        current.execute(
            text(
                "INSERT INTO shop_product (id, name, price_amount, price_currency, facts, points_given, points_rule_id,"
                f" created_at, updated_at) VALUES ('{key}', '{name}', 1, 'IRR', '{{}}', 7, '{rule}', {now}, {now})"
            )
        )
        current.execute(
            text(
                "INSERT INTO shop_picture (id, product_id, created_at, updated_at)"
                f" VALUES ('{rule}', '{key}', {now}, {now})"
            )
        )


def count(table: str) -> Any:
    return read_connection().execute(text(f"SELECT count(*) FROM {table}")).scalar()


def test_dropping_an_owner_leaves_everybody_else_as_they_were(app: Flask, packages: Packages) -> None:
    install(packages, "shop", SHOP)
    before = inspect(platform.db.engine).get_indexes("shop_product")
    install(packages, "points", POINTS)
    fill()
    packages.remove("points")
    migrations.drop_owner("points")
    assert (count("shop_product"), count("shop_picture")) == (1, 1)
    assert not {name for name in tables() if "points" in name}
    assert not {name for name in columns("shop_product") if name.startswith("points_")}
    assert inspect(platform.db.engine).get_indexes("shop_product") == before
    assert (migrations.owned_tables("points"), migrations.owned_columns("points")) == ([], {})
    assert migrations.current_revision("points") is None
    packages.forget("shop")
    assert migrations.check("shop") == []


def test_what_others_point_at_is_not_dropped(app: Flask, packages: Packages) -> None:
    install(packages, "shop", SHOP)
    install(packages, "points", POINTS)
    pointing = """
        import sqlalchemy as sa
        from alembic import op
        revision, down_revision = "one", None
        revision = "one"
        def upgrade(): op.create_table("fan_of", sa.Column("id", sa.Uuid, sa.ForeignKey("points_rule.id")))
        def downgrade(): op.drop_table("fan_of")
    """
    packages.write("fan", one_in_versions_in_migrations=pointing)
    migrations.upgrade("fan")
    with pytest.raises(OperatorError, match="points: fan_of points at points_rule with id"):
        migrations.drop_owner("points")
    assert "points_given" in columns("shop_product")
    migrations.drop_owner("fan")
    migrations.drop_owner("points")
    assert "points_given" not in columns("shop_product")


def versions(first: str, second: str = "") -> dict[str, str]:
    """Version files with these upgrade statements; the second follows the first."""
    template = (
        "import sqlalchemy as sa\nfrom alembic import op\nrevision = {0!r}\ndown_revision = {1!r}\n"
        "def upgrade():\n    {2}\ndef downgrade():\n    pass\n"
    )
    files = {"one_in_versions_in_migrations": template.format("one", None, first)}
    if second:
        files["two_in_versions_in_migrations"] = template.format("two", "one", second)
    return files


MAKE = 'op.create_table("{0}", sa.Column("id", sa.Integer, primary_key=True))'


@pytest.mark.parametrize(
    ("failing", "reason"),
    [
        ('op.execute("INSERT INTO nowhere VALUES (1)")', "nowhere"),
        ("raise ValueError('half way')", "failed and was rolled back whole: ValueError: half way"),
        ('with op.get_context().autocommit_block(): op.execute("SELECT 1")', r"autocommit_block\(\)"),
    ],
)
def test_a_failed_migration_is_rolled_back_whole(app: Flask, packages: Packages, failing: str, reason: str) -> None:
    insert = 'op.execute("INSERT INTO bad_thing VALUES (1)")'
    second = f"{MAKE.format('bad_other')}\n    {failing}"
    packages.write("bad", **versions(f"{MAKE.format('bad_thing')}; {insert}", second))
    with pytest.raises(OperatorError, match=f"bad: a migration .*{reason}"):
        migrations.upgrade("bad")
    assert not {name for name in tables() if "bad" in name}
    assert migrations.current_revision("bad") is None
    assert migrations.pending("bad") == ["one", "two"]
    migrations.upgrade("bad", "one")
    assert (migrations.current_revision("bad"), migrations.owned_tables("bad")) == ("one", ["bad_thing"])


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (MAKE.format("stray"), "bad: its migration makes the table stray.*Call it bad_stray"),
        (MAKE.format("badly"), "bad: its migration makes the table badly"),
        ('op.drop_table("kernel_lease")', "bad: its migration drops the table kernel_lease, which belongs to kernel"),
        ('op.drop_column("kernel_lease", "holder")', "bad: its migration drops the column kernel_lease.holder"),
        ('op.add_column("kernel_lease", sa.Column("x", sa.Integer))', "bad: its migration adds x to kernel_lease"),
    ],
)
def test_a_migration_may_not_touch_what_is_anothers(app: Flask, packages: Packages, step: str, reason: str) -> None:
    packages.write("bad", **versions(step))
    before = columns("kernel_lease")
    with pytest.raises(OperatorError, match=reason):
        migrations.upgrade("bad")
    assert columns("kernel_lease") == before
    assert "kernel_alembic_bad" not in tables()


def test_a_migration_that_would_orphan_rows_is_refused(app: Flask, packages: Packages) -> None:
    orphan = (
        'op.create_table("bad_child", sa.Column("id", sa.Uuid, sa.ForeignKey("kernel_lease.id")))\n'
        "    op.execute(\"INSERT INTO bad_child VALUES ('33333333333333333333333333333333')\")"
    )
    packages.write("bad", **versions(orphan))
    with pytest.raises(OperatorError, match="bad: "):
        migrations.upgrade("bad")
    assert "bad_child" not in tables()


def test_batch_changes_keep_child_rows(app: Flask, packages: Packages) -> None:
    install(packages, "shop", SHOP)
    install(packages, "points", POINTS)
    fill()
    migrations.downgrade("points", "base")
    assert (count("shop_product"), count("shop_picture")) == (1, 1)
    foreign_keys = read_connection().exec_driver_sql("PRAGMA foreign_keys").scalar() if platform.db.is_sqlite else 1
    assert foreign_keys == 1


def test_two_heads_are_refused(app: Flask, packages: Packages) -> None:
    files = versions(MAKE.format("bad_one"), MAKE.format("bad_two"))
    packages.write("bad", **{key: code.replace("'one'\ndef", "None\ndef") for key, code in files.items()})
    assert migrations.heads_on_disk("bad") == ("one", "two")
    assert migrations.head_on_disk("bad") == "one, two"
    with pytest.raises(OperatorError, match="bad: its migrations have 2 heads, one, two"):
        migrations.upgrade("bad")


def test_a_merge_is_one_head(app: Flask, packages: Packages) -> None:
    files = versions(MAKE.format("bad_one"), MAKE.format("bad_two"))
    files = {key: code.replace("'one'\ndef", "None\ndef") for key, code in files.items()}
    files["three_in_versions_in_migrations"] = (
        "revision: str = 'three'\ndown_revision: tuple[str, ...] = (\n    'one',\n    'two',\n)\n"
        "def upgrade(): pass\ndef downgrade(): pass\n"
    )
    packages.write("bad", **files)
    assert migrations.heads_on_disk("bad") == ("three",)
    assert sorted(migrations.pending("bad")[:2]) == ["one", "two"]
    migrations.upgrade("bad", "one")
    assert migrations.pending("bad") == ["two", "three"]
    migrations.upgrade("bad")
    assert migrations.current_revision("bad") == "three"


def test_a_database_ahead_of_its_package_is_said(app: Flask, packages: Packages) -> None:
    package = packages.write("bad", **versions(MAKE.format("bad_one"), MAKE.format("bad_two")))
    migrations.upgrade("bad")
    (package / "migrations" / "versions" / "two.py").unlink()
    for act in (migrations.pending, migrations.upgrade, lambda name: migrations.downgrade(name, "base")):
        with pytest.raises(OperatorError, match="bad: the database is at revision two, which its installed package"):
            act("bad")


def test_the_kernel_comes_first(make_bare_app: MakeApp, packages: Packages) -> None:
    packages.write("bad", **versions(MAKE.format("bad_one")))
    with make_bare_app(role="cli").app_context(), pytest.raises(OperatorError, match="bad: the kernel's own tables"):
        migrations.upgrade("bad")


def test_models_and_database_are_compared_only_when_nothing_is_pending(app: Flask, packages: Packages) -> None:
    packages.write("bad", **versions(MAKE.format("bad_one")))
    for act in (migrations.check, lambda name: migrations.revision(name, "x")):
        with pytest.raises(OperatorError, match=r"bad: 1 migrations have not run here.*asoud db upgrade --addon bad"):
            act("bad")


def test_drift_is_named(app: Flask, packages: Packages) -> None:
    install(packages, "shop", SHOP)
    packages.forget("shop")
    changed = SHOP.replace("String(40), index=True", "String(50)").replace("class Picture", "class Photo")
    packages.write("shop", models=changed.replace("facts:", "more: Mapped[int]\n        facts:"))
    found = {str(item) for item in migrations.check("shop")}
    assert {
        "add_table shop_photo",
        "remove_table shop_picture",
        "add_column shop_product.more",
        "modify_type shop_product.name",
        "remove_index shop_product.ix_shop_product_name",
    } <= found


def test_an_index_made_by_hand_is_no_drift(app: Flask, packages: Packages) -> None:
    models = SHOP.replace(
        "name: Mapped[str]", '__table_args__ = {"info": {"by_hand": ("ix_shop_mine",)}}\n        name: Mapped[str]'
    )
    install(packages, "shop", models)
    with transaction() as current:
        for name in ("mine", "other"):
            current.connection().exec_driver_sql(f"CREATE INDEX ix_shop_{name} ON shop_product (name, id)")
    assert [str(item) for item in migrations.check("shop")] == ["remove_index shop_product.ix_shop_other"]


def test_models_that_cannot_be_imported_are_said(app: Flask, packages: Packages) -> None:
    packages.write("bad", models="1 / 0")
    with pytest.raises(OperatorError, match="bad: its models cannot be imported: ZeroDivisionError"):
        migrations.check("bad")


def test_a_table_without_an_owner_is_refused(app: Flask, packages: Packages) -> None:
    code = "import sqlalchemy as sa\nfrom kernel.db import Model\nsa.Table('stray', Model.metadata)"
    packages.write("bad", models=code)
    try:
        with pytest.raises(OperatorError, match="stray: nobody owns this table"):
            migrations.check("bad")
    finally:
        Model.metadata.remove(Model.metadata.tables["stray"])


def test_a_core_table_may_name_its_owner(app: Flask, packages: Packages) -> None:
    code = """
        import sqlalchemy as sa
        from kernel.db import Model
        sa.Table("club_link", Model.metadata, sa.Column("id", sa.Integer, primary_key=True), info={"owner": "club"})
    """
    install(packages, "club", code)
    assert (migrations.owned_tables("club"), migrations.check("club")) == (["club_link"], [])


def test_schema_changes_stay_outside_transactions(app: Flask) -> None:
    with transaction(), pytest.raises(RuntimeError, match="end it first"):
        migrations.drop_owner("nobody")


def test_plain_alembic_is_sent_to_our_commands(app: Flask) -> None:
    from alembic import command
    from alembic.util import CommandError

    migrations.check("kernel")
    config = app.extensions["migrate"].migrate.get_config()
    with pytest.raises(CommandError, match="asoud db --help"):
        command.current(config)
