"""Marks of attendance.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Build the table."""
    op.create_table(
        "attendance",
        sa.Column("team_id", sa.Integer, sa.ForeignKey("team.team_id"), primary_key=True),
        sa.Column("agent_id", sa.String(60), primary_key=True),
        sa.Column("start_at", _INSTANT, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("end_at", _INSTANT, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("shift", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("came_at", _INSTANT),
        sa.Column("left_at", _INSTANT),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("marked_at", _INSTANT, nullable=False),
        sa.Column("marked_by", sa.String(100), nullable=False),
        sa.CheckConstraint("kind IN ('present', 'no_show', 'sick')", name="kind"),
    )
