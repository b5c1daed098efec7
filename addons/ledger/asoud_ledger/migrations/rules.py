"""What the database itself refuses, so that no program that reaches it can falsify the books.

Entries and postings are never changed or deleted. An entry continues its account's balance and comes no later than its
posting's last one; a complete posting sums to zero in each currency. PostgreSQL also looks at commit that each posting
is complete and each account says what its last entry does; SQLite has no such moment, there the nightly proof finds it.

SQLite forgets triggers when a table is rebuilt: a migration that does so calls `create` again.
"""

from __future__ import annotations

from alembic import op

_FIXED = ("ledger_posting", "ledger_entry")
_IDENTITY = ("kind", "holder", "holder_type", "currency", "sign")

_POSTGRES = """
CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ledger: % of % is refused; mistakes are mended by a reversal', TG_OP, TG_TABLE_NAME;
END $$;

CREATE OR REPLACE FUNCTION ledger_check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before record;
  wanted integer;
  present integer;
BEGIN
  SELECT balance, posted_at INTO before FROM ledger_entry
    WHERE account_id = NEW.account_id AND sequence = NEW.sequence - 1;
  IF NEW.balance <> NEW.amount + coalesce(before.balance, 0) OR (NEW.sequence > 1) <> (before.balance IS NOT NULL)
      OR NEW.posted_at < before.posted_at THEN
    RAISE EXCEPTION 'ledger: entry % of account % does not continue the one before it', NEW.sequence, NEW.account_id;
  END IF;
  IF NEW.currency <> (SELECT currency FROM ledger_account WHERE id = NEW.account_id) THEN
    RAISE EXCEPTION 'ledger: account % has another currency', NEW.account_id;
  END IF;
  SELECT entry_count INTO wanted FROM ledger_posting WHERE id = NEW.posting_id;
  SELECT count(*) INTO present FROM ledger_entry WHERE posting_id = NEW.posting_id;
  IF present > wanted THEN
    RAISE EXCEPTION 'ledger: posting % is complete; nothing can be added to it', NEW.posting_id;
  END IF;
  IF present = wanted AND EXISTS (
      SELECT 1 FROM ledger_entry WHERE posting_id = NEW.posting_id GROUP BY currency HAVING sum(amount) <> 0) THEN
    RAISE EXCEPTION 'ledger: posting % does not sum to zero', NEW.posting_id;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ledger_check_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.entry_count <> (SELECT count(*) FROM ledger_entry WHERE posting_id = NEW.id) THEN
    RAISE EXCEPTION 'ledger: posting % has not all of its entries', NEW.id;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ledger_check_account() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held record;
  last record;
BEGIN
  SELECT balance, sequence INTO held FROM ledger_account WHERE id = NEW.id;
  SELECT balance, sequence INTO last FROM ledger_entry
    WHERE account_id = NEW.id ORDER BY sequence DESC LIMIT 1;
  IF held.sequence <> coalesce(last.sequence, 0) OR held.balance <> coalesce(last.balance, 0) THEN
    RAISE EXCEPTION 'ledger: account % does not hold what its entries say', NEW.id;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER ledger_entry_checked AFTER INSERT ON ledger_entry
  FOR EACH ROW EXECUTE FUNCTION ledger_check_entry();
CREATE CONSTRAINT TRIGGER ledger_posting_checked AFTER INSERT ON ledger_posting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_posting();
CREATE CONSTRAINT TRIGGER ledger_account_checked AFTER INSERT OR UPDATE ON ledger_account
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_account();
"""
"""Checks after each row see the rows before it and itself, also within one statement."""

_FIXED_ON_POSTGRES = """
CREATE TRIGGER {table}_fixed BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""
_FUNCTIONS = ("ledger_refuse", "ledger_check_entry", "ledger_check_posting", "ledger_check_account")

_SQLITE = (
    """
    CREATE TRIGGER ledger_entry_checked AFTER INSERT ON ledger_entry BEGIN
      SELECT RAISE(ABORT, 'ledger: an entry does not continue the one before it') WHERE NOT EXISTS (
        SELECT 1 FROM (SELECT 1) LEFT JOIN ledger_entry AS prior
          ON prior.account_id = NEW.account_id AND prior.sequence = NEW.sequence - 1
        WHERE NEW.balance = NEW.amount + coalesce(prior.balance, 0)
          AND (NEW.sequence > 1) = (prior.id IS NOT NULL) AND NEW.posted_at >= coalesce(prior.posted_at, ''));
      SELECT RAISE(ABORT, 'ledger: the account has another currency') WHERE NEW.currency <>
        (SELECT currency FROM ledger_account WHERE id = NEW.account_id);
      SELECT RAISE(ABORT, 'ledger: the posting is complete; nothing can be added to it') WHERE
        (SELECT count(*) FROM ledger_entry WHERE posting_id = NEW.posting_id) >
        (SELECT entry_count FROM ledger_posting WHERE id = NEW.posting_id);
      SELECT RAISE(ABORT, 'ledger: the posting does not sum to zero') WHERE
        (SELECT count(*) FROM ledger_entry WHERE posting_id = NEW.posting_id) =
        (SELECT entry_count FROM ledger_posting WHERE id = NEW.posting_id)
        AND EXISTS (SELECT 1 FROM ledger_entry WHERE posting_id = NEW.posting_id
                    GROUP BY currency HAVING sum(amount) <> 0);
    END
    """,
)
_FIXED_ON_SQLITE = """
CREATE TRIGGER {table}_{what} BEFORE {what} ON {table} BEGIN
  SELECT RAISE(ABORT, 'ledger: mistakes are mended by a reversal');
END
"""


def create() -> None:
    """Have the database hold the rules from now on."""
    changed = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in _IDENTITY)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_POSTGRES)
        for table in _FIXED:
            op.execute(_FIXED_ON_POSTGRES.format(table=table))
        op.execute(
            f"CREATE TRIGGER ledger_account_fixed BEFORE UPDATE ON ledger_account FOR EACH ROW WHEN ({changed}) "
            "EXECUTE FUNCTION ledger_refuse()"
        )
        return
    for statement in _SQLITE:
        op.execute(statement)
    for table in _FIXED:
        for what in ("UPDATE", "DELETE"):
            op.execute(_FIXED_ON_SQLITE.format(table=table, what=what))
    op.execute(
        f"CREATE TRIGGER ledger_account_fixed BEFORE UPDATE ON ledger_account WHEN {changed} BEGIN "
        "SELECT RAISE(ABORT, 'ledger: an account stays what it is'); END"
    )


def drop_functions() -> None:
    """Take away what outlives the tables: triggers go with them."""
    if op.get_bind().dialect.name == "postgresql":
        for name in _FUNCTIONS:
            op.execute(f"DROP FUNCTION IF EXISTS {name}()")
