"""Scenarios that planners keep under a name.

Revision ID: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the table."""
    op.create_table(
        "scenario",
        sa.Column("team_id", sa.Integer, sa.ForeignKey("team.team_id"), primary_key=True),
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("row_version", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(100), nullable=False),
    )
