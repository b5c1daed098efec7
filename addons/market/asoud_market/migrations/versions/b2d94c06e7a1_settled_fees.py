"""Which publication fee a market has paid"""

import sqlalchemy as sa
from alembic import op

revision = "b2d94c06e7a1"
down_revision = "7fd44d5c6c03"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("market_market", sa.Column("settled_amount", sa.BigInteger(), nullable=True))
    op.add_column("market_market", sa.Column("settled_currency", sa.String(length=3), nullable=True))


def downgrade() -> None:
    op.drop_column("market_market", "settled_currency")
    op.drop_column("market_market", "settled_amount")
