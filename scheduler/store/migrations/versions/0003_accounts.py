"""Accounts, their sessions, and tries to sign in.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables; nobody has an account yet."""
    op.create_table(
        "account",
        sa.Column("account_id", sa.Integer, primary_key=True),
        sa.Column("login", sa.String(100), nullable=False, unique=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("team.team_id")),
        sa.Column("agent_id", sa.String(60), nullable=False),
        sa.Column("password", sa.String(200)),
        sa.Column("one_time_until", _INSTANT),
        sa.Column("subject", sa.String(300), unique=True),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("row_version", sa.Integer, nullable=False),
        sa.CheckConstraint("role IN ('administrator', 'manager', 'planner', 'agent')", name="role"),
        sa.CheckConstraint("(role = 'agent') = (agent_id <> '')", name="agents_have_an_id"),
        sa.CheckConstraint("role <> 'agent' OR team_id IS NOT NULL", name="agents_have_a_team"),
    )
    op.create_table(
        "web_session",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column(
            "account_id",
            sa.Integer,
            sa.ForeignKey("account.account_id"),
            nullable=False,
            index=True,
        ),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
    )
    op.create_table(
        "attempt",
        sa.Column("attempt_id", sa.Integer, primary_key=True),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("login_digest", sa.String(64), nullable=False, index=True),
        sa.Column("address", sa.String(60), nullable=False, index=True),
    )
