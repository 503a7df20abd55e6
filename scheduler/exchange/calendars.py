"""One calendar (ICS) an agent: their own shifts, and nobody else's name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, Timezone, vText

from scheduler.exchange.roster_table import break_words
from scheduler.exchange.stretches import activity_words, block_words
from scheduler.people import Agent
from scheduler.publishing.feed import FeedEvent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Roster

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_PRODUCT = "-//Callboard//Roster//EN"


def calendar_files(problem: Problem, roster: Roster, made: datetime) -> dict[str, bytes]:
    """Write the calendar of every agent, also of those without a shift, by file name.

    Parameters
    ----------
    problem, roster
        Whose shifts.
    made
        When the roster was made: the stamp of every event.
    """
    tours = roster.tours()
    files: dict[str, bytes] = {}
    taken: set[str] = set()
    for agent in problem.team.agents:
        name = safe_name(agent.agent_id)
        if name.casefold() in taken:
            name = f"{name}-{_digest(agent.agent_id)}"
        taken.add(name.casefold())
        files[f"{name}.ics"] = agent_calendar(agent, tours.get(agent.agent_id, ()), made)
    return files


def agent_calendar(agent: Agent, tour: tuple[Assignment, ...], made: datetime) -> bytes:
    """Write one agent's shifts as an iCalendar file (RFC 5545), times in UTC.

    An event keeps its UID when the shift of a date changes, so that calendars update it.
    """
    calendar = _empty(agent)
    if not tour:
        # The standard wants a calendar to hold something.
        calendar.add_component(Timezone.from_tzinfo(UTC))
    counts: dict[str, int] = {}
    for assignment in tour:
        day = assignment.shift.day.isoformat()
        counts[day] = counts.get(day, 0) + 1
        calendar.add_component(_event(agent, assignment, counts[day], made))
    return bytes(calendar.to_ical())


def feed_calendar(agent: Agent, events: Iterable[FeedEvent]) -> bytes:
    """Write an agent's feed: shifts that hold, and those taken back as cancelled, times in UTC.

    Calendars that follow the feed know an event by its UID and take the greater ``SEQUENCE``.
    """
    calendar = _empty(agent)
    # Programs that follow a feed need not ask more often than this.
    calendar.add("refresh-interval", timedelta(hours=1), {"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for each in events:
        event = _event(agent, each.assignment, each.number, each.changed_at)
        event.add("sequence", each.sequence)
        event.add("last-modified", each.changed_at.astimezone(UTC))
        event.add("status", "CANCELLED" if each.cancelled else "CONFIRMED")
        if each.cancelled:
            event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    if not calendar.subcomponents:
        calendar.add_component(Timezone.from_tzinfo(UTC))
    return bytes(calendar.to_ical())


def _empty(agent: Agent) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", vText(f"Shifts of {agent.name}"))
    calendar.add("x-wr-timezone", agent.zone.key)
    return calendar


def _event(agent: Agent, assignment: Assignment, number: int, made: datetime) -> Event:
    shift = assignment.shift
    event = Event()
    second = f"-{number}" if number > 1 else ""
    event.add("uid", f"{shift.day.isoformat()}{second}-{_digest(agent.agent_id)}@callboard")
    event.add("dtstamp", made.astimezone(UTC))
    event.add("dtstart", shift.start.astimezone(UTC))
    event.add("dtend", shift.end.astimezone(UTC))
    served = "on call" if shift.on_call else ", ".join(assignment.queues)
    event.add("summary", f"{shift.template} ({served})")
    start, end = (moment.astimezone(agent.zone) for moment in (shift.start, shift.end))
    lines = [f"{start:%H:%M}-{end:%H:%M} {agent.zone.key}"]
    if assignment.blocks:
        lines += block_words(assignment, agent.zone).split(";")
    lines += [each for each in activity_words(shift, agent.zone).split(";") if each]
    if shift.breaks:
        lines.append(f"Breaks {break_words(shift, agent.zone).replace(';', ', ')}")
    event.add("description", "\n".join(lines))
    return event


def safe_name(agent_id: str) -> str:
    """Turn an agent's id into a file name that no system takes for anything else."""
    plain = re.sub(r"[^A-Za-z0-9_.-]", "_", agent_id).strip(".")[:60]
    if plain == agent_id and not _RESERVED.fullmatch(plain):
        return plain
    return f"{plain}-{_digest(agent_id)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
