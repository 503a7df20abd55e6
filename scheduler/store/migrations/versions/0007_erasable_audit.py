"""Seal what an audit row says by itself, so that it can be erased and the chain stays whole.

Revision ID: 0007
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_START = "0" * 64
_SAID = ("who", "subject", "before", "after", "reason")
_KEPT = ("number", "at", "what", "team_id", "seal", "chain")
_AUDIT = sa.table(
    "audit",
    *(sa.column(name, sa.Integer) for name in ("number", "team_id")),
    sa.column("at", sa.DateTime(timezone=True)),
    *(sa.column(name, sa.Text) for name in ("what", "salt", "seal", "chain", *_SAID)),
)


def upgrade() -> None:
    """Add salt and seal, chain every row anew, and let the database allow erasing alone."""
    op.add_column("audit", sa.Column("salt", sa.String(64)))
    op.add_column("audit", sa.Column("seal", sa.String(64), nullable=False, server_default=""))
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        op.execute("DROP TRIGGER audit_no_update")
    else:
        op.execute("DROP TRIGGER audit_no_change ON audit")
    _chain_anew(op.get_bind())
    _guard_sqlite() if sqlite else _guard_postgresql()


def _chain_anew(connection: Any) -> None:
    """Write the new chain; from the first row on that did not fit, the old one stays unfit."""
    old, new, whole = _START, _START, True
    for row in connection.execute(sa.select(_AUDIT).order_by(_AUDIT.c.number)).all():
        values = _values(row)
        whole = whole and row.chain == _hash(old + _canonical(values))
        said = {name: values[name] for name in _SAID}
        salt = secrets.token_hex(16)
        seal = _hash(salt + _canonical(said))
        kept = {name: values[name] for name in ("number", "at", "what", "team_id")}
        old, new = row.chain, _hash(new + _canonical(kept | {"seal": seal})) if whole else row.chain
        connection.execute(
            sa.update(_AUDIT)
            .where(_AUDIT.c.number == row.number)
            .values(salt=salt, seal=seal, chain=new)
        )


def _values(row: Any) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in ("number", "what", "team_id", *_SAID)}
    for name in ("before", "after"):
        values[name] = None if values[name] is None else json.loads(values[name])
    at = row.at if row.at.tzinfo else row.at.replace(tzinfo=UTC)
    return values | {"at": at.timestamp()}


def _canonical(value: Any) -> str:
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _guard_sqlite() -> None:
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in _KEPT)
    op.execute(
        f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
        f"WHEN NOT (NEW.salt IS NULL AND {same}) "
        "BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END"
    )


def _guard_postgresql() -> None:
    same = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in _KEPT)
    op.execute(
        "CREATE FUNCTION audit_only_erased() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NEW.salt IS NULL AND {same} THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION 'the audit only grows'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_only_erased()"
    )
    op.execute(
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_only_grows()"
    )
