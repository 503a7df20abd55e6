"""Activities: meetings, training and other paid work away from the queues."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from forecasting.grid import local_instant
from forecasting.special_days import OpeningHours
from scheduler.errors import Fault, InputError
from scheduler.people import Agent

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)

Kind = Literal["together", "each", "shared"]
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Paid work away from the queues that the roster has to find time for.

    Attributes
    ----------
    name
        How it is called in every file; no ``;`` in it.
    kind
        ``together``: all who belong to it at one time, whoever of them is at work; ``each``:
        everybody alone, at any time; ``shared``: so many hours a week, by whomever.
    agents, skills, contracts
        Who belongs to it: these agents by id, who has all these skills, who is under one of these
        contracts on the first rostered date; each empty for everybody.
    windows
        When it may be, on the clocks of ``zone``.
    zone
        Whose clock the windows are on; ``together`` is always on the service's.
    length, times_week
        How long it is and how often a week, for ``together`` and ``each``.
    hours_week
        Hours a week of all who share it.
    min_block, max_block
        Shortest and longest stretch of one agent, for ``shared``.
    step
        Distance of the starts (and ends) to choose from, counted from where a window begins.
    at_once
        How many agents may do it at a moment; None for any number.
    price
        What a minute of one agent that is not found costs, in minutes of paid time.
    must
        Whether it must be held in full: ``together`` so often, whoever is there.

    Raises
    ------
    InputError
        What a kind needs is missing, or a value makes no sense.
    """

    name: str
    kind: Kind
    agents: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    contracts: frozenset[str] = frozenset()
    windows: OpeningHours = field(default_factory=OpeningHours.always)
    zone: Literal["service", "agent"] = "service"
    length: timedelta | None = None
    times_week: int = 1
    hours_week: float | None = None
    min_block: timedelta = timedelta(hours=1)
    max_block: timedelta = timedelta(hours=4)
    step: timedelta = timedelta(minutes=30)
    at_once: int | None = None
    price: int = 5
    must: bool = False

    def __post_init__(self) -> None:
        """Check every value, and that the kind has what it needs."""
        faults = [
            Fault(column=key, expected=expected, found=found)
            for key, expected, found in self._faults()
        ]
        if faults:
            raise InputError(faults)

    def _faults(self) -> Iterator[tuple[str, str, str]]:
        shared = self.kind == "shared"
        if not self.name or self.name != self.name.strip() or ";" in self.name:
            yield "name", "a name without ';' and blanks around it", repr(self.name)
        if (self.length is None) != shared:
            yield "length", "a length, for together and each only", str(self.length)
        if (self.hours_week is not None) != shared:
            yield "hours_week", "hours a week, for shared only", str(self.hours_week)
        if self.hours_week is not None and not 0 < self.hours_week <= 10_000:
            yield "hours_week", "more than 0, at most 10000", f"{self.hours_week:g}"
        if self.kind == "together" and self.zone == "agent":
            yield "zone", '"service": they meet at one moment', self.zone
        if self.kind == "together" and self.at_once is not None:
            yield "at_once", "nothing, where all come together", str(self.at_once)
        for key in ("length", "min_block", "max_block", "step"):
            value = getattr(self, key)
            if value is not None and (not _MINUTE <= value <= _DAY or value % _MINUTE):
                yield key, "whole minutes, 1m to 24h", str(value)
        if self.min_block > self.max_block:
            yield "min_block", f"at most max_block, {self.max_block}", str(self.min_block)
        for key, low, high in (("times_week", 1, 50), ("at_once", 1, 10_000), ("price", 0, 1000)):
            value = getattr(self, key)
            if value is not None and not low <= value <= high:
                yield key, f"{low} … {high}", str(value)

    @property
    def shortest(self) -> timedelta:
        """Least length of a block."""
        return self.length or self.min_block

    @property
    def longest(self) -> timedelta:
        """Greatest length of a block."""
        return self.length or self.max_block

    @property
    def minutes_week(self) -> int:
        """Minutes a week: of everybody, or of all together where it is shared."""
        if self.length is None:
            return round(60 * (self.hours_week or 0))
        return self.times_week * (self.length // _MINUTE)

    def belongs(self, agent: Agent, contract: str) -> bool:
        """Say whether an agent under a contract belongs to it."""
        return (
            (not self.agents or agent.agent_id in self.agents)
            and self.skills <= agent.skills
            and (not self.contracts or contract in self.contracts)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityBlock:
    """A part of a shift spent on an activity, half-open, in UTC."""

    start: datetime
    end: datetime
    activity: str


# Every crew and every rule asks for the same few.
@lru_cache(maxsize=10_000)
def dated_windows(
    windows: OpeningHours, first: date, days: int, zone: ZoneInfo
) -> tuple[Stretch, ...]:
    """Give windows of a week their dates, in UTC, those that touch joined.

    Parameters
    ----------
    windows
        The hours, on the clocks of ``zone``.
    first, days
        The dates wanted; a day before and after are there, too.
    zone
        The zone.
    """
    found: list[Stretch] = []
    for number in range(-1, days + 1):
        day = first + number * _DAY
        for opens, closes in windows.spans[day.weekday()]:
            last = day + _DAY if closes == time(0) else day
            start, end = local_instant(day, opens, zone), local_instant(last, closes, zone)
            if found and found[-1][1] >= start:
                found[-1] = (found[-1][0], end)
            elif start < end:
                found.append((start, end))
    return tuple(found)


def marks(window: Stretch, step: timedelta, room: Stretch) -> list[datetime]:
    """Moments of a part of a window, its ends included, that lie whole steps after its start.

    Parameters
    ----------
    window, step
        The window, and the distance of the moments.
    room
        The part of it that is wanted.
    """
    first = -((window[0] - room[0]) // step)
    return [window[0] + n * step for n in range(first, (room[1] - window[0]) // step + 1)]


def common_part(one: Stretch, other: Stretch) -> Stretch | None:
    """Return what two stretches have in common; None where that is nothing."""
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start < end else None
