"""What the database itself refuses, so that no program that reaches it can falsify the history of stock.

Movements are never changed or deleted; only who it was can be forgotten. A movement continues what was there before it.
PostgreSQL also looks at commit that each stock says what its last movement does; SQLite has no such moment.

SQLite forgets triggers when a table is rebuilt: a migration that does so calls `create` again.
"""

from __future__ import annotations

from alembic import op

_REFUSED = "inventory: movements stay as they are"
_BROKEN = "inventory: a movement does not continue the one before it"
_FIXED = (
    "id, created_at, market_id, variant_id, location_id, sequence, kind, on_hand_change, reserved_change, on_hand, "
    "reserved, reference, reason"
)
_WHEN = {
    "kept": "BEFORE DELETE ON inventory_movement FOR EACH ROW",
    "fixed": f"BEFORE UPDATE OF {_FIXED} ON inventory_movement FOR EACH ROW",
    "by": "BEFORE UPDATE OF by_id ON inventory_movement FOR EACH ROW WHEN (NEW.by_id IS NOT NULL)",
}

_POSTGRES = f"""
CREATE FUNCTION inventory_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION inventory_check_movement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before record;
BEGIN
  SELECT on_hand, reserved INTO before FROM inventory_movement
    WHERE variant_id = NEW.variant_id AND location_id = NEW.location_id AND sequence = NEW.sequence - 1;
  IF (NEW.sequence > 1) <> (before.on_hand IS NOT NULL)
      OR NEW.on_hand <> NEW.on_hand_change + coalesce(before.on_hand, 0)
      OR NEW.reserved <> NEW.reserved_change + coalesce(before.reserved, 0) THEN
    RAISE EXCEPTION '{_BROKEN}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION inventory_check_stock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held record;
  last record;
BEGIN
  SELECT on_hand, reserved, sequence INTO held FROM inventory_stock WHERE id = NEW.id;
  SELECT on_hand, reserved, sequence INTO last FROM inventory_movement
    WHERE variant_id = NEW.variant_id AND location_id = NEW.location_id ORDER BY sequence DESC LIMIT 1;
  IF held.sequence <> coalesce(last.sequence, 0) OR held.on_hand <> coalesce(last.on_hand, 0)
      OR held.reserved <> coalesce(last.reserved, 0) THEN
    RAISE EXCEPTION 'inventory: a stock does not hold what its movements say'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER inventory_movement_emptied BEFORE TRUNCATE ON inventory_movement
  FOR EACH STATEMENT EXECUTE FUNCTION inventory_refuse();
CREATE TRIGGER inventory_movement_checked AFTER INSERT ON inventory_movement
  FOR EACH ROW EXECUTE FUNCTION inventory_check_movement();
CREATE CONSTRAINT TRIGGER inventory_stock_checked AFTER INSERT OR UPDATE ON inventory_stock
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION inventory_check_stock();
"""
_FUNCTIONS = ("inventory_refuse", "inventory_check_movement", "inventory_check_stock")

_SQLITE = f"""
CREATE TRIGGER inventory_movement_checked AFTER INSERT ON inventory_movement BEGIN
  SELECT RAISE(ABORT, '{_BROKEN}') WHERE NOT EXISTS (
    SELECT 1 FROM (SELECT 1) LEFT JOIN inventory_movement AS prior
      ON prior.variant_id = NEW.variant_id AND prior.location_id = NEW.location_id AND prior.sequence = NEW.sequence - 1
    WHERE (NEW.sequence > 1) = (prior.id IS NOT NULL)
      AND NEW.on_hand = NEW.on_hand_change + coalesce(prior.on_hand, 0)
      AND NEW.reserved = NEW.reserved_change + coalesce(prior.reserved, 0));
END
"""


def create() -> None:
    """Have the database hold the rules from now on."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute(_POSTGRES if on_postgresql else _SQLITE)
    refuse = "EXECUTE FUNCTION inventory_refuse()" if on_postgresql else f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    for name, when in _WHEN.items():
        op.execute(f"CREATE TRIGGER inventory_movement_{name} {when} {refuse}")


def drop_functions() -> None:
    """Take away what outlives the tables: triggers go with them."""
    if op.get_bind().dialect.name == "postgresql":
        for name in _FUNCTIONS:
            op.execute(f"DROP FUNCTION IF EXISTS {name}()")
