"""Ledger"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from asoud_ledger.migrations import rules

revision = "7d0a848ae105"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column(
            "holder_type",
            sa.Enum("PLATFORM", "USER", "MARKET", "GATEWAY", name="holdertype", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("sign", sa.SmallInteger(), nullable=False),
        sa.Column("may_overdraw", sa.Boolean(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("last_posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("may_overdraw OR balance * sign >= 0", name=op.f("ck_ledger_account_funds")),
        sa.CheckConstraint("sign IN (-1, 1)", name=op.f("ck_ledger_account_sign")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("kind", "holder", "currency", name=op.f("uq_ledger_account_kind_holder_currency")),
        info={"owner": "ledger"},
    )
    with op.batch_alter_table("ledger_account", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_account_holder", ["holder", "id"], unique=False)

    op.create_table(
        "ledger_posting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("memo", sa.String(length=300), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("entry_count", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("entry_count >= 2", name=op.f("ck_ledger_posting_entries")),
        sa.ForeignKeyConstraint(["reverses_id"], ["ledger_posting.id"], name=op.f("fk_ledger_posting_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_posting")),
        sa.UniqueConstraint("cause", name=op.f("uq_ledger_posting_cause")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_ledger_posting_reverses_id")),
        info={"owner": "ledger"},
    )
    with op.batch_alter_table("ledger_posting", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_posting_kind", ["kind", "id"], unique=False)
        batch_op.create_index("ix_ledger_posting_reference", ["reference", "id"], unique=False)

    op.create_table(
        "ledger_proof",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_good", sa.Boolean(), nullable=True),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("postings", sa.BigInteger(), nullable=False),
        sa.Column("findings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_proof")),
        info={"owner": "ledger"},
    )
    with op.batch_alter_table("ledger_proof", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_proof_created", ["created_at", "id"], unique=False)

    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_ledger_entry_amount")),
        sa.ForeignKeyConstraint(["account_id"], ["ledger_account.id"], name=op.f("fk_ledger_entry_account_id")),
        sa.ForeignKeyConstraint(["posting_id"], ["ledger_posting.id"], name=op.f("fk_ledger_entry_posting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("account_id", "sequence", name=op.f("uq_ledger_entry_account_id_sequence")),
        info={"owner": "ledger"},
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_entry_posted", ["account_id", "posted_at", "sequence"], unique=False)
        batch_op.create_index("ix_ledger_entry_posting", ["posting_id"], unique=False)

    rules.create()


def downgrade() -> None:
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_entry_posting")
        batch_op.drop_index("ix_ledger_entry_posted")

    op.drop_table("ledger_entry")
    with op.batch_alter_table("ledger_proof", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_proof_created")

    op.drop_table("ledger_proof")
    with op.batch_alter_table("ledger_posting", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_posting_reference")
        batch_op.drop_index("ix_ledger_posting_kind")

    op.drop_table("ledger_posting")
    with op.batch_alter_table("ledger_account", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_account_holder")

    op.drop_table("ledger_account")
    rules.drop_functions()
