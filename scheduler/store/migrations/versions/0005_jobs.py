"""Jobs: solves that somebody asked for, and what became of them.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_STATES = "'queued', 'running', 'done', 'cancelled', 'failed', 'lost'"


def upgrade() -> None:
    """Build the table."""
    op.create_table(
        "job",
        sa.Column("job_id", sa.Integer, primary_key=True),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("team.team_id"), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("week", sa.Date, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("asked_by", sa.String(100), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("started_at", _INSTANT),
        sa.Column("seen_at", _INSTANT),
        sa.Column("ended_at", _INSTANT),
        sa.Column("progress", sa.Text),
        sa.Column("cancel", sa.Boolean, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("roster_id", sa.Integer, sa.ForeignKey("roster.roster_id")),
        sa.Column("result", sa.Text),
        sa.CheckConstraint(f"state IN ({_STATES})", name="state"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state IN ('queued', 'running'))", name="ended_once"
        ),
    )
    op.create_index("ix_job_team_id_week", "job", ["team_id", "week"])
    op.create_index("ix_job_state", "job", ["state"])
