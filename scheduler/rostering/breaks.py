"""Breaks: at a fixed time of their shift, or somewhere in a window, to be placed by the solver."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from scheduler.errors import Fault, InputError

_ZERO = timedelta(0)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakTemplate:
    """A break of a shift template: from ``start`` to ``end``, or in a window.

    Attributes
    ----------
    start, end
        Fixed local times; both or neither.
    earliest, latest
        When a break in a window may start, at the earliest and the latest: a local time, or a
        length of time after the start of the shift.
    length
        How long a break in a window is.
    paid
        Whether it is paid.

    Raises
    ------
    InputError
        Neither a fixed time nor a whole window, or both.
    """

    start: time | None = None
    end: time | None = None
    earliest: time | timedelta | None = None
    latest: time | timedelta | None = None
    length: timedelta | None = None
    paid: bool = False

    def __post_init__(self) -> None:
        """Refuse half a description."""
        fixed = [each is not None for each in (self.start, self.end)]
        window = [each is not None for each in (self.earliest, self.latest, self.length)]
        if not (all(fixed) and not any(window)) and not (all(window) and not any(fixed)):
            raise InputError(
                Fault(
                    column="breaks",
                    expected="start and end, or earliest, latest and length",
                    found="something else",
                )
            )
        lengths = (self.earliest, self.latest, self.length)
        bad = [x for x in lengths if isinstance(x, timedelta) and (x < _ZERO or x % _MINUTE)]
        if bad:
            raise InputError(
                Fault(column="breaks", expected="lengths of whole minutes", found=str(bad[0]))
            )

    @property
    def words(self) -> str:
        """The break as a planner would say it: ``12:00-12:30``, ``30m from 11:00 to 14:00``."""
        if self.length is None:
            return f"{moment_words(self.start)}-{moment_words(self.end)}"
        minutes = self.length // _MINUTE
        return f"{minutes}m from {moment_words(self.earliest)} to {moment_words(self.latest)}"


def moment_words(at: time | timedelta | None) -> str:
    """Write a local time as ``12:30``, a time after the start of the shift as ``90m``."""
    if isinstance(at, timedelta):
        return f"{at // _MINUTE}m"
    return f"{at:%H:%M}" if at is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A dated break, half-open, in UTC."""

    start: datetime
    end: datetime
    paid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakWindow:
    """A dated break that still has to be placed.

    Attributes
    ----------
    starts
        When it may start, in UTC, in order; every one leaves room for all other breaks.
    length
        How long it is.
    gap
        Least time at work between two breaks.
    paid
        Whether it is paid.
    """

    starts: tuple[datetime, ...]
    length: timedelta
    gap: timedelta = _ZERO
    paid: bool = False

    def at(self, start: datetime) -> Break:
        """Return the break as placed."""
        return Break(start=start, end=start + self.length, paid=self.paid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A break with the times, fixed or in a range, at which it may start after some origin."""

    low: timedelta
    high: timedelta
    length: timedelta


def misfit(
    spans: Sequence[Span], duration: timedelta, *, gap: timedelta, step: timedelta
) -> int | None:
    """Find the first break that has no room in a shift.

    Parameters
    ----------
    spans
        The breaks in order, times counted from the start of the shift.
    duration
        Length of the shift.
    gap
        Least time between the end of a break and the start of the next.
    step
        Distance of the starts to choose from in a range.
    """
    free = _ZERO
    for number, span in enumerate(spans):
        start = span.low + max(0, -((span.low - free) // step)) * step
        if span.length <= _ZERO or start > span.high or start + span.length > duration:
            return number
        free = start + span.length + gap
    return None


def date_breaks(
    breaks: Sequence[BreakTemplate],
    edges: tuple[datetime, datetime],
    placed: Callable[[time | timedelta], datetime],
    *,
    gap: timedelta,
    step: timedelta,
) -> tuple[tuple[Break, ...], tuple[BreakWindow, ...]]:
    """Give the breaks of a shift their dates.

    A break that has no room, because clocks change during the shift, is left out.

    Parameters
    ----------
    breaks
        The breaks of the template, in order.
    edges
        Start and end of the shift, in UTC.
    placed
        Gives a template's time its instant within the shift, in UTC.
    gap
        Least time between two breaks.
    step
        Distance of the starts to choose from in a window.

    Returns
    -------
    tuple of Break, tuple of BreakWindow
        Fixed breaks, and those to be placed.
    """
    starts: list[list[datetime]] = []
    lengths: list[timedelta] = []
    for each in breaks:
        if each.start is not None and each.end is not None:
            starts.append([placed(each.start)])
            lengths.append(placed(each.end) - placed(each.start))
        elif each.earliest is not None and each.latest is not None and each.length is not None:
            low, high = placed(each.earliest), placed(each.latest)
            starts.append([low + n * step for n in range((high - low) // step + 1)])
            lengths.append(each.length)
    _make_room(starts, lengths, edges, gap)
    fixed, windows = [], []
    for each, at, length in zip(breaks, starts, lengths, strict=True):
        if not at or length <= _ZERO:
            continue
        if each.length is None:
            fixed.append(Break(start=at[0], end=at[0] + length, paid=each.paid))
        else:
            windows.append(BreakWindow(starts=tuple(at), length=length, gap=gap, paid=each.paid))
    return tuple(fixed), tuple(windows)


def _make_room(
    starts: list[list[datetime]],
    lengths: list[timedelta],
    edges: tuple[datetime, datetime],
    gap: timedelta,
) -> None:
    """Keep the starts from which all breaks before and after still fit."""
    free = edges[0]
    for at, length in zip(starts, lengths, strict=True):
        at[:] = [start for start in at if start >= free]
        if at:
            free = at[0] + length + gap
    latest = edges[1]
    for at, length in zip(reversed(starts), reversed(lengths), strict=True):
        at[:] = [start for start in at if start + length <= latest]
        if at:
            latest = at[-1] - gap


def earliest_places(
    windows: Sequence[BreakWindow], busy: Sequence[tuple[datetime, datetime]] = ()
) -> tuple[Break, ...]:
    """Place every break as early as the ones before it, and other business, allow."""
    found: list[Break] = []
    free: datetime | None = None
    for window in windows:
        after = [s for s in window.starts if free is None or s >= free]
        apart = (s for s in after if all(s + window.length <= b or e <= s for b, e in busy))
        start = next(apart, after[0] if after else window.starts[-1])
        found.append(window.at(start))
        free = found[-1].end + window.gap
    return tuple(found)
