"""Recovery codes"""

import sqlalchemy as sa
from alembic import op

revision = "b2f60c8e17d4"
down_revision = "78eb812fccca"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "users_recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users_user.id"], name=op.f("fk_users_recovery_code_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users_recovery_code")),
        sa.UniqueConstraint("user_id", "code_hash", name=op.f("uq_users_recovery_code_user_id_code_hash")),
        info={"owner": "users"},
    )


def downgrade() -> None:
    op.drop_table("users_recovery_code")
