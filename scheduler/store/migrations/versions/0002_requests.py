"""Requests of agents, notices to them, and imports of history.

Revision ID: 0002
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def _team(**options: Any) -> sa.Column[int]:
    return sa.Column("team_id", sa.Integer, sa.ForeignKey("team.team_id"), **options)


def upgrade() -> None:
    """Build the tables."""
    op.create_table(
        "history_import",
        sa.Column("import_id", sa.Integer, primary_key=True),
        _team(nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("imported_at", _INSTANT, nullable=False),
        sa.Column("imported_by", sa.String(100), nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("team_id", "number"),
        sa.UniqueConstraint("team_id", "digest"),
    )
    op.create_table(
        "request_rules",
        _team(primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("rules", sa.Text, nullable=False),
    )
    _requests()
    _notices()


def _requests() -> None:
    op.create_table(
        "change_request",
        sa.Column("request_id", sa.Integer, primary_key=True),
        _team(nullable=False),
        sa.Column("agent_id", sa.String(60), nullable=False),
        sa.Column("other_id", sa.String(60), nullable=False),
        sa.Column("ask", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("row_version", sa.Integer, nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by", sa.String(100), nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("agreed_at", _INSTANT),
        sa.Column("settled_at", _INSTANT),
        sa.Column("settled_by", sa.String(100)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("assessment", sa.Text),
        sa.CheckConstraint(
            "state IN ('requested', 'approved', 'refused', 'withdrawn', 'expired')", name="state"
        ),
        sa.CheckConstraint("(state = 'requested') = (settled_at IS NULL)", name="settled_once"),
    )
    op.create_index("ix_change_request_team_id_state", "change_request", ["team_id", "state"])


def _notices() -> None:
    op.create_table(
        "address",
        _team(primary_key=True),
        sa.Column("agent_id", sa.String(60), primary_key=True),
        sa.Column("channel", sa.String(10), primary_key=True),
        sa.Column("address", sa.String(500), nullable=False),
        sa.CheckConstraint("channel IN ('mail', 'webhook')", name="channel"),
    )
    op.create_table(
        "outbox",
        sa.Column("notice_id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(300), nullable=False, unique=True),
        _team(nullable=False),
        sa.Column("agent_id", sa.String(60), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'failed', 'unsure')", name="state"
        ),
    )
    op.create_index("ix_outbox_state_due_at", "outbox", ["state", "due_at"])
