"""What lets PostgreSQL guess right how many products have a word or a value, and so choose the quicker way.

A value refers to its product by both columns that they are joined by; the words of public products are indexed, and
counted, apart from those of others; a shelf is known to be of one market, and a market to be in one city. The index of a
category has the price, too.
"""

from alembic import op

revision = "e80b3d52f6c7"
down_revision = "c41f7a90be16"
branch_labels = None
depends_on = None

KEY = "fk_product_value_product_id"
CATEGORY = ["category_id", "is_public", "listed_at", "id"]
PLACE = "market_id, shelf_id, city_id, province_id"


def upgrade() -> None:
    op.create_index("ix_product_product_listed", "product_product", ["id", "listed_at"], unique=True)
    refer(["product_id", "listed_at"], ["id", "listed_at"], onupdate="CASCADE")
    index_category([*CATEGORY, "current_price"])
    index_words("CASE WHEN is_public THEN search_key END")
    if on_postgresql():
        op.execute("ALTER INDEX ix_product_product_search ALTER COLUMN 1 SET STATISTICS 500")
        op.execute(f"CREATE STATISTICS st_product_place (dependencies) ON {PLACE} FROM product_product")


def downgrade() -> None:
    if on_postgresql():
        op.execute("DROP STATISTICS st_product_place")
    index_words("search_key")
    index_category(CATEGORY)
    refer(["product_id"], ["id"])
    op.drop_index("ix_product_product_listed", "product_product")


def on_postgresql() -> bool:
    """Whether the database is PostgreSQL."""
    return op.get_context().dialect.name == "postgresql"


def refer(columns: list[str], to: list[str], onupdate: str | None = None) -> None:
    """Let values refer to these columns of their products."""
    with op.batch_alter_table("product_value") as values:
        values.drop_constraint(KEY, type_="foreignkey")
        values.create_foreign_key(KEY, "product_product", columns, to, onupdate=onupdate, ondelete="CASCADE")


def index_category(columns: list[str]) -> None:
    """Index the products of a category in the order of lists."""
    op.drop_index("ix_product_product_category", "product_product")
    op.create_index("ix_product_product_category", "product_product", columns)


def index_words(text: str) -> None:
    """Index the words of ``text``."""
    if on_postgresql():
        op.execute("DROP INDEX ix_product_product_search")
        words = f"array_to_tsvector(string_to_array({text}, ' '))"
        op.execute(f"CREATE INDEX ix_product_product_search ON product_product USING gin ({words})")
