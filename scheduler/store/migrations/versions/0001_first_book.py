"""The first book: teams with their set-ups, forecasts, rosters and the audit.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Build the tables, and make the audit append-only."""
    op.create_table(
        "team",
        sa.Column("team_id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(100), nullable=False, unique=True),
        sa.Column("setup_version", sa.Integer, nullable=False),
    )
    op.create_table(
        "setup_file",
        sa.Column("team_id", sa.Integer, sa.ForeignKey("team.team_id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "forecast",
        sa.Column("forecast_id", sa.Integer, primary_key=True),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("team.team_id"), nullable=False),
        sa.Column("week", sa.Date, nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by", sa.String(100), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("team_id", "week", "digest"),
    )
    _rosters()
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("what", sa.String(60), nullable=False),
        sa.Column("team_id", sa.Integer),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
    )
    _only_add()


def _rosters() -> None:
    op.create_table(
        "roster",
        sa.Column("roster_id", sa.Integer, primary_key=True),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("team.team_id"), nullable=False),
        sa.Column("week", sa.Date, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer),
        sa.Column("row_version", sa.Integer, nullable=False),
        sa.Column("based_on", sa.Integer, sa.ForeignKey("roster.roster_id")),
        sa.Column("setup_version", sa.Integer, nullable=False),
        sa.Column("forecast_id", sa.Integer, sa.ForeignKey("forecast.forecast_id")),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by", sa.String(100), nullable=False),
        sa.Column("published_at", _INSTANT),
        sa.Column("published_by", sa.String(100)),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.UniqueConstraint("team_id", "week", "number"),
        sa.CheckConstraint("state IN ('draft', 'published', 'superseded')", name="state"),
        sa.CheckConstraint("(state = 'draft') = (number IS NULL)", name="numbered_once_published"),
        sa.CheckConstraint(
            "(number IS NULL) = (published_at IS NULL)", name="published_when_numbered"
        ),
    )
    published = sa.text("state = 'published'")
    op.create_index(
        "uq_roster_one_published",
        "roster",
        ["team_id", "week"],
        unique=True,
        sqlite_where=published,
        postgresql_where=published,
    )
    op.create_table(
        "shift",
        sa.Column("roster_id", sa.Integer, sa.ForeignKey("roster.roster_id"), primary_key=True),
        sa.Column("agent_id", sa.String(60), primary_key=True),
        sa.Column("start_at", _INSTANT, primary_key=True),
        sa.Column("end_at", _INSTANT, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.CheckConstraint("start_at < end_at", name="ends_after_start"),
    )


def _only_add() -> None:
    """Let the database itself refuse to change or remove a row of the audit."""
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{deed.lower()} BEFORE {deed} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit only grows'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_only_grows()"
    )
    op.execute(
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()"
    )
