"""Words to search by: keys hold words and pairs of neighbours, and PostgreSQL has an index of them."""

import re
from itertools import pairwise

import sqlalchemy as sa
from alembic import op

revision = "9d31c07be5a2"
down_revision = "416155185ccb"
branch_labels = None
depends_on = None

message = sa.table("chat_message", sa.column("id", sa.Uuid()), sa.column("search_key", sa.Text()))
BATCH = 1000


def upgrade() -> None:
    _rewrite_keys(op.get_bind())
    if op.get_context().dialect.name == "postgresql":
        words = "array_to_tsvector(string_to_array(search_key, ' '))"
        op.execute(f"CREATE INDEX ix_chat_message_search ON chat_message USING gin ({words})")


def downgrade() -> None:
    # The keys may stay: what looked for parts of them finds these words as well.
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_chat_message_search")


def _rewrite_keys(connection: sa.Connection) -> None:
    """The first line of an old key is the folded text; the second was the same without blanks."""
    page = sa.select(message).where(message.c.search_key != "").order_by(message.c.id).limit(BATCH)
    rows = connection.execute(page).all()
    while rows:
        change = sa.update(message).where(message.c.id == sa.bindparam("row_id")).values(search_key=sa.bindparam("key"))
        connection.execute(change, [{"row_id": row.id, "key": _key(row.search_key.split("\n")[0])} for row in rows])
        rows = connection.execute(page.where(message.c.id > rows[-1].id)).all()


def _key(folded: str) -> str:
    words = [word[:100] for word in re.findall(r"[^\W_]+", folded)]
    return " ".join([*words, *(f"{one}{two}"[:100] for one, two in pairwise(words))])
