"""Wishes of agents, and decisions that are already taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from scheduler.errors import Fault, InputError
from scheduler.rostering.shifts import Shift

Kind = Literal["want", "avoid", "cannot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A wish: to work (a given shift, or any) on a local date, or not to.

    ``cannot`` is no wish but a fact: the agent is not available.

    Attributes
    ----------
    agent_id, day, kind, shift
        Whose wish it is, for which local date and shift; an empty ``shift`` means any.
    weight
        What it counts.
    window_from, window_until
        Hours of the date by the agent's clock: the wish is about shifts that overlap them. An end
        at or before the start is the next day's; None for the midnight that begins or ends the
        date. Without either it is about shifts that start on the date.
    """

    agent_id: str
    day: date
    kind: Kind
    shift: str = ""
    weight: int = 1
    window_from: time | None = None
    window_until: time | None = None

    @property
    def whole_day(self) -> bool:
        """Whether the wish is about the date as a whole."""
        return not self.shift and self.window_from is None and self.window_until is None

    def __post_init__(self) -> None:
        """Refuse weights that would turn the wish around."""
        if self.weight < 1:
            raise InputError(
                Fault(column="weight", expected="a whole number from 1", found=str(self.weight))
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A decision already taken: this agent works this shift on this date.

    Attributes
    ----------
    agent_id, day
        Whose decision, for which local date.
    shift
        Name of the template; empty for a day off.
    start, end
        Where the template offers several: the ones meant, by the agent's clock; None for any.
    """

    agent_id: str
    day: date
    shift: str
    start: time | None = None
    end: time | None = None

    def meant(self, shift: Shift, zone: ZoneInfo) -> bool:
        """Say whether a shift of an agent in a zone is the one that is meant."""
        edges = ((self.start, shift.start), (self.end, shift.end))
        at = all(clock in (None, moment.astimezone(zone).time()) for clock, moment in edges)
        return at and (shift.template, shift.day) == (self.shift, self.day)

    @property
    def words(self) -> str:
        """What is pinned: ``shift early``, ``shift early from 07:30``, ``a day off``."""
        words = f"shift {self.shift}" if self.shift else "a day off"
        words += f" from {self.start:%H:%M}" if self.start is not None else ""
        return words + (f" until {self.end:%H:%M}" if self.end is not None else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyRequest:
    """A wish, or a fact, that comes back every week: "not Tuesdays after 15:00".

    Attributes
    ----------
    agent_id, kind, weight, window_from, window_until
        As for :class:`Request`.
    weekdays
        Weekdays, 0 = Monday, by the agent's calendar.
    first, last
        First and last date for which it holds; None for no such date.

    Raises
    ------
    InputError
        The last date lies before the first, no weekday is named, or the weight is below 1.
    """

    agent_id: str
    weekdays: frozenset[int]
    kind: Kind
    weight: int = 1
    window_from: time | None = None
    window_until: time | None = None
    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        """Refuse what would never come back."""
        faults = []
        if not self.weekdays:
            faults.append(Fault(column="weekdays", expected="at least one weekday", found="none"))
        if self.weight < 1:
            found = str(self.weight)
            faults.append(Fault(column="weight", expected="a whole number from 1", found=found))
        if self.first is not None and self.last is not None and self.last < self.first:
            expected = f"a date from {self.first}"
            faults.append(Fault(column="last", expected=expected, found=str(self.last)))
        if faults:
            raise InputError(faults)

    def dated(self, first: date, days: int) -> Iterator[Request]:
        """Give it its dates among some rostered ones.

        Hours of the dates just before and after may meet shifts that cross midnight, so they are
        there, too, where somebody would rather not or cannot work.
        """
        hours = self.window_from is not None or self.window_until is not None
        around = int(hours and self.kind != "want")
        for number in range(-around, days + around):
            day = first + timedelta(days=number)
            begun = self.first is None or self.first <= day
            ended = self.last is not None and self.last < day
            if day.weekday() in self.weekdays and begun and not ended:
                yield Request(
                    agent_id=self.agent_id,
                    day=day,
                    kind=self.kind,
                    weight=self.weight,
                    window_from=self.window_from,
                    window_until=self.window_until,
                )
