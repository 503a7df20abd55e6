"""Calendar addresses and tokens for programs.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Build the tables."""
    op.create_table(
        "feed",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("team.team_id"), nullable=False),
        sa.Column("agent_id", sa.String(60), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.UniqueConstraint("team_id", "agent_id"),
    )
    op.create_table(
        "api_token",
        sa.Column("token_id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.account_id"), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT, nullable=False),
    )
