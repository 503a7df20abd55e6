"""What an agent does: look up their own shifts, and take them along as a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from forecasting.grid import local_instant
from scheduler.access import Action, User
from scheduler.config import Settings
from scheduler.errors import Fault, InputError
from scheduler.exchange.calendars import safe_name
from scheduler.people import Agent
from scheduler.workflows.desk import open_case
from scheduler.workflows.results import RosteredShift, current_folder, current_mondays, read_shifts
from scheduler.workflows.week import require

_WEEK = timedelta(days=7)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChange:
    """A change of the clocks.

    Attributes
    ----------
    at
        First instant of the new time, in the zone it happens in.
    by
        How far clocks jump: positive when they go forward.
    """

    at: datetime
    by: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class MyWeek:
    """One agent's week.

    Attributes
    ----------
    monday
        First day of the week.
    rostered
        Whether a roster has been made for it.
    shifts
        The agent's own shifts, in order of time.
    clock_change
        Whether, and when, clocks change during it where the agent lives.
    """

    monday: date
    rostered: bool
    shifts: tuple[RosteredShift, ...]
    clock_change: ClockChange | None

    @property
    def paid_hours(self) -> float:
        """Paid time of the week, in hours."""
        return sum(shift.paid_minutes for shift in self.shifts) / 60


def my_details(user: User, agent_id: str, *, settings: Settings, case: str) -> Agent:
    """Return an agent's own row of the team.

    Raises
    ------
    AccessDenied
        That is not the user.
    InputError
        The case cannot be read, or the agent is no longer in it.
    """
    require(user, Action.SEE_OWN_SHIFTS, of_team=case, of_agent=agent_id)
    team = open_case(settings, case).team
    try:
        return team.agent(agent_id)
    except KeyError:
        expected = "an agent of the team"
        fault = Fault(file="agents.csv", column="id", expected=expected, found=repr(agent_id))
        raise InputError(fault) from None


def my_shifts(
    user: User, agent_id: str, *, out: Path, case: str, zone: ZoneInfo, monday: date
) -> MyWeek:
    """Return one agent's shifts of a week.

    Parameters
    ----------
    user
        Who asks; agents see their own shifts only.
    agent_id
        Whose shifts.
    out, case
        Where results are, and of which case.
    zone
        The agent's time zone.
    monday
        First day of the week.

    Raises
    ------
    AccessDenied
        These are not the user's own shifts.
    """
    require(user, Action.SEE_OWN_SHIFTS, of_team=case, of_agent=agent_id)
    folder = current_folder(out, case, monday).resolve()
    own = [shift for shift in read_shifts(folder) if shift.agent_id == agent_id]
    return MyWeek(
        monday=monday,
        rostered=folder.is_dir(),
        shifts=tuple(sorted(own, key=lambda shift: shift.start.astimezone(UTC))),
        clock_change=clock_change(monday, zone),
    )


def my_calendar(user: User, agent_id: str, *, out: Path, case: str, monday: date) -> bytes | None:
    """Return one agent's week as an iCalendar file; None where no roster has been made.

    Raises
    ------
    AccessDenied
        These are not the user's own shifts.
    """
    require(user, Action.SEE_OWN_SHIFTS, of_team=case, of_agent=agent_id)
    file = current_folder(out, case, monday) / "calendars" / f"{safe_name(agent_id)}.ics"
    return file.read_bytes() if file.exists() else None


def weeks_to_show(*, out: Path, case: str, today: date) -> tuple[date, date]:
    """Return the Mondays of this week and the next, or of the last rostered week and the next.

    A case may lie in the past, as samples do; its agents should see something all the same.
    """
    this = today - timedelta(days=today.weekday())
    rostered = current_mondays(out, case)
    if rostered and not {this, this + _WEEK} & set(rostered):
        this = rostered[-1]
    return this, this + _WEEK


def clock_change(monday: date, zone: ZoneInfo) -> ClockChange | None:
    """Return the first change of the clocks in a local week, to the minute; None if none."""
    low = local_instant(monday, time(0), zone)
    high = local_instant(monday + _WEEK, time(0), zone)
    old, new = (instant.astimezone(zone).utcoffset() for instant in (low, high))
    if old is None or new is None or old == new:
        return None
    while high - low > _MINUTE:
        middle = low + (high - low) // _MINUTE // 2 * _MINUTE
        if middle.astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return ClockChange(at=high.astimezone(zone), by=new - old)
