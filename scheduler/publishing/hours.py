"""Hours for payroll: what an agent's published shifts and their marks come to.

A shift belongs to the local date on which it starts. Lengths are absolute, so a night in which
clocks change counts the hours that really pass.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from forecasting.grid import local_instant
from scheduler.people import Agent, Team, TimeOff
from scheduler.publishing.attendance import Mark
from scheduler.rostering.shifts import Shift

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
# Sevenths of an hour are not exact.
_HAIR = 1e-6

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Local dates that are paid together, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        """Say whether a local date lies in it."""
        return self.first <= day <= self.last

    def days(self) -> tuple[date, ...]:
        """Every date of it, in order."""
        return tuple(self.first + n * _DAY for n in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """One agent's hours in a period; lengths in whole minutes.

    Attributes
    ----------
    agent_id, name
        Whose.
    contracts
        Names of the contracts that hold in the period, in order.
    rostered
        Paid time of the published shifts: ``worked + sick + no_show + late``.
    worked
        Paid time of it in which the agent was there; on-call shifts with the share that is paid.
    sick, no_show, late
        Paid time of it that was missed; ``late`` is coming late and leaving early.
    on_call
        The part of ``worked`` that is on call.
    holiday_worked
        The part of ``worked`` in shifts that start on a public holiday of the agent's country.
    holidays_owed
        Such days for which the contract owes a free one.
    overtime
        ``worked`` beyond the normal hours of a contract week, by the kind of day on which it
        falls: ``weekday``, ``weekend`` or ``holiday``.
    unsocial
        Time at work within the team's unsocial hours, by the agent's clock.
    absence
        Whole working days away, by kind of the time off.
    """

    agent_id: str
    name: str
    contracts: tuple[str, ...]
    rostered: int = 0
    worked: int = 0
    sick: int = 0
    no_show: int = 0
    late: int = 0
    on_call: int = 0
    holiday_worked: int = 0
    holidays_owed: int = 0
    overtime: Mapping[str, int] = field(default_factory=dict)
    unsocial: int = 0
    absence: Mapping[str, int] = field(default_factory=dict)


def hours_of(
    agent: Agent,
    team: Team,
    shifts: Iterable[Shift],
    marks: Iterable[Mark],
    period: Period,
    *,
    holidays: Collection[date],
    unsocial: tuple[time, time],
) -> Hours:
    """Add up one agent's hours.

    Parameters
    ----------
    agent, team
        Who, with contracts and time off.
    shifts
        The agent's published shifts of every week that the period touches: overtime is counted
        by whole weeks, Monday to Sunday, and told for the days of the period.
    marks
        The agent's marks; a shift without one was worked as published.
    period
        The local dates that are told.
    holidays
        Public holidays of the agent's country.
    unsocial
        From when to when hours are unsocial; an end at or before the start means the next day.
    """
    marked = {mark.start: mark for mark in marks}
    done = [
        _Done.of(shift, marked.get(shift.start)) for shift in sorted(shifts, key=lambda s: s.start)
    ]
    told = [each for each in done if each.shift.day in period]
    at_holidays = [each for each in told if each.shift.day in holidays and each.worked]
    owed = {
        each.shift.day
        for each in at_holidays
        if team.contract_of(agent, each.shift.day).lieu_weeks > 0
    }
    days = period.days()
    return Hours(
        agent_id=agent.agent_id,
        name=agent.name,
        contracts=tuple(dict.fromkeys(team.contract_of(agent, day).name for day in days)),
        rostered=sum(each.shift.paid_minutes for each in told),
        worked=sum(each.worked for each in told),
        sick=sum(each.missed for each in told if each.reason == "sick"),
        no_show=sum(each.missed for each in told if each.reason == "no_show"),
        late=sum(each.missed for each in told if each.reason == "late"),
        on_call=sum(each.worked for each in told if each.shift.on_call_paid is not None),
        holiday_worked=sum(each.worked for each in at_holidays),
        holidays_owed=len(owed),
        overtime=_overtime(agent, team, done, period, holidays),
        unsocial=sum(_unsocial(agent, each, unsocial) for each in told),
        absence=_absence(agent, team, period, holidays),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """A shift as it was worked: paid minutes at work and missed, and why they were missed."""

    shift: Shift
    there: Stretch | None
    worked: int
    reason: str

    @property
    def missed(self) -> int:
        return self.shift.paid_minutes - self.worked

    @classmethod
    def of(cls, shift: Shift, mark: Mark | None) -> _Done:
        if mark is None:
            whole = (shift.start, shift.end)
            return cls(shift=shift, there=whole, worked=shift.paid_minutes, reason="")
        there, reason = mark.attended, "late" if mark.kind == "present" else mark.kind
        worked = 0 if there is None else _paid_within(shift, there)
        return cls(shift=shift, there=there, worked=worked, reason=reason)


def _paid_within(shift: Shift, there: Stretch) -> int:
    """Paid minutes of a shift within a stretch, unpaid breaks in it left out."""
    span = _common((shift.start, shift.end), there)
    for rest in shift.breaks:
        if not rest.paid:
            span -= _common((rest.start, rest.end), there)
    minutes = round(span / _MINUTE)
    return minutes if shift.on_call_paid is None else minutes * shift.on_call_paid // 100


def _common(one: Stretch, other: Stretch) -> timedelta:
    return max(timedelta(0), min(one[1], other[1]) - max(one[0], other[0]))


def _overtime(
    agent: Agent,
    team: Team,
    done: Iterable[_Done],
    period: Period,
    holidays: Collection[date],
) -> dict[str, int]:
    """Minutes beyond the normal hours of each week, in the order in which they were worked."""
    so_far: dict[date, int] = {}
    found = {"weekday": 0, "weekend": 0, "holiday": 0}
    for each in done:
        day = each.shift.day
        monday = day - day.weekday() * _DAY
        normal = _normal_minutes(agent, team, monday)
        if normal is None:
            continue
        before = so_far.get(monday, 0)
        so_far[monday] = before + each.worked
        extra = max(0, so_far[monday] - normal) - max(0, before - normal)
        if day in period:
            kind = "weekend" if day.weekday() >= 5 else "weekday"
            found["holiday" if day in holidays else kind] += extra
    return found


def _normal_minutes(agent: Agent, team: Team, monday: date) -> int | None:
    """Return a week's normal minutes, each day bringing its contract's seventh, as rules do.

    None where a day has a contract without normal hours.
    """
    days = [monday + n * _DAY for n in range(7)]
    hours = [team.contract_of(agent, day).normal_hours_week for day in days]
    known = [each for each in hours if each is not None]
    if len(known) < len(hours):
        return None
    week = known[0] if len(set(known)) == 1 else sum(known) / 7
    return int(week * 60 + _HAIR)


def _unsocial(agent: Agent, done: _Done, window: tuple[time, time]) -> int:
    """Minutes at work, breaks left out, within the unsocial hours of the nights around a shift."""
    shift, there = done.shift, done.there
    if there is None or shift.on_call_paid is not None:
        return 0
    begin, end = window
    overnight = _DAY if end <= begin else timedelta(0)
    total = timedelta(0)
    for back in (-1, 0, 1):
        night = shift.day + back * _DAY
        dark = (
            max(local_instant(night, begin, agent.zone), there[0]),
            min(local_instant(night + overnight, end, agent.zone), there[1]),
        )
        total += _common((shift.start, shift.end), dark)
        total -= sum((_common((r.start, r.end), dark) for r in shift.breaks), timedelta(0))
    return round(total / _MINUTE)


def _absence(
    agent: Agent, team: Team, period: Period, holidays: Collection[date]
) -> dict[str, int]:
    """Whole local days away on which the contract lets the agent work, by kind."""
    found: dict[str, int] = {}
    own = [off for off in team.time_off if off.agent_id == agent.agent_id]
    for day in period.days():
        contract = team.contract_of(agent, day)
        free = day in holidays and not contract.works_public_holidays
        if free or not agent.employed_on(day) or day.weekday() not in contract.weekdays:
            continue
        for off in own:
            if _whole_day_off(off, agent, day):
                found[off.kind] = found.get(off.kind, 0) + 1
    return dict(sorted(found.items()))


def _whole_day_off(off: TimeOff, agent: Agent, day: date) -> bool:
    begins = local_instant(day, time(0), agent.zone)
    return off.start <= begins and local_instant(day + _DAY, time(0), agent.zone) <= off.end
