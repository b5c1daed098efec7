"""Stock"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from asoud_inventory.migrations import rules

revision = "6d740832821f"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inventory_movement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "adjusted",
                "reserved",
                "released",
                "expired",
                "sold",
                "returned",
                "transferred",
                name="kind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("on_hand_change", sa.BigInteger(), nullable=False),
        sa.Column("reserved_change", sa.BigInteger(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "received",
                "correction",
                "damage",
                "theft",
                "loss",
                "return",
                "other",
                name="reason",
                native_enum=False,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("on_hand_change <> 0 OR reserved_change <> 0", name=op.f("ck_inventory_movement_moves")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_movement")),
        sa.UniqueConstraint(
            "variant_id", "location_id", "sequence", name=op.f("uq_inventory_movement_variant_id_location_id_sequence")
        ),
        info={"owner": "inventory"},
    )
    with op.batch_alter_table("inventory_movement", schema=None) as batch_op:
        batch_op.create_index("ix_inventory_movement_market", ["market_id", "id"], unique=False)
        batch_op.create_index("ix_inventory_movement_reference", ["market_id", "reference", "id"], unique=False)
        batch_op.create_index("ix_inventory_movement_variant", ["variant_id", "id"], unique=False)

    op.create_table(
        "inventory_reservation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column(
            "state",
            sa.Enum("held", "confirmed", "released", "expired", name="state", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_reservation")),
        sa.UniqueConstraint("reference", name=op.f("uq_inventory_reservation_reference")),
        info={"owner": "inventory"},
    )
    with op.batch_alter_table("inventory_reservation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inventory_reservation_held",
            ["expires_at", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'held'"),
            sqlite_where=sa.text("state = 'held'"),
        )

    op.create_table(
        "inventory_reserved_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reservation_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["inventory_reservation.id"],
            name=op.f("fk_inventory_reserved_line_reservation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_reserved_line")),
        info={"owner": "inventory"},
    )
    with op.batch_alter_table("inventory_reserved_line", schema=None) as batch_op:
        batch_op.create_index("ix_inventory_reserved_line_location", ["location_id"], unique=False)
        batch_op.create_index("ix_inventory_reserved_line_reservation", ["reservation_id", "variant_id"], unique=False)
        batch_op.create_index("ix_inventory_reserved_line_variant", ["variant_id"], unique=False)

    op.create_table(
        "inventory_return",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("reservation_id", sa.Uuid(), nullable=False),
        sa.Column("returned", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["inventory_reservation.id"],
            name=op.f("fk_inventory_return_reservation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_return")),
        sa.UniqueConstraint("reference", name=op.f("uq_inventory_return_reference")),
        info={"owner": "inventory"},
    )
    with op.batch_alter_table("inventory_return", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inventory_return_reservation_id"), ["reservation_id"], unique=False)

    op.create_table(
        "inventory_location",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["market_id"], ["market_market.id"], name=op.f("fk_inventory_location_market_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_location")),
        sa.UniqueConstraint("market_id", "name", name=op.f("uq_inventory_location_market_id_name")),
        info={"owner": "inventory"},
    )
    with op.batch_alter_table("inventory_location", schema=None) as batch_op:
        batch_op.create_index("ix_inventory_location_order", ["market_id", "position", "id"], unique=False)

    op.create_table(
        "inventory_adjustment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "received",
                "correction",
                "damage",
                "theft",
                "loss",
                "return",
                "other",
                name="reason",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column(
            "state",
            sa.Enum("pending", "applied", "rejected", name="decision", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("change <> 0", name=op.f("ck_inventory_adjustment_change")),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["inventory_location.id"],
            name=op.f("fk_inventory_adjustment_location_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["market_id"], ["market_market.id"], name=op.f("fk_inventory_adjustment_market_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["product_variant.id"], name=op.f("fk_inventory_adjustment_variant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_adjustment")),
        info={"owner": "inventory"},
    )
    with op.batch_alter_table("inventory_adjustment", schema=None) as batch_op:
        batch_op.create_index("ix_inventory_adjustment_location", ["location_id"], unique=False)
        batch_op.create_index("ix_inventory_adjustment_market", ["market_id", "id"], unique=False)
        batch_op.create_index("ix_inventory_adjustment_state", ["market_id", "state", "id"], unique=False)
        batch_op.create_index("ix_inventory_adjustment_variant", ["variant_id"], unique=False)

    op.create_table(
        "inventory_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("market_id", sa.Uuid(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("backorder_limit", sa.Integer(), nullable=False),
        sa.Column("low_at", sa.Integer(), nullable=False),
        sa.Column("is_low", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("backorder_limit >= 0", name=op.f("ck_inventory_item_limit")),
        sa.CheckConstraint("on_hand - reserved + backorder_limit >= 0", name=op.f("ck_inventory_item_available")),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_inventory_item_reserved")),
        sa.ForeignKeyConstraint(
            ["market_id"], ["market_market.id"], name=op.f("fk_inventory_item_market_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product_product.id"], name=op.f("fk_inventory_item_product_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["product_variant.id"], name=op.f("fk_inventory_item_variant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_item")),
        sa.UniqueConstraint("variant_id", name=op.f("uq_inventory_item_variant_id")),
        info={"owner": "inventory"},
    )
    with op.batch_alter_table("inventory_item", schema=None) as batch_op:
        batch_op.create_index("ix_inventory_item_low", ["market_id", "is_low", "id"], unique=False)
        batch_op.create_index("ix_inventory_item_market", ["market_id", "id"], unique=False)
        batch_op.create_index("ix_inventory_item_product", ["product_id"], unique=False)

    op.create_table(
        "inventory_stock",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_inventory_stock_reserved")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["inventory_location.id"], name=op.f("fk_inventory_stock_location_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["inventory_item.variant_id"],
            name=op.f("fk_inventory_stock_variant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_stock")),
        sa.UniqueConstraint("variant_id", "location_id", name=op.f("uq_inventory_stock_variant_id_location_id")),
        info={"owner": "inventory"},
    )
    with op.batch_alter_table("inventory_stock", schema=None) as batch_op:
        batch_op.create_index("ix_inventory_stock_location", ["location_id"], unique=False)

    with op.batch_alter_table("product_product", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("inventory_in_stock", sa.Boolean(), server_default=sa.text("true"), nullable=False)
        )

    with op.batch_alter_table("product_variant", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("inventory_in_stock", sa.Boolean(), server_default=sa.text("true"), nullable=False)
        )
        batch_op.add_column(sa.Column("inventory_left", sa.Integer(), nullable=True))

    rules.create()


def downgrade() -> None:
    with op.batch_alter_table("product_variant", schema=None) as batch_op:
        batch_op.drop_column("inventory_left")
        batch_op.drop_column("inventory_in_stock")

    with op.batch_alter_table("product_product", schema=None) as batch_op:
        batch_op.drop_column("inventory_in_stock")

    with op.batch_alter_table("inventory_stock", schema=None) as batch_op:
        batch_op.drop_index("ix_inventory_stock_location")

    op.drop_table("inventory_stock")
    with op.batch_alter_table("inventory_item", schema=None) as batch_op:
        batch_op.drop_index("ix_inventory_item_product")
        batch_op.drop_index("ix_inventory_item_market")
        batch_op.drop_index("ix_inventory_item_low")

    op.drop_table("inventory_item")
    with op.batch_alter_table("inventory_adjustment", schema=None) as batch_op:
        batch_op.drop_index("ix_inventory_adjustment_variant")
        batch_op.drop_index("ix_inventory_adjustment_state")
        batch_op.drop_index("ix_inventory_adjustment_market")
        batch_op.drop_index("ix_inventory_adjustment_location")

    op.drop_table("inventory_adjustment")
    with op.batch_alter_table("inventory_location", schema=None) as batch_op:
        batch_op.drop_index("ix_inventory_location_order")

    op.drop_table("inventory_location")
    with op.batch_alter_table("inventory_return", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inventory_return_reservation_id"))

    op.drop_table("inventory_return")
    with op.batch_alter_table("inventory_reserved_line", schema=None) as batch_op:
        batch_op.drop_index("ix_inventory_reserved_line_variant")
        batch_op.drop_index("ix_inventory_reserved_line_reservation")
        batch_op.drop_index("ix_inventory_reserved_line_location")

    op.drop_table("inventory_reserved_line")
    with op.batch_alter_table("inventory_reservation", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_inventory_reservation_held",
            postgresql_where=sa.text("state = 'held'"),
            sqlite_where=sa.text("state = 'held'"),
        )

    op.drop_table("inventory_reservation")
    with op.batch_alter_table("inventory_movement", schema=None) as batch_op:
        batch_op.drop_index("ix_inventory_movement_variant")
        batch_op.drop_index("ix_inventory_movement_reference")
        batch_op.drop_index("ix_inventory_movement_market")

    op.drop_table("inventory_movement")
    rules.drop_functions()
