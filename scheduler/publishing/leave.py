"""Leave within its bounds: days left in the year, and how many may be away on a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta

from scheduler.errors import Fault, InputError
from scheduler.people import Team, TimeOff
from scheduler.publishing.requests import Leave

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveRules:
    """What a team grants.

    Attributes
    ----------
    days_a_year
        Working days of leave in a calendar year.
    days_of
        The same for agents who have another number, by id.
    most_away
        How many agents may be away on one date; None for no limit.
    counted
        Kinds of time off that use up days.
    """

    days_a_year: int = 25
    days_of: Mapping[str, int] = field(default_factory=dict)
    most_away: int | None = None
    counted: frozenset[str] = frozenset({"leave"})

    def __post_init__(self) -> None:
        """Refuse numbers that no year has."""
        faults = [
            Fault(column=f"days of leave{who}", expected="0 … 366", found=str(days))
            for who, days in (
                ("", self.days_a_year),
                *((f" of {agent_id}", days) for agent_id, days in self.days_of.items()),
            )
            if not 0 <= days <= 366
        ]
        if self.most_away is not None and self.most_away < 0:
            faults.append(
                Fault(column="most_away", expected="0 or more", found=str(self.most_away))
            )
        if faults:
            raise InputError(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveStanding:
    """Where leave that is asked for would leave everybody.

    Attributes
    ----------
    wanted
        Working days that it takes, by year.
    left
        Days left after it, by year; below zero where there are too few.
    crowded
        Dates on which more agents would be away than may be.
    places
        How many may still be away on each date before it is granted; empty where there is no
        limit.
    """

    wanted: Mapping[int, int]
    left: Mapping[int, int]
    crowded: tuple[date, ...]
    places: Mapping[date, int] = field(default_factory=dict)

    @property
    def within(self) -> bool:
        """Whether days are left and nobody is too many."""
        return not self.crowded and min(self.left.values(), default=0) >= 0

    @property
    def words(self) -> tuple[str, ...]:
        """The standing in sentences."""
        told = [
            f"{days} of leave in {year}, {_left(self.left[year])}"
            for year, taken in self.wanted.items()
            for days in (f"{taken} day{'' if taken == 1 else 's'}",)
        ]
        told += [f"too many away on {day:%a} {day.day} {day:%b}" for day in self.crowded]
        return tuple(told)


def leave_standing(
    ask: Leave,
    team: Team,
    rules: LeaveRules,
    *,
    holidays: Mapping[str, frozenset[date]] | None = None,
) -> LeaveStanding:
    """Hold leave against the days of its agent and the team's limit.

    A date takes a day of leave if the contract lets the agent work on it: its weekday, and not a
    public holiday unless the contract works those.

    Parameters
    ----------
    ask
        The leave, not yet among the team's time off.
    team
        Agents, contracts, and the time off granted so far.
    rules
        What the team grants.
    holidays
        Public holidays by country.

    Raises
    ------
    KeyError
        There is no such agent.
    """
    works = _working_days(ask.agent_id, team, holidays)
    days = {ask.first + n * _DAY for n in range((ask.last - ask.first).days + 1)}
    taken = _taken(ask.agent_id, team, rules)
    counted = ask.kind in rules.counted
    wanted = {day for day in days - taken if counted and works(day)}
    allowed = rules.days_of.get(ask.agent_id, rules.days_a_year)
    used = {day for day in taken | wanted if works(day)}
    years = sorted({day.year for day in days})
    places = _places(ask, days, team, rules)
    return LeaveStanding(
        wanted={year: sum(day.year == year for day in wanted) for year in years},
        left={year: allowed - sum(day.year == year for day in used) for year in years},
        crowded=tuple(day for day, free in places.items() if free < 1),
        places=places,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveBalance:
    """An agent's working days of leave in a calendar year: allowed, and left by what is granted."""

    year: int
    allowed: int
    left: int


def leave_balance(
    agent_id: str,
    team: Team,
    rules: LeaveRules,
    year: int,
    *,
    holidays: Mapping[str, frozenset[date]] | None = None,
) -> LeaveBalance:
    """Say how much leave an agent has, by the same count as :func:`leave_standing`.

    Raises
    ------
    KeyError
        There is no such agent.
    """
    works = _working_days(agent_id, team, holidays)
    used = sum(day.year == year and works(day) for day in _taken(agent_id, team, rules))
    allowed = rules.days_of.get(agent_id, rules.days_a_year)
    return LeaveBalance(year=year, allowed=allowed, left=allowed - used)


def _working_days(
    agent_id: str, team: Team, holidays: Mapping[str, frozenset[date]] | None
) -> Callable[[date], bool]:
    agent = team.agent(agent_id)
    contract = team.contract_of(agent)
    closed = (holidays or {}).get(agent.country, frozenset())
    free_then = frozenset() if contract.works_public_holidays else closed
    return lambda day: day.weekday() in contract.weekdays and day not in free_then


def _taken(agent_id: str, team: Team, rules: LeaveRules) -> set[date]:
    """Return the dates of an agent that leave of a counted kind touches."""
    return {
        day
        for off in team.time_off
        if off.agent_id == agent_id and off.kind in rules.counted
        for day in _dates(off, team)
    }


def _places(ask: Leave, days: set[date], team: Team, rules: LeaveRules) -> dict[date, int]:
    """Return how many may still be away on each date, whoever asks not counted."""
    if rules.most_away is None:
        return {}
    away: dict[date, set[str]] = {day: set() for day in sorted(days)}
    for off in team.time_off:
        if off.agent_id != ask.agent_id:
            for day in _dates(off, team) & days:
                away[day].add(off.agent_id)
    return {day: max(0, rules.most_away - len(others)) for day, others in away.items()}


def _dates(off: TimeOff, team: Team) -> set[date]:
    """Return the local dates that time off touches."""
    zone = team.agent(off.agent_id).zone
    first = off.start.astimezone(zone).date()
    last = (off.end.astimezone(UTC) - timedelta(microseconds=1)).astimezone(zone).date()
    return {first + n * _DAY for n in range((last - first).days + 1)}


def _left(days: int) -> str:
    return f"{days} left after it" if days >= 0 else f"{-days} more than there are"
