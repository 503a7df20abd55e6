"""What a new version of a roster changes: for the team, for one agent, behind the freeze line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from scheduler.people import Agent
from scheduler.rostering.roster import Assignment, Roster

CHANGE_COLUMNS = ("agent_id", "agent", "date", "before", "after")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One agent's local day that is not as it was.

    Attributes
    ----------
    agent_id, day
        Whose day, and the local date to which the shifts belong.
    before, after
        The day's assignments in order of time; at least one of the two holds something.
    """

    agent_id: str
    day: date
    before: tuple[Assignment, ...]
    after: tuple[Assignment, ...]

    @property
    def moves_at(self) -> datetime:
        """First instant that is touched: the start of the earliest shift that goes or comes."""
        kept = set(self.before) & set(self.after)
        return min(a.shift.start for a in (*self.before, *self.after) if a not in kept)


def changes(before: Roster, after: Roster) -> tuple[Change, ...]:
    """Lay two rosters side by side and return every agent's day that differs, by agent and date."""
    old, new = _by_day(before), _by_day(after)
    return tuple(
        Change(agent_id=key[0], day=key[1], before=old.get(key, ()), after=new.get(key, ()))
        for key in sorted(old.keys() | new.keys())
        if old.get(key, ()) != new.get(key, ())
    )


def changes_of(found: Iterable[Change], agent_id: str) -> tuple[Change, ...]:
    """Return what is new for one agent."""
    return tuple(change for change in found if change.agent_id == agent_id)


def behind_line(found: Iterable[Change], line: datetime) -> tuple[Change, ...]:
    """Return the changes that touch what may no longer move.

    Parameters
    ----------
    found
        Changes between two rosters.
    line
        The freeze line: shifts that start before it stay, and none may be put there.
    """
    return tuple(change for change in found if change.moves_at < line)


def change_words(change: Change, agents: Mapping[str, Agent]) -> str:
    """Tell a change in a sentence, in the agent's own time.

    Parameters
    ----------
    change
        The change.
    agents
        The team by id; somebody who has left it is called by their id, in UTC.
    """
    name, zone = _who(change.agent_id, agents)
    before, after = _sides(change, zone)
    day = f"{name}, {_day(change.day)}"
    if not change.before:
        return f"{day}: new {after}"
    if not change.after:
        return f"{day}: {before} is gone"
    if before == after:
        return f"{day}: {before} has other work within it"
    return f"{day}: {before} becomes {after}"


def change_table(found: Iterable[Change], agents: Mapping[str, Agent]) -> list[dict[str, str]]:
    """Tell changes as rows of text by column, see ``CHANGE_COLUMNS``; empty cells are days off."""
    rows = []
    for change in found:
        name, zone = _who(change.agent_id, agents)
        cells = (change.agent_id, name, change.day.isoformat(), *_sides(change, zone))
        rows.append(dict(zip(CHANGE_COLUMNS, cells, strict=True)))
    return rows


def _by_day(roster: Roster) -> dict[tuple[str, date], tuple[Assignment, ...]]:
    found: dict[tuple[str, date], tuple[Assignment, ...]] = {}
    for assignment in roster.assignments:
        key = (assignment.agent_id, assignment.shift.day)
        found[key] = (*found.get(key, ()), assignment)
    return found


def _who(agent_id: str, agents: Mapping[str, Agent]) -> tuple[str, tzinfo]:
    agent = agents.get(agent_id)
    return (agent_id, UTC) if agent is None else (agent.name, agent.zone)


def _sides(change: Change, zone: tzinfo) -> tuple[str, str]:
    """Tell both sides; breaks and activities only where nothing else differs."""
    plain = _told(change.before, zone, breaks=False), _told(change.after, zone, breaks=False)
    if plain[0] != plain[1]:
        return plain
    return _told(change.before, zone, breaks=True), _told(change.after, zone, breaks=True)


def _told(assignments: tuple[Assignment, ...], zone: tzinfo, *, breaks: bool) -> str:
    return " and ".join(_shift(each, zone, breaks=breaks) for each in assignments)


def _shift(assignment: Assignment, zone: tzinfo, *, breaks: bool) -> str:
    shift = assignment.shift
    start, end = (moment.astimezone(zone) for moment in (shift.start, shift.end))
    later = (end.date() - start.date()) // timedelta(days=1)
    words = f"{shift.template} {start:%H:%M}–{end:%H:%M}{f' (+{later} d)' if later else ''}"
    if assignment.queues:
        words += f" on {' and '.join(assignment.queues)}"
    if breaks and shift.breaks:
        spans = ((r.start.astimezone(zone), r.end.astimezone(zone)) for r in shift.breaks)
        words += " with breaks " + ", ".join(f"{a:%H:%M}–{b:%H:%M}" for a, b in spans)
    for each in shift.activities if breaks else ():
        a, b = each.start.astimezone(zone), each.end.astimezone(zone)
        words += f", {each.activity} {a:%H:%M}–{b:%H:%M}"
    return words


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"
