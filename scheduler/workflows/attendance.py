"""Attendance: the manager marks what became of a published shift, agents see their own marks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from scheduler.access import Action, User, decide
from scheduler.errors import Fault, InputError
from scheduler.publishing.attendance import Mark, MarkKind
from scheduler.rostering.shifts import Shift
from scheduler.store.attendance import BookedMark, add_mark, list_marks
from scheduler.store.database import Connection, Database
from scheduler.store.tours import published_between
from scheduler.workflows.book import team_key
from scheduler.workflows.week import require

LONGEST = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What became of a shift, in the manager's words.

    Attributes
    ----------
    kind, came_at, left_at, note
        See :class:`scheduler.publishing.attendance.Mark`.
    """

    kind: MarkKind
    came_at: datetime | None = None
    left_at: datetime | None = None
    note: str = ""


def mark_attendance(
    user: User,
    database: Database,
    name: str,
    agent_id: str,
    day: date,
    what: Seen,
    *,
    shift: str = "",
    seen: int = 0,
    now: datetime,
) -> BookedMark:
    """Mark what became of an agent's published shift; a mark before it stays in the book.

    Parameters
    ----------
    user
        Who marks.
    database, name
        The book and the team.
    agent_id, day
        Whose shift, and the local date on which it starts.
    what
        What became of it.
    shift
        Name of its template, where the date has several.
    seen
        Version of the mark that was looked at; 0 for none.
    now
        The time of marking: a shift that has not begun cannot be marked.

    Raises
    ------
    AccessDenied
        The user may not mark attendance in this team.
    InputError
        There is no such published shift, it has not begun, or a time does not fit it.
    Conflict
        Somebody else has marked it.
    """
    require(user, Action.MARK_ATTENDANCE, of_team=name)
    with database.writing() as connection:
        team_id = team_key(connection, name)
        found = _shift(connection, team_id, agent_id, day, shift)
        if found.start > now:
            expected = "a shift that has begun"
            raise InputError(
                Fault(column="day", expected=expected, found=f"one from {found.start:%c} UTC")
            )
        mark = Mark(
            agent_id=agent_id,
            day=day,
            shift=found.template,
            start=found.start,
            end=found.end,
            kind=what.kind,
            came_at=what.came_at,
            left_at=what.left_at,
            note=what.note,
        )
        version = add_mark(connection, team_id, mark, seen=seen, who=user.who, at=now)
    return BookedMark(mark=mark, version=version, marked_by=user.who, marked_at=now)


def attendance_of(
    user: User,
    database: Database,
    name: str,
    first: date,
    last: date,
    *,
    agent_id: str | None = None,
) -> tuple[BookedMark, ...]:
    """Return the marks of some local dates, by agent and time.

    Agents see their own, without the manager's notes.

    Parameters
    ----------
    user
        Who asks.
    database, name
        The book and the team.
    first, last
        The dates, both included.
    agent_id
        Whose; None for everybody's.

    Raises
    ------
    AccessDenied
        These are neither the user's own nor of a team whose attendance they mark.
    InputError
        The dates are out of order, or more than a year.
    """
    marks = decide(user, Action.MARK_ATTENDANCE, of_team=name).allowed
    if not marks:
        require(user, Action.SEE_OWN_SHIFTS, of_team=name, of_agent=agent_id)
    check_dates(first, last)
    with database.reading() as connection:
        found = list_marks(connection, team_key(connection, name), first, last, agent_id=agent_id)
    if marks:
        return found
    return tuple(replace(each, mark=replace(each.mark, note="")) for each in found)


def check_dates(first: date, last: date) -> None:
    """Refuse dates out of order, or of more than some thirteen months.

    Raises
    ------
    InputError
        They are.
    """
    if not timedelta(0) <= last - first <= LONGEST:
        expected = f"a last date from the first on, within {LONGEST.days} days"
        raise InputError(Fault(column="from, to", expected=expected, found=f"{first} … {last}"))


def _shift(connection: Connection, team_id: int, agent_id: str, day: date, template: str) -> Shift:
    # A shift belongs to the agent's date, which may lie in the service's week before or after.
    weeks = published_between(connection, team_id, day - timedelta(1), day + timedelta(1))
    found = [
        each.shift
        for week in weeks
        for each in week.assignments
        if each.agent_id == agent_id and each.shift.day == day
    ]
    named = [each for each in found if template in ("", each.template)]
    if len(named) != 1:
        there = ", ".join(each.template for each in found) or "none"
        expected = f"one published shift of {agent_id!r} on {day}"
        raise InputError(Fault(column="shift", expected=expected, found=there))
    return named[0]
