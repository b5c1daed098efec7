"""Indexes of what is public: what only lists of public products read leaves the others out, so drafts cost less."""

import sqlalchemy as sa
from alembic import op

revision = "c41f7a90be16"
down_revision = "a7e11e3cead0"
branch_labels = None
depends_on = None

LISTED = {
    "newest": ("listed_at",),
    "price": ("current_price",),
    "name": ("name_key",),
    "category_price": ("category_id", "current_price"),
    "market": ("market_id", "listed_at"),
    "shelf_newest": ("shelf_id", "listed_at"),
    "city": ("city_id", "listed_at"),
    "province": ("province_id", "listed_at"),
    "kind": ("kind", "listed_at"),
    "label": ("label", "listed_at"),
    "sell_type": ("sell_type", "listed_at"),
    "available": ("is_available", "listed_at"),
}
"""By name of the index, the columns before the id; ``is_public`` stood before the last of them."""
RARE = {"turns": "sale_turns_at", "required": "required_id", "gift": "gift_id"}


def upgrade() -> None:
    for name, columns in LISTED.items():
        where = {"postgresql_where": sa.text("is_public"), "sqlite_where": sa.text("is_public = 1")}
        replace(f"ix_product_product_{name}", "product_product", [*columns, "id"], where)
    for name, column in RARE.items():
        replace(f"ix_product_product_{name}", "product_product", [column], there(column))
    replace("ix_product_value_number", "product_value", ["key", "number", "product_id"], there("number"))


def downgrade() -> None:
    for name, columns in LISTED.items():
        replace(f"ix_product_product_{name}", "product_product", [*columns[:-1], "is_public", columns[-1], "id"])
    for name, column in RARE.items():
        replace(f"ix_product_product_{name}", "product_product", [column])
    replace("ix_product_value_number", "product_value", ["key", "number", "product_id"])


def there(column: str) -> dict[str, sa.TextClause]:
    """Rows that have something in a column."""
    return dict.fromkeys(("postgresql_where", "sqlite_where"), sa.text(f"{column} IS NOT NULL"))


def replace(name: str, table: str, columns: list[str], where: dict[str, sa.TextClause] | None = None) -> None:
    """Make an index anew."""
    op.drop_index(name, table)
    op.create_index(name, table, columns, **(where or {}))
