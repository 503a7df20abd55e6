"""One strange thing in a history, and the records of one queue that are judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import TimeGrid, day_numbers
from forecasting.special_days import OpeningHours, SpecialDay, open_share, public_holidays

if TYPE_CHECKING:
    from forecasting.history import History

Kind = Literal["gap", "closure", "outage", "outlier", "level_shift", "out_of_hours"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Finding:
    """Something strange in the records of a queue.

    Attributes
    ----------
    queue
        Name of the queue.
    kind
        ``gap``: open days without a record, those in a row together. ``closure``: an open day
        without a contact on a queue that is usually busy. ``outage``: a part of a day without
        one. ``outlier``: a day far from usual that no special day describes. ``level_shift``:
        lastingly more or fewer contacts from a day on. ``out_of_hours``: contacts while the
        queue should be closed.
    start, end
        When, local and aware; the end is the first instant after it.
    found, usual
        Contacts there and contacts usual there; of a level shift, contacts of a usual day
        after it and before it. NaN where unknown.
    at
        The intervals that :func:`replaced` would change, as positions on the grid.
    replacement
        Whole contacts that would stand there instead, shape (intervals of ``at``,); NaN leaves
        an interval as it is.
    """

    queue: str
    kind: Kind
    start: datetime
    end: datetime
    found: float
    usual: float
    at: slice
    replacement: Floats

    def __str__(self) -> str:
        """Say it in one line."""
        day = self.days
        hours = f"{day} {self.start:%H:%M}–{self.end:%H:%M}"
        usual = "an unknown number is" if np.isnan(self.usual) else f"{self.usual:,.0f} are"
        words = {
            "gap": f"{day}: no record, where {usual} usual",
            "closure": f"{day}: not one contact, where {usual} usual",
            "outage": f"{hours}: no contact, where {usual} usual",
            "outlier": f"{day}: {self.found:,.0f} contacts, where {usual} usual",
            "level_shift": f"from {day} on: {self.found:,.0f} contacts on a usual day, "
            f"{self.usual:,.0f} before",
            "out_of_hours": f"{day}: {self.found:,.0f} contacts outside opening hours",
        }
        return f"{self.queue}: {words[self.kind]}"

    @property
    def days(self) -> str:
        """Its day, or its first and last day; of a level shift the first day only."""
        first, last = self.start.date(), (self.end - timedelta(microseconds=1)).date()
        if self.kind == "level_shift" or last <= first:
            return str(first)
        return f"{first} to {last}"

    def beginning(self, start: datetime) -> Finding:
        """Return it with another beginning: a level shift starts where its replacement ends."""
        return replace(self, start=start)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Record:
    """One queue's records with what is needed to judge them.

    Attributes
    ----------
    queue
        Its name.
    grid
        The intervals.
    offered
        Contacts, shape (intervals,); NaN where unknown.
    is_open
        Intervals in which the queue should have been open.
    described
        Calendar days of the grid that a special day describes, or that are public holidays,
        shape (days,).
    day
        Which of these days every interval belongs to.
    """

    queue: str
    grid: TimeGrid
    offered: Floats
    is_open: Mask
    described: Mask
    day: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        history: History,
        queue: str,
        opening: OpeningHours,
        special_days: Sequence[SpecialDay],
        country: str,
    ) -> Record:
        """Take the records of one queue out of a history."""
        grid = history.grid
        named = [each.day for each in special_days if each.concerns(queue)]
        if country:
            named += public_holidays(country, {day.year for day in grid.dates()})
        days = grid.local_dates[0] + np.arange(day_numbers(grid)[-1] + 1)
        return cls(
            queue=queue,
            grid=grid,
            offered=history.select(queue).offered[0],
            is_open=open_share(opening, special_days, queue, grid) > 0,
            described=np.isin(days, np.array(named, dtype="datetime64[D]")),
            day=day_numbers(grid),
        )

    def by_day(self, values: Floats | Mask, where: Mask) -> Floats:
        """Sum values of intervals over calendar days."""
        weights = values[where].astype(np.float64)
        sums = np.bincount(self.day[where], weights=weights, minlength=self.described.size)
        return sums.astype(np.float64)

    @property
    def known(self) -> Mask:
        """Open intervals with a record."""
        return self.is_open & ~np.isnan(self.offered)

    @property
    def totals(self) -> Floats:
        """Contacts in open hours, of every calendar day."""
        return self.by_day(self.offered, self.known)

    @property
    def has_record(self) -> Mask:
        """Calendar days with a record in open hours."""
        return self.by_day(self.known, self.known) > 0

    def day_at(self, day: int) -> slice:
        """Return the intervals of a calendar day."""
        first, last = np.searchsorted(self.day, (day, day + 1))
        return slice(int(first), int(last))

    def moment(self, position: int) -> datetime:
        """Return the local beginning of an interval of the grid, or the end of the last."""
        return (self.grid.start + position * self.grid.interval).astimezone(self.grid.zone)

    def finding(
        self, kind: Kind, at: slice, *, found: float, usual: float, replacement: Floats
    ) -> Finding:
        """Describe a stretch of intervals; the replacement holds contacts, perhaps fractions."""
        return Finding(
            queue=self.queue,
            kind=kind,
            start=self.moment(at.start),
            end=self.moment(at.stop),
            found=found,
            usual=usual,
            at=at,
            replacement=whole(np.where(self.is_open[at], replacement, np.nan)),
        )


def whole(contacts: Floats) -> Floats:
    """Round so that sums from the first interval on are right to half a contact; NaN stays."""
    known = ~np.isnan(contacts)
    sums = np.round(np.cumsum(np.where(known, contacts, 0.0)))
    return np.where(known, np.diff(sums, prepend=0.0), np.nan)
