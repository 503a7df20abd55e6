"""Bring a book to the newest form of its tables."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from scheduler.store.database import Connection, Database

_MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate up, in one transaction; a book that is new enough is left alone.

    Parameters
    ----------
    database
        The book.
    revision
        Where to stop; the newest by default.
    """
    with database.migrating() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def revision_of(database: Database) -> str | None:
    """Return the revision a book is at; None for one without tables."""
    with database.reading() as connection:
        return revision_in(connection)


def revision_in(connection: Connection) -> str | None:
    """Return the revision that a transaction sees; None for a book without tables."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """Return the revision that this program works with."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def revisions() -> tuple[str, ...]:
    """Return every revision, the first first."""
    walked = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(reversed([each.revision for each in walked]))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
