"""From the empty book and from every earlier one to today's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from scheduler.store.database import Database
from scheduler.store.migrate import newest_revision, revision_of, revisions, upgrade
from scheduler.store.schema import metadata


def test_migrations_build_exactly_the_tables_of_the_schema(empty: Database) -> None:
    assert revision_of(empty) is None
    upgrade(empty)
    assert revision_of(empty) == newest_revision() == revisions()[-1]
    with empty.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_every_step_leads_to_the_next(empty: Database) -> None:
    for revision in revisions():
        upgrade(empty, revision)
        assert revision_of(empty) == revision
    upgrade(empty)


def test_four_who_migrate_at_once_do_it_once(empty: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [empty] * 4))
    assert revision_of(empty) == newest_revision()
