"""The tables of the roster book; the migrations build exactly these."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from scheduler.store.columns import Document, Instant

# Every constraint has a name, so that a later migration can speak of it.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

team = Table(
    "team",
    metadata,
    Column("team_id", Integer, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("setup_version", Integer, nullable=False),
)
"""Whom rosters are made for; ``setup_version`` is the newest of its set-ups, 0 for none."""

setup_file = Table(
    "setup_file",
    metadata,
    Column("team_id", ForeignKey("team.team_id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("name", String(60), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""The files of a case folder but its history, as they stood in each version; never changed."""

forecast = Table(
    "forecast",
    metadata,
    Column("forecast_id", Integer, primary_key=True),
    Column("team_id", ForeignKey("team.team_id"), nullable=False),
    Column("week", Date, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(100), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("team_id", "week", "digest"),
)
"""Forecasts frozen as they were used, as CSV."""

roster = Table(
    "roster",
    metadata,
    Column("roster_id", Integer, primary_key=True),
    Column("team_id", ForeignKey("team.team_id"), nullable=False),
    Column("week", Date, nullable=False),
    Column("state", String(10), nullable=False),
    Column("number", Integer),
    Column("row_version", Integer, nullable=False),
    Column("based_on", ForeignKey("roster.roster_id")),
    Column("setup_version", Integer, nullable=False),
    Column("forecast_id", ForeignKey("forecast.forecast_id")),
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(100), nullable=False),
    Column("published_at", Instant),
    Column("published_by", String(100)),
    Column("note", Text, nullable=False),
    Column("result", Document, nullable=False),
    UniqueConstraint("team_id", "week", "number"),
    CheckConstraint("state IN ('draft', 'published', 'superseded')", name="state"),
    CheckConstraint("(state = 'draft') = (number IS NULL)", name="numbered_once_published"),
    CheckConstraint("(number IS NULL) = (published_at IS NULL)", name="published_when_numbered"),
)
"""Rosters of a week. ``result`` is what the solve answered: status, bound, gap, seed, hash …"""

Index(
    "uq_roster_one_published",
    roster.c.team_id,
    roster.c.week,
    unique=True,
    sqlite_where=roster.c.state == "published",
    postgresql_where=roster.c.state == "published",
)

shift = Table(
    "shift",
    metadata,
    Column("roster_id", ForeignKey("roster.roster_id"), primary_key=True),
    Column("agent_id", String(60), primary_key=True),
    Column("start_at", Instant, primary_key=True),
    Column("end_at", Instant, nullable=False),
    Column("day", Date, nullable=False),
    Column("name", String(60), nullable=False),
    Column("detail", Document, nullable=False),
    CheckConstraint("start_at < end_at", name="ends_after_start"),
)
"""One assignment a row; ``detail`` holds queues, breaks and blocks."""

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("who", String(100), nullable=False),
    Column("what", String(60), nullable=False),
    Column("team_id", Integer),
    Column("subject", String(200), nullable=False),
    Column("before", Document),
    Column("after", Document),
    Column("reason", Text, nullable=False),
    Column("chain", String(64), nullable=False),
    Column("salt", String(64)),
    Column("seal", String(64), nullable=False, server_default=""),
)
"""Who did what, when, and why: rows are only ever added, each sealed with the one before.

What a row says of people is sealed by itself: without its salt it may differ from its seal.
"""

history_import = Table(
    "history_import",
    metadata,
    Column("import_id", Integer, primary_key=True),
    Column("team_id", ForeignKey("team.team_id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("imported_at", Instant, nullable=False),
    Column("imported_by", String(100), nullable=False),
    Column("report", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("team_id", "number"),
    UniqueConstraint("team_id", "digest"),
)
"""Imports of history. ``digest`` is the file's; ``content`` the whole history after it, packed."""

request_rules = Table(
    "request_rules",
    metadata,
    Column("team_id", ForeignKey("team.team_id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("rules", Document, nullable=False),
)
"""How a team deals with requests; the newest version holds."""

change_request = Table(
    "change_request",
    metadata,
    Column("request_id", Integer, primary_key=True),
    Column("team_id", ForeignKey("team.team_id"), nullable=False),
    Column("agent_id", String(60), nullable=False),
    Column("other_id", String(60), nullable=False),
    Column("ask", Document, nullable=False),
    Column("state", String(10), nullable=False),
    Column("row_version", Integer, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(100), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("agreed_at", Instant),
    Column("settled_at", Instant),
    Column("settled_by", String(100)),
    Column("reason", Text, nullable=False),
    Column("assessment", Document),
    CheckConstraint(
        "state IN ('requested', 'approved', 'refused', 'withdrawn', 'expired')", name="state"
    ),
    CheckConstraint("(state = 'requested') = (settled_at IS NULL)", name="settled_once"),
)
"""What agents ask for. ``assessment`` is what the manager saw when deciding."""

Index("ix_change_request_team_id_state", change_request.c.team_id, change_request.c.state)

address = Table(
    "address",
    metadata,
    Column("team_id", ForeignKey("team.team_id"), primary_key=True),
    Column("agent_id", String(60), primary_key=True),
    Column("channel", String(10), primary_key=True),
    Column("address", String(500), nullable=False),
    CheckConstraint("channel IN ('mail', 'webhook')", name="channel"),
)
"""Where notices go: an agent's mail address, or the team's webhook (without an agent)."""

outbox = Table(
    "outbox",
    metadata,
    Column("notice_id", Integer, primary_key=True),
    Column("key", String(300), nullable=False, unique=True),
    Column("team_id", ForeignKey("team.team_id"), nullable=False),
    Column("agent_id", String(60), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("address", String(500), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("error", Text, nullable=False),
    CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed', 'unsure')", name="state"),
)
"""Messages to deliver. ``unsure``: the sender died over it, so it is not sent again."""

Index("ix_outbox_state_due_at", outbox.c.state, outbox.c.due_at)

account = Table(
    "account",
    metadata,
    Column("account_id", Integer, primary_key=True),
    Column("login", String(100), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("role", String(20), nullable=False),
    Column("team_id", ForeignKey("team.team_id")),
    Column("agent_id", String(60), nullable=False),
    Column("password", String(200)),
    Column("one_time_until", Instant),
    Column("subject", String(300), unique=True),
    Column("active", Boolean, nullable=False),
    Column("row_version", Integer, nullable=False),
    CheckConstraint("role IN ('administrator', 'manager', 'planner', 'agent')", name="role"),
    CheckConstraint("(role = 'agent') = (agent_id <> '')", name="agents_have_an_id"),
    CheckConstraint("role <> 'agent' OR team_id IS NOT NULL", name="agents_have_a_team"),
)
"""Who may sign in: no team means every team, ``password`` is a hash, ``subject`` a provider's."""

web_session = Table(
    "web_session",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("account_id", ForeignKey("account.account_id"), nullable=False, index=True),
    Column("opened_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)
"""Who is signed in now; the token itself is in the browser's cookie only."""

attempt = Table(
    "attempt",
    metadata,
    Column("attempt_id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("login_digest", String(64), nullable=False, index=True),
    Column("address", String(60), nullable=False, index=True),
)
"""Tries to sign in that have not succeeded; people type passwords into the wrong field."""

feed = Table(
    "feed",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("team_id", ForeignKey("team.team_id"), nullable=False),
    Column("agent_id", String(60), nullable=False),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("team_id", "agent_id"),
)
"""Private calendar addresses, one an agent at most; the token's hash only."""

api_token = Table(
    "api_token",
    metadata,
    Column("token_id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.account_id"), nullable=False),
    Column("name", String(100), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("scopes", Document, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
)
"""Tokens for programs that act for an account; their hashes only, a revoked one's row is gone."""

job = Table(
    "job",
    metadata,
    Column("job_id", Integer, primary_key=True),
    Column("team_id", ForeignKey("team.team_id"), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("week", Date, nullable=False),
    Column("request", Document, nullable=False),
    Column("asked_by", String(100), nullable=False),
    Column("state", String(10), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("seen_at", Instant),
    Column("ended_at", Instant),
    Column("progress", Document),
    Column("cancel", Boolean, nullable=False),
    Column("words", Text, nullable=False),
    Column("roster_id", ForeignKey("roster.roster_id")),
    Column("result", Document),
    CheckConstraint(
        "state IN ('queued', 'running', 'done', 'cancelled', 'failed', 'lost')", name="state"
    ),
    CheckConstraint("(ended_at IS NULL) = (state IN ('queued', 'running'))", name="ended_once"),
)
"""Solves. ``seen_at`` is the last sign of its process; ``result`` what no roster can hold."""

Index("ix_job_team_id_week", job.c.team_id, job.c.week)
Index("ix_job_state", job.c.state)

attendance = Table(
    "attendance",
    metadata,
    Column("team_id", ForeignKey("team.team_id"), primary_key=True),
    Column("agent_id", String(60), primary_key=True),
    Column("start_at", Instant, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("end_at", Instant, nullable=False),
    Column("day", Date, nullable=False),
    Column("shift", String(60), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("came_at", Instant),
    Column("left_at", Instant),
    Column("note", Text, nullable=False),
    Column("marked_at", Instant, nullable=False),
    Column("marked_by", String(100), nullable=False),
    CheckConstraint("kind IN ('present', 'no_show', 'sick')", name="kind"),
)
"""What became of published shifts; the newest version of a shift's mark holds."""

scenario = Table(
    "scenario",
    metadata,
    Column("team_id", ForeignKey("team.team_id"), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("row_version", Integer, nullable=False),
    Column("document", Document, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("saved_by", String(100), nullable=False),
)
"""What planners want to ask again, by name."""

__all__ = [
    "account",
    "address",
    "api_token",
    "attempt",
    "attendance",
    "audit",
    "change_request",
    "feed",
    "forecast",
    "history_import",
    "job",
    "metadata",
    "outbox",
    "request_rules",
    "roster",
    "scenario",
    "setup_file",
    "shift",
    "team",
    "web_session",
]
