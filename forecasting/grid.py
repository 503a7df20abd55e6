"""The time grid of a horizon: half-open intervals built in UTC, read in the service's zone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from scheduler.errors import Fault, InputError

_Scalar = TypeVar("_Scalar", bound=np.generic)


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, at which clocks in a zone show a date and time.

    A wall time that a clock change skips is moved forward by the length of the gap (01:30
    becomes 02:30 in London); one that comes twice means its first occurrence. Readers of
    files refuse such times instead: see :func:`is_missing` and :func:`is_ambiguous`.
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def is_missing(day: date, at: time, zone: ZoneInfo) -> bool:
    """Tell whether a clock change skips this wall time."""
    wall = datetime.combine(day, at.replace(fold=0))
    return local_instant(day, at, zone).astimezone(zone).replace(tzinfo=None, fold=0) != wall


def is_ambiguous(day: date, at: time, zone: ZoneInfo) -> bool:
    """Tell whether a clock change makes this wall time come twice."""
    first = datetime.combine(day, at.replace(fold=0), tzinfo=zone)
    return not is_missing(day, at, zone) and first.utcoffset() != first.replace(fold=1).utcoffset()


def weekdays_of(dates: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Return the weekday, 0 = Monday, of every date of an array ``datetime64[D]``."""
    # Day zero of datetime64, 1970-01-01, was a Thursday.
    return (dates.astype(np.int64) + 3) % 7


@dataclass(frozen=True, kw_only=True)
class TimeGrid:
    """Half-open intervals ``[start + i * interval, start + (i + 1) * interval)``.

    Intervals are equally long in absolute time, so the day of a clock change has fewer or
    more of them. Arrays are read-only and have one value an interval.

    Attributes
    ----------
    start
        First instant, aware, in UTC, whole seconds.
    interval
        Length of an interval, whole seconds.
    count
        Number of intervals, at least 1.
    zone
        The service's zone, in which dates, weekdays and opening hours are read.

    Raises
    ------
    InputError
        The start is not in UTC, or the interval or the count is not positive.
    """

    start: datetime
    interval: timedelta
    count: int
    zone: ZoneInfo

    def __post_init__(self) -> None:
        """Refuse a naive start and empty intervals."""
        faults = []
        if self.start.utcoffset() != timedelta(0) or self.start.microsecond:
            faults.append(
                Fault(column="start", expected="whole seconds in UTC", found=str(self.start))
            )
        if self.interval <= timedelta(0) or self.interval.microseconds:
            faults.append(
                Fault(
                    column="interval",
                    expected="a positive number of whole seconds",
                    found=str(self.interval),
                )
            )
        if self.count < 1:
            faults.append(
                Fault(column="count", expected="at least one interval", found=str(self.count))
            )
        if faults:
            raise InputError(faults)

    @classmethod
    def over_days(cls, first: date, days: int, interval: timedelta, zone: ZoneInfo) -> TimeGrid:
        """Build the grid from local midnight of a date to local midnight some days later.

        Parameters
        ----------
        first
            First local date.
        days
            Number of calendar dates.
        interval
            Length of an interval; every day in the range must be a whole number of them.
        zone
            The service's zone.

        Raises
        ------
        InputError
            A day, such as one of 23.5 hours, is no multiple of the interval.
        """
        if days < 1 or interval <= timedelta(0):
            raise InputError(
                Fault(
                    column="days, interval",
                    expected="at least one day and a positive interval",
                    found=f"{days} and {interval}",
                )
            )
        midnights = [
            local_instant(first + timedelta(days=d), time(0), zone) for d in range(days + 1)
        ]
        faults = [
            Fault(
                column="interval",
                expected=f"a divisor of the length {end - begin} of {first + timedelta(days=d)}",
                found=str(interval),
            )
            for d, (begin, end) in enumerate(pairwise(midnights))
            if (end - begin) % interval
        ]
        if faults:
            raise InputError(faults)
        count = (midnights[-1] - midnights[0]) // interval
        return cls(start=midnights[0], interval=interval, count=count, zone=zone)

    def __len__(self) -> int:
        return self.count

    def head(self, count: int) -> TimeGrid:
        """Return the grid of the first intervals, without reading the clock again."""
        grid = replace(self, count=count)
        grid.__dict__["_wall"] = self._wall[:count]
        return grid

    @property
    def end(self) -> datetime:
        """End of the last interval, in UTC."""
        return self.start + self.count * self.interval

    @property
    def interval_s(self) -> float:
        """Length of an interval in seconds."""
        return self.interval.total_seconds()

    @cached_property
    def starts(self) -> NDArray[np.datetime64]:
        """Starts of the intervals in UTC, ``datetime64[s]``."""
        first = np.datetime64(self.start.replace(tzinfo=None), "s")
        return _frozen(first + np.arange(self.count) * np.timedelta64(int(self.interval_s), "s"))

    @cached_property
    def _wall(self) -> NDArray[np.datetime64]:
        """What local clocks show at every start, ``datetime64[s]``."""
        naive = [start.replace(tzinfo=None) for start in self.starts_local()]
        return np.array(naive, dtype="datetime64[s]")

    @cached_property
    def local_dates(self) -> NDArray[np.datetime64]:
        """Local date on which every interval starts, ``datetime64[D]``."""
        return _frozen(self._wall.astype("datetime64[D]"))

    @cached_property
    def local_minutes(self) -> NDArray[np.int64]:
        """Wall-clock minutes after midnight at which every interval starts."""
        since_midnight = self._wall - self.local_dates
        return _frozen(since_midnight.astype("timedelta64[m]").astype(np.int64))

    @cached_property
    def weekdays(self) -> NDArray[np.int64]:
        """Local weekday of every interval, 0 = Monday."""
        return _frozen(weekdays_of(self.local_dates))

    def starts_utc(self) -> list[datetime]:
        """Return the starts as aware datetimes in UTC."""
        first = self.start.astimezone(UTC)
        return [first + i * self.interval for i in range(self.count)]

    def starts_local(self) -> list[datetime]:
        """Return the starts as aware datetimes in the service's zone."""
        return [start.astimezone(self.zone) for start in self.starts_utc()]

    @cached_property
    def _days(self) -> dict[date, slice]:
        dates, first = np.unique(self.local_dates, return_index=True)
        slices = [slice(*bounds) for bounds in pairwise([*first.tolist(), self.count])]
        return dict(zip(dates.tolist(), slices, strict=True))

    def dates(self) -> list[date]:
        """Return the local dates on which intervals start, in order."""
        return list(self._days)

    def day_slice(self, day: date) -> slice:
        """Return where the intervals of a local date stand; KeyError if the grid has none."""
        return self._days[day]

    def index_of(self, instant: datetime) -> int:
        """Return the number of the interval that holds an aware instant; KeyError outside."""
        index = (instant - self.start) // self.interval
        if not 0 <= index < self.count:
            raise KeyError(instant)
        return index

    def overlap(self, start: datetime, end: datetime) -> NDArray[np.float64]:
        """Return the share, 0 to 1, of every interval that lies inside ``[start, end)``."""
        length = self.interval_s
        begins = np.arange(self.count) * length
        low = np.maximum(begins, (start - self.start).total_seconds())
        high = np.minimum(begins + length, (end - self.start).total_seconds())
        share: NDArray[np.float64] = np.clip((high - low) / length, 0.0, 1.0)
        return share


def day_numbers(grid: TimeGrid) -> NDArray[np.int64]:
    """Return the calendar day of every interval, counted from the grid's first."""
    numbers: NDArray[np.int64] = (grid.local_dates - grid.local_dates[0]).astype(np.int64)
    return numbers


def slot_numbers(grid: TimeGrid) -> NDArray[np.int64]:
    """Return the slot of the day of every interval, from 0 at local midnight."""
    return grid.local_minutes * 60 // int(grid.interval_s)


def slots_a_day(grid: TimeGrid) -> int:
    """Return how many slots a day of 24 hours has."""
    return -(-86_400 // int(grid.interval_s))


def _frozen(values: NDArray[_Scalar]) -> NDArray[_Scalar]:
    values.flags.writeable = False
    return values
