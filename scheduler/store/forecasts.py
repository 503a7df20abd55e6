"""Forecasts frozen as they were used, to be held against what came."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from scheduler.store.schema import forecast


def freeze_forecast(
    connection: Connection, team_id: int, week: date, content: bytes, *, who: str, at: datetime
) -> int:
    """Keep a forecast's CSV and return its key; the same forecast again has the same key."""
    digest = hashlib.sha256(content).hexdigest()
    found = connection.scalar(
        select(forecast.c.forecast_id).where(
            forecast.c.team_id == team_id, forecast.c.week == week, forecast.c.digest == digest
        )
    )
    if found is not None:
        return int(found)
    made = connection.execute(
        insert(forecast).values(
            team_id=team_id, week=week, made_at=at, made_by=who, digest=digest, content=content
        )
    )
    (key,) = made.inserted_primary_key or (0,)
    return int(key)


def read_forecast(connection: Connection, forecast_id: int) -> bytes:
    """Return a frozen forecast's CSV; KeyError if there is none."""
    content = connection.scalar(
        select(forecast.c.content).where(forecast.c.forecast_id == forecast_id)
    )
    if content is None:
        raise KeyError(forecast_id)
    return bytes(content)
