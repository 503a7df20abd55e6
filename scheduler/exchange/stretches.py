"""Stretches of a shift in a cell, by the agent's clock: ``12:00-12:30``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.exchange.notation import read_clock
from scheduler.exchange.refusal import refuse
from scheduler.rostering.activities import ActivityBlock
from scheduler.rostering.roster import Assignment, Block
from scheduler.rostering.shifts import Shift

_TIME = r"(\d{1,2}:\d{2})([+-]\d{2}:\d{2})?"
_STRETCH = re.compile(rf"{_TIME}-{_TIME}", re.ASCII)
_DAYS = 3


def stretch_words(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """Write a stretch of time in a zone; a time that clocks show twice gets its offset."""
    return f"{_clock_words(start, zone)}-{_clock_words(end, zone)}"


def _clock_words(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%H:%M}{local.isoformat()[-6:] if twice else ''}"


def read_stretch(text: str, shift: Shift, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Read a stretch of a shift, in UTC.

    Each time is the first at or after the start of the shift, and the end the first after the
    start, at which clocks in the zone show it.

    Raises
    ------
    InputError
        Another form, or a time that clocks skip.
    """
    match = _STRETCH.fullmatch(text)
    if match is None:
        refuse("a stretch of time such as 12:00-12:30", text)
    start = _next(match[1], match[2], shift.start, zone, text)
    return start, _next(match[3], match[4], start + timedelta(minutes=1), zone, text)


def _next(clock: str, offset: str | None, after: datetime, zone: ZoneInfo, text: str) -> datetime:
    """Return the first instant from ``after`` on at which clocks show a time, in UTC."""
    at, day = read_clock(clock), after.astimezone(zone).date()
    shown = [
        datetime.combine(day + timedelta(days=n), at, tzinfo=zone).replace(fold=fold)
        for n in range(_DAYS)
        for fold in (0, 1)
    ]
    found = [
        instant
        for local in shown
        if (instant := local.astimezone(UTC)) >= after
        and instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
        and offset in (None, local.isoformat()[-6:])
    ]
    if not found:
        refuse(f"a time that clocks in {zone.key} show", text)
    return min(found)


def block_words(assignment: Assignment, zone: ZoneInfo) -> str:
    """Write the blocks of an assignment: ``phone 09:00-12:00;email 12:00-17:00``."""
    return ";".join(
        f"{block.queue} {stretch_words(block.start, block.end, zone)}"
        for block in assignment.blocks
    )


def activity_words(shift: Shift, zone: ZoneInfo) -> str:
    """Write the activities of a shift: ``10:00-10:30 team meeting;14:00-16:00 accounts``."""
    return ";".join(
        f"{stretch_words(block.start, block.end, zone)} {block.activity}"
        for block in shift.activities
    )


def read_activity(text: str, shift: Shift, zone: ZoneInfo) -> ActivityBlock:
    """Read an activity such as ``10:00-10:30 team meeting``; whether there is one is not asked.

    Raises
    ------
    InputError
        Another form, or a time that clocks skip.
    """
    stretch, _, name = text.partition(" ")
    if not name:
        refuse("a stretch of time and an activity, such as 10:00-10:30 team meeting", text)
    start, end = read_stretch(stretch, shift, zone)
    return ActivityBlock(start=start, end=end, activity=name)


def read_block(text: str, shift: Shift, zone: ZoneInfo) -> Block:
    """Read a block such as ``phone 09:00-12:00``; whether there is such a queue is not asked.

    Raises
    ------
    InputError
        Another form, or a time that clocks skip.
    """
    queue, _, stretch = text.rpartition(" ")
    if not queue:
        refuse("a queue and a stretch of time, such as phone 09:00-12:00", text)
    start, end = read_stretch(stretch, shift, zone)
    return Block(start=start, end=end, queue=queue)
