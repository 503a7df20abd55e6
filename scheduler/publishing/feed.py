"""An agent's calendar over all versions of their weeks: what holds, what changed, what is off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from scheduler.rostering.roster import Assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEvent:
    """One shift as a calendar keeps it.

    Attributes
    ----------
    day, number
        The local date, and which of the date's shifts it is, from 1: together its identity.
    assignment
        The shift; of a cancelled one, what it was last.
    sequence
        Grows with every version in which the event changed, so that calendars take the newer.
    changed_at
        When that version was published.
    cancelled
        Whether the newest version no longer has it.
    """

    day: date
    number: int
    assignment: Assignment
    sequence: int
    changed_at: datetime
    cancelled: bool


def feed_events(
    versions: Iterable[tuple[int, datetime, Sequence[Assignment]]],
) -> tuple[FeedEvent, ...]:
    """Follow one agent's shifts of one week through its versions.

    Parameters
    ----------
    versions
        Number, time of publication and the agent's shifts in order of time, of every version in
        order.

    Returns
    -------
    tuple of FeedEvent
        Every event that there ever was, in order of date; the last version says which hold.
    """
    events: dict[tuple[date, int], FeedEvent] = {}
    for version, published_at, tour in versions:
        now = _numbered(tour)
        for key in events.keys() | now.keys():
            old, new = events.get(key), now.get(key)
            cancelled = new is None
            assignment = new or (old.assignment if old else None)
            same = old is not None and (old.assignment, old.cancelled) == (assignment, cancelled)
            if assignment is None or same:
                continue
            events[key] = FeedEvent(
                day=key[0],
                number=key[1],
                assignment=assignment,
                sequence=version - 1,
                changed_at=published_at,
                cancelled=cancelled,
            )
    return tuple(events[key] for key in sorted(events))


def _numbered(tour: Sequence[Assignment]) -> dict[tuple[date, int], Assignment]:
    found: dict[tuple[date, int], Assignment] = {}
    for assignment in tour:
        day, number = assignment.shift.day, 1
        while (day, number) in found:
            number += 1
        found[day, number] = assignment
    return found
