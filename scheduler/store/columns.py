"""Column types: one for instants, one for documents."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Text, TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored and returned in UTC on every database.

    SQLite drops offsets and PostgreSQL shifts them to the session's zone; both come back as UTC.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse times without offset: nobody could tell later which instant was meant."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs an offset: {value.isoformat()}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Document(TypeDecorator[Any]):
    """A JSON value in one canonical spelling, so that equal documents are equal texts."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write the value; what JSON cannot say (NaN, infinity) is refused."""
        del dialect
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read the value."""
        del dialect
        return None if value is None else json.loads(value)


def canonical(value: Any) -> str:
    """Write a JSON value with sorted keys and no spaces."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
