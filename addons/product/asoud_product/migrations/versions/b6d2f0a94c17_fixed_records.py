"""Records of changes and prices that nobody changes or deletes, whoever reaches the database.

They outlive the products and variants that they tell of. Only who it was can be forgotten. SQLite forgets triggers when
a table is rebuilt: a migration that does so makes them again.
"""

from alembic import op

revision = "b6d2f0a94c17"
down_revision = "e80b3d52f6c7"
branch_labels = None
depends_on = None

PARENTS = {
    "product_change": {"product_id": "product_product"},
    "product_price_change": {"product_id": "product_product", "variant_id": "product_variant"},
}
FIXED = {
    "product_change": "id, created_at, product_id, actor, from_status, to_status, fields, reason",
    "product_price_change": (
        "id, created_at, product_id, variant_id, currency, main_price, colleague_price, marketer_price, maximum_price, "
        "sale_price, sale_starts_at, sale_ends_at"
    ),
}
REFUSED = "product: records of changes stay as they are"
FUNCTION = f"""
CREATE FUNCTION product_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def upgrade() -> None:
    for table, parents in PARENTS.items():
        with op.batch_alter_table(table) as batch:
            for column in parents:
                batch.drop_constraint(f"fk_{table}_{column}", type_="foreignkey")
    if on_postgresql():
        op.execute(FUNCTION)
    for table in FIXED:
        for name, when in triggers(table).items():
            action = (
                "EXECUTE FUNCTION product_refuse()"
                if on_postgresql()
                else f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
            op.execute(f"CREATE TRIGGER {name} {when} {action}")


def downgrade() -> None:
    for table in FIXED:
        for name in triggers(table):
            op.execute(f"DROP TRIGGER {name} ON {table}" if on_postgresql() else f"DROP TRIGGER {name}")
    if on_postgresql():
        op.execute("DROP FUNCTION product_refuse()")
    for table, parents in PARENTS.items():
        for column, parent in parents.items():
            op.execute(f"DELETE FROM {table} WHERE {column} NOT IN (SELECT id FROM {parent})")
        with op.batch_alter_table(table) as batch:
            for column, parent in parents.items():
                batch.create_foreign_key(f"fk_{table}_{column}", parent, [column], ["id"], ondelete="CASCADE")


def triggers(table: str) -> dict[str, str]:
    """By name, when each trigger of a table fires."""
    return {
        f"{table}_kept": f"BEFORE DELETE ON {table} FOR EACH ROW",
        f"{table}_fixed": f"BEFORE UPDATE OF {FIXED[table]} ON {table} FOR EACH ROW",
        f"{table}_by": f"BEFORE UPDATE OF by_id ON {table} FOR EACH ROW WHEN (NEW.by_id IS NOT NULL)",
    }


def on_postgresql() -> bool:
    """Whether the database is PostgreSQL."""
    return op.get_context().dialect.name == "postgresql"
