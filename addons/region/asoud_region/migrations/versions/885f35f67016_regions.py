"""Regions"""

import sqlalchemy as sa
from alembic import op

revision = "885f35f67016"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "region_country",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("name_fa", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region_country")),
        sa.UniqueConstraint("code", name=op.f("uq_region_country_code")),
        info={"owner": "region"},
    )
    op.create_table(
        "region_province",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("country_id", sa.Uuid(), nullable=False),
        sa.Column("name_fa", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["country_id"], ["region_country.id"], name=op.f("fk_region_province_country_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region_province")),
        sa.UniqueConstraint("country_id", "name_fa", name=op.f("uq_region_province_country_id_name_fa")),
        info={"owner": "region"},
    )
    with op.batch_alter_table("region_province", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_region_province_position"), ["position"], unique=False)

    op.create_table(
        "region_city",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_id", sa.Uuid(), nullable=False),
        sa.Column("name_fa", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["province_id"], ["region_province.id"], name=op.f("fk_region_city_province_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region_city")),
        sa.UniqueConstraint("province_id", "name_fa", name=op.f("uq_region_city_province_id_name_fa")),
        info={"owner": "region"},
    )
    with op.batch_alter_table("region_city", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_region_city_latitude_longitude"), ["latitude", "longitude"], unique=False)
        batch_op.create_index(batch_op.f("ix_region_city_position"), ["position"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_region_city_province_id_position"), ["province_id", "position"], unique=False
        )

    op.create_table(
        "region_city_key",
        sa.Column(
            "key", sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("city_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["city_id"], ["region_city.id"], name=op.f("fk_region_city_key_city_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "city_id", name=op.f("pk_region_city_key")),
        info={"owner": "region"},
    )
    with op.batch_alter_table("region_city_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_region_city_key_city_id"), ["city_id"], unique=False)


def downgrade() -> None:

    with op.batch_alter_table("region_city_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_region_city_key_city_id"))

    op.drop_table("region_city_key")
    with op.batch_alter_table("region_city", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_region_city_province_id_position"))
        batch_op.drop_index(batch_op.f("ix_region_city_position"))
        batch_op.drop_index(batch_op.f("ix_region_city_latitude_longitude"))

    op.drop_table("region_city")
    with op.batch_alter_table("region_province", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_region_province_position"))

    op.drop_table("region_province")
    op.drop_table("region_country")
