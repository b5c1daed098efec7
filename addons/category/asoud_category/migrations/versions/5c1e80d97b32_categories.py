"""Categories"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "5c1e80d97b32"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "category_category",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=True),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("market_fee_amount", sa.BigInteger(), nullable=True),
        sa.Column("market_fee_currency", sa.String(length=3), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("search_key", sa.String(length=400), nullable=False),
        sa.Column(
            "sort_key",
            sa.String(length=120).with_variant(sa.String(length=120, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["category_category.id"],
            name=op.f("fk_category_category_parent_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_category")),
        sa.UniqueConstraint("slug", name=op.f("uq_category_category_slug")),
        info={"owner": "category"},
    )
    with op.batch_alter_table("category_category", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_category_category_parent_id_position"), ["parent_id", "position"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_category_category_sort_key_id"), ["sort_key", "id"], unique=False)

    op.create_table(
        "category_attribute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=50), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=True),
        sa.Column(
            "type",
            sa.Enum(
                "TEXT",
                "INTEGER",
                "DECIMAL",
                "BOOLEAN",
                "CHOICE",
                "CHOICES",
                name="attributetype",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("unit", sa.String(length=30), nullable=True),
        sa.Column("choices", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("filterable", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category_category.id"],
            name=op.f("fk_category_attribute_category_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_attribute")),
        sa.UniqueConstraint("category_id", "key", name=op.f("uq_category_attribute_category_id_key")),
        info={"owner": "category"},
    )
    with op.batch_alter_table("category_attribute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_category_attribute_key"), ["key"], unique=False)

    op.create_table(
        "category_slide",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category_category.id"],
            name=op.f("fk_category_slide_category_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_slide")),
        info={"owner": "category"},
    )
    with op.batch_alter_table("category_slide", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_category_slide_category_id_position"), ["category_id", "position"], unique=False
        )

    op.create_table(
        "category_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("explanation", sa.String(length=1000), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("PENDING", "ACCEPTED", "REJECTED", name="requeststate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category_category.id"],
            name=op.f("fk_category_request_category_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["category_category.id"], name=op.f("fk_category_request_parent_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users_user.id"], name=op.f("fk_category_request_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_request")),
        info={"owner": "category"},
    )
    with op.batch_alter_table("category_request", schema=None) as batch_op:
        for column in ("category_id", "parent_id", "state", "user_id"):
            batch_op.create_index(batch_op.f(f"ix_category_request_{column}"), [column], unique=False)


def downgrade() -> None:
    for name in ("category_request", "category_slide", "category_attribute", "category_category"):
        op.drop_table(name)
