"""What a product's variants cost together, with and without its sale, and whether one of them can be had.

Lists take the lowest prices from columns of the product that say what they are at any moment, not from the one that a
cron turns. Records of prices name the variant's number, which they outlive. Numbers of variants are in ASCII digits,
where no other variant of the market has that number already.
"""

import sqlalchemy as sa
from alembic import op

revision = "d3b8e5c7a210"
down_revision = "b6d2f0a94c17"
branch_labels = None
depends_on = None

PRODUCT = "product_product"
AVAILABLE = "ix_product_product_available"
LOWEST = ("lowest_price", "lowest_sale_price", "lowest_colleague_price")
FIXED = (
    "id, created_at, product_id, variant_id, currency, main_price, colleague_price, marketer_price, maximum_price, "
    "sale_price, sale_starts_at, sale_ends_at"
)
REFUSED = "product: records of changes stay as they are"
CAN_BE_HAD = f"EXISTS (SELECT 1 FROM product_variant had WHERE had.product_id = {PRODUCT}.id AND had.is_available)"
VARIANTS = f"FROM product_variant v WHERE v.product_id = {PRODUCT}.id AND (v.is_available OR NOT {CAN_BE_HAD})"
FILL = f"""
UPDATE {PRODUCT} SET
  lowest_price = COALESCE((SELECT MIN(COALESCE(v.main_price, {PRODUCT}.main_price)) {VARIANTS}), main_price),
  lowest_sale_price = CASE WHEN sale_ends_at IS NOT NULL THEN (SELECT MIN(
    CASE WHEN v.main_price IS NULL THEN COALESCE({PRODUCT}.sale_price, {PRODUCT}.main_price)
         ELSE COALESCE(v.sale_price, v.main_price) END) {VARIANTS}) END,
  lowest_colleague_price = (SELECT MIN(
    CASE WHEN v.main_price IS NULL THEN {PRODUCT}.colleague_price ELSE v.colleague_price END) {VARIANTS}),
  is_purchasable = is_available AND {CAN_BE_HAD}
"""
ASCII = {ord(digit): str(place % 10) for place, digit in enumerate("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩")}
FOLD = sa.text(
    "UPDATE product_variant SET sku = :sku WHERE id = :id AND NOT EXISTS "
    "(SELECT 1 FROM product_variant o WHERE o.market_id = :market_id AND o.sku = :sku)"
)
NUMBERS = """
UPDATE product_price_change SET sku =
  (SELECT v.sku FROM product_variant v WHERE v.id = product_price_change.variant_id)
WHERE variant_id IS NOT NULL
"""


def upgrade() -> None:
    for name in LOWEST:
        op.add_column(PRODUCT, sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column(PRODUCT, sa.Column("is_purchasable", sa.Boolean(), nullable=True))
    op.execute(FILL)
    fold_numbers()
    op.drop_index(AVAILABLE, PRODUCT)
    with op.batch_alter_table(PRODUCT) as products:
        products.alter_column("lowest_price", existing_type=sa.BigInteger(), nullable=False)
        products.alter_column("is_purchasable", existing_type=sa.Boolean(), nullable=False)
    index_available("is_purchasable")
    op.add_column("product_price_change", sa.Column("sku", sa.String(64), nullable=True))
    op.execute(NUMBERS)
    fix(f"{FIXED}, sku")


def downgrade() -> None:
    fix(FIXED)
    op.drop_column("product_price_change", "sku")
    op.drop_index(AVAILABLE, PRODUCT)
    for name in (*LOWEST, "is_purchasable"):
        op.drop_column(PRODUCT, name)
    index_available("is_available")


def fold_numbers() -> None:
    """Write numbers in other digits with ASCII ones."""
    on_postgresql = op.get_context().dialect.name == "postgresql"
    written = "sku ~ '[۰-۹٠-٩]'" if on_postgresql else "sku GLOB '*[۰-۹٠-٩]*'"
    found = op.get_bind().execute(sa.text(f"SELECT id, market_id, sku FROM product_variant WHERE {written}")).all()
    for row in found:
        op.get_bind().execute(FOLD, {"id": row.id, "market_id": row.market_id, "sku": row.sku.translate(ASCII)})


def index_available(column: str) -> None:
    """Index the public products that can be had, and those that can't, in the order of lists."""
    where = {"postgresql_where": sa.text("is_public"), "sqlite_where": sa.text("is_public = 1")}
    op.create_index(AVAILABLE, PRODUCT, [column, "listed_at", "id"], **where)


def fix(columns: str) -> None:
    """Let nobody change these columns of records of prices."""
    name, table = "product_price_change_fixed", "product_price_change"
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {name} ON {table}")
        action = "EXECUTE FUNCTION product_refuse()"
    else:
        op.execute(f"DROP TRIGGER {name}")
        action = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE OF {columns} ON {table} FOR EACH ROW {action}")
