"""Points in time as files write them: ISO 8601 with offset, or a wall time in a stated zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from forecasting.grid import is_ambiguous, is_missing, local_instant
from scheduler.exchange.notation import YEARS, read_day
from scheduler.exchange.refusal import refuse

_EXAMPLE = "2026-03-02T09:00+00:00"
_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.0+)?)?) ?(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_instant(text: str, zone: ZoneInfo | None, *, stated: str) -> datetime:
    """Read a point in time, in UTC.

    Parameters
    ----------
    text
        ISO 8601, whole seconds.
    zone
        The zone of times without offset; None refuses them.
    stated
        Where that zone is stated, for the message.

    Raises
    ------
    InputError
        Another form, no offset and no zone, or a wall time that clocks skip or show twice.
    """
    match = _INSTANT.fullmatch(text)
    expected = f"a time such as {_EXAMPLE}, {YEARS[0]} … {YEARS[-1]}"
    if match is None:
        refuse(expected, text)
    try:
        moment = datetime.fromisoformat(match[1] + (match[2] or ""))
    except ValueError:
        refuse(expected, text)
    if moment.year not in YEARS:
        refuse(expected, text)
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    if zone is None:
        refuse(f"a time with offset such as {_EXAMPLE}, or {stated}", text)
    return at_wall(moment, zone, text)


def at_wall(moment: datetime, zone: ZoneInfo, text: str) -> datetime:
    """Return the instant, in UTC, at which clocks in a zone show a naive time.

    ``text`` is the time as the file writes it, for the message.

    Raises
    ------
    InputError
        A wall time that clocks skip or show twice.
    """
    day, at = moment.date(), moment.time()
    if is_missing(day, at, zone):
        refuse(f"a time that clocks in {zone.key} show; they skip this one", text)
    if is_ambiguous(day, at, zone):
        refuse(f"a time with offset; clocks in {zone.key} show this one twice", text)
    return local_instant(day, at, zone)


def read_start(text: str, zone: ZoneInfo) -> datetime:
    """Read when something starts: an instant, or a bare date for the start of that local day."""
    if _DATE.fullmatch(text):
        return local_instant(read_day(text), time(0), zone)
    return read_instant(text, zone, stated="")


def read_end(text: str, zone: ZoneInfo) -> datetime:
    """Read when something ends: an instant, or a bare date for the end of that local day."""
    if _DATE.fullmatch(text):
        return local_instant(read_day(text) + timedelta(days=1), time(0), zone)
    return read_instant(text, zone, stated="")


def start_words(moment: datetime, zone: ZoneInfo) -> str:
    """Write an instant as :func:`read_start` reads it: a bare date for a local midnight."""
    day = _midnight_of(moment, zone)
    return day.isoformat() if day else local_iso(moment, zone)


def end_words(moment: datetime, zone: ZoneInfo) -> str:
    """Write an instant as :func:`read_end` reads it: a bare date for the end of a local day."""
    day = _midnight_of(moment, zone)
    return (day - timedelta(days=1)).isoformat() if day else local_iso(moment, zone)


def _midnight_of(moment: datetime, zone: ZoneInfo) -> date | None:
    day = moment.astimezone(zone).date()
    return day if local_instant(day, time(0), zone) == moment else None


def local_iso(moment: datetime, zone: ZoneInfo) -> str:
    """Write an instant in local time with its offset."""
    return moment.astimezone(zone).isoformat()


def utc_iso(moment: datetime) -> str:
    """Write an instant in UTC: ``2026-03-02T09:00:00Z``."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
