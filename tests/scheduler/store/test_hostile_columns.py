"""Text in every column of the book: what cannot be seen is refused, whatever column it is for.

The columns are read off the schema, so a new one is tried without anybody thinking of it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hostile import UNSEEN, VISIBLE
from sqlalchemy import Column, Date, Integer, LargeBinary, String, insert, select, update

from scheduler.errors import InputError
from scheduler.store.columns import Document, Instant
from scheduler.store.database import Database
from scheduler.store.schema import metadata, team

TEXTS = [
    column
    for table in metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, String)
]
DOCUMENTS = [
    column
    for table in metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, Document)
]
SOME = {Integer: 0, Date: date(2026, 3, 2), Instant: datetime(2026, 3, 2, tzinfo=UTC)}
# Documents write these as escapes of JSON, which are as harmless as any other letters.
ESCAPED = {"escape", "nul", "return", "backspace"}


def test_no_column_takes_what_cannot_be_seen(database: Database) -> None:
    assert len(TEXTS) > 40
    for column in TEXTS:
        for text in UNSEEN.values():
            with pytest.raises(InputError, match="text without control characters"):
                insert_into(database, column, text)
        with pytest.raises(InputError), database.writing() as connection:
            connection.execute(update(column.table).values({column: UNSEEN["escape"]}))


def test_no_document_takes_it_either(database: Database) -> None:
    for column in DOCUMENTS:
        for text in (text for kind, text in UNSEEN.items() if kind not in ESCAPED):
            with pytest.raises(InputError, match="text without control characters"):
                insert_into(database, column, {"deep": [text]})


def insert_into(database: Database, column: Column[str], value: object) -> None:
    keys = {
        each: next((v for kind, v in SOME.items() if isinstance(each.type, kind)), "")
        for each in column.table.primary_key
        if each is not column
    }
    with database.writing() as connection:
        connection.execute(insert(column.table).values({**keys, column: value}))


def test_every_other_column_holds_no_text() -> None:
    kinds = {
        type(column.type).__name__
        for table in metadata.sorted_tables
        for column in table.columns
        if column not in TEXTS and column not in DOCUMENTS
    }
    assert kinds <= {"Integer", "BigInteger", "Float", "Boolean", "Date", "Instant", "LargeBinary"}
    packed = {
        str(column)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    # Files of a case, which are read before they are kept; forecasts and histories of ours.
    assert {"setup_file.content", "forecast.content", "history_import.content"} <= packed


@pytest.mark.parametrize("text", VISIBLE.values(), ids=VISIBLE)
def test_what_can_be_seen_comes_back_as_it_was(database: Database, text: str) -> None:
    with database.writing() as connection:
        connection.execute(insert(team).values(name=text, setup_version=0))
    with database.reading() as connection:
        assert connection.scalars(select(team.c.name).where(team.c.name == text)).all() == [text]
        # Looking for what cannot be there is no mistake of anybody's.
        assert not connection.scalars(select(team.c.name).where(team.c.name == "\x1b")).all()
