"""What happened: contacts and handling times per queue and interval, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import TimeGrid
from forecasting.special_days import OpeningHours, SpecialDay, open_share
from scheduler.errors import Fault, InputError, Remark

# A Poisson count of mean 5 is zero in less than 1 % of cases: where a queue is usually busier,
# an interval without a record is an outage and a day without a contact is a closure.
_ZERO_IS_PLAUSIBLE_UP_TO = 5.0
# So many standard deviations away, a day is one in many years.
_OUTLIER_SCALES = 5.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """Past contacts of several queues on one grid.

    Attributes
    ----------
    grid
        The intervals.
    queues
        Names of the queues, each once.
    offered, handled, abandoned
        Contacts an interval, shape (queues, intervals); NaN where unknown.
    aht_s
        Mean handling time in seconds, same shape; NaN where unknown.

    Raises
    ------
    InputError
        A queue twice, an array of the wrong shape, a negative or infinite value.
    """

    grid: TimeGrid
    queues: tuple[str, ...]
    offered: NDArray[np.float64]
    handled: NDArray[np.float64]
    abandoned: NDArray[np.float64]
    aht_s: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Check names, shapes and signs."""
        shape = (len(self.queues), len(self.grid))
        faults = []
        if len(set(self.queues)) != len(self.queues):
            faults.append(
                Fault(column="queue", expected="no queue twice", found=", ".join(self.queues))
            )
        for name in ("offered", "handled", "abandoned", "aht_s"):
            values = getattr(self, name)
            if values.shape != shape:
                faults.append(Fault(column=name, expected=f"{shape}", found=f"{values.shape}"))
            elif np.any(values < 0) or np.any(np.isinf(values)):
                worst = values[(values < 0) | np.isinf(values)][0]
                faults.append(Fault(column=name, expected="0 or more", found=f"{worst:g}"))
        if faults:
            raise InputError(faults)

    @classmethod
    def of_offered(
        cls, grid: TimeGrid, queues: tuple[str, ...], offered: NDArray[np.float64]
    ) -> History:
        """Build a history that knows only the contacts offered."""
        unknown = np.full(offered.shape, np.nan)
        return cls(
            grid=grid,
            queues=queues,
            offered=offered,
            handled=unknown,
            abandoned=unknown,
            aht_s=unknown,
        )

    def select(self, queue: str) -> History:
        """Return the history of one queue; KeyError if there is none of that name."""
        if queue not in self.queues:
            raise KeyError(queue)
        row = self.queues.index(queue)
        return self._cut(slice(row, row + 1), slice(None), self.grid)

    def before(self, day: date) -> History:
        """Return what was known at local midnight of a date; KeyError if that is not later."""
        count = int(np.searchsorted(self.grid.local_dates, np.datetime64(day, "D")))
        if count == 0:
            raise KeyError(day)
        return self._cut(slice(None), slice(count), self.grid.head(count))

    def findings(
        self, queue: str, opening: OpeningHours, special_days: Iterable[SpecialDay] = ()
    ) -> Findings:
        """Hold a queue's records against the hours it should have been open.

        Parameters
        ----------
        queue
            Name of the queue; KeyError if there is none.
        opening, special_days
            When the queue should have been open.
        """
        special_days = tuple(special_days)
        offered = self.select(queue).offered[0]
        is_open = open_share(opening, special_days, queue, self.grid) > 0
        known = is_open & ~np.isnan(offered)
        typical = _typical(self.grid, offered, is_open)
        days, which = np.unique(self.grid.local_dates, return_inverse=True)

        def by_day(values: NDArray[np.float64], where: NDArray[np.bool_]) -> NDArray[np.float64]:
            sums = np.bincount(which[where], weights=values[where], minlength=days.size)
            return sums.astype(np.float64)

        def named(found: NDArray[np.bool_]) -> tuple[date, ...]:
            return tuple(days[found].tolist())

        total, usual = by_day(offered, known), by_day(typical, known)
        has_record = by_day(np.ones(which.size), known) > 0
        closed = has_record & (total == 0) & (usual > _ZERO_IS_PLAUSIBLE_UP_TO)
        described = {each.day for each in special_days if each.concerns(queue)}
        plain = ~np.isin(days, np.array(list(described), dtype="datetime64[D]"))
        return Findings(
            gaps=named((by_day(np.ones(which.size), is_open) > 0) & ~has_record),
            closures=named(closed),
            outliers=named(_far_off(total, usual, has_record & ~closed & plain)),
            out_of_hours=named(by_day(np.nan_to_num(offered), ~is_open) > 0),
        )

    def cleaned(
        self, opening: Mapping[str, OpeningHours], special_days: Iterable[SpecialDay] = ()
    ) -> tuple[History, tuple[Remark, ...]]:
        """Return a history fit for a forecast, and every change made to it in words.

        Phone systems often leave out intervals without a contact. Inside a day that has other
        records such an interval counts as zero where zero is plausible, and stays unknown
        where the queue is usually busy. A day of nothing but zeros on a queue that is usually
        busy was a closure or an outage and becomes unknown.

        Parameters
        ----------
        opening
            The usual hours of every queue.
        special_days
            Closed, short and campaign days.
        """
        special_days = tuple(special_days)
        offered = self.offered.copy()
        remarks: list[Remark] = []
        for row, queue in enumerate(self.queues):
            found = self.findings(queue, opening[queue], special_days)
            is_open = open_share(opening[queue], special_days, queue, self.grid) > 0
            offered[row], filled = self._fill(offered[row], is_open, found)
            for day in found.closures:
                offered[row, self.grid.day_slice(day)] = np.nan
            remarks += _remarks(queue, found, filled)
        return replace(self, offered=offered), tuple(remarks)

    def _fill(
        self, offered: NDArray[np.float64], is_open: NDArray[np.bool_], found: Findings
    ) -> tuple[NDArray[np.float64], int]:
        """Put zeros where no record plausibly means no contact; count them."""
        typical = _typical(self.grid, offered, is_open)
        quiet = is_open & np.isnan(offered) & (typical <= _ZERO_IS_PLAUSIBLE_UP_TO)
        for day in found.gaps:
            quiet[self.grid.day_slice(day)] = False
        return np.where(quiet, 0.0, offered), int(quiet.sum())

    def _cut(self, rows: slice, columns: slice, grid: TimeGrid) -> History:
        return History(
            grid=grid,
            queues=self.queues[rows],
            offered=self.offered[rows, columns],
            handled=self.handled[rows, columns],
            abandoned=self.abandoned[rows, columns],
            aht_s=self.aht_s[rows, columns],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Where the records of a queue and its opening hours disagree.

    Attributes
    ----------
    gaps
        Days of opening that have no record at all.
    closures
        Days of opening on which no contact came to a queue that is usually busy.
    outliers
        Days with far more or far fewer contacts than usual that no special day describes.
    out_of_hours
        Days with contacts while the queue should have been closed.
    """

    gaps: tuple[date, ...]
    closures: tuple[date, ...]
    outliers: tuple[date, ...]
    out_of_hours: tuple[date, ...]


def _typical(
    grid: TimeGrid, offered: NDArray[np.float64], is_open: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Mean of the known open intervals at the same weekday and time, else of all of them."""
    known = is_open & ~np.isnan(offered)
    slots, inverse = np.unique(grid.weekdays * 1440 + grid.local_minutes, return_inverse=True)
    sums = np.bincount(inverse[known], offered[known], minlength=slots.size)
    counts = np.bincount(inverse[known], minlength=slots.size)
    overall = np.mean(offered[known]) if known.any() else 0.0
    means = np.divide(sums, counts, out=np.full(slots.size, overall), where=counts > 0)
    typical: NDArray[np.float64] = means[inverse]
    return typical


def _far_off(
    total: NDArray[np.float64], usual: NDArray[np.float64], among: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Tell which days lie far from the usual on the square-root scale, by a robust measure."""
    deviation = np.sqrt(total) - np.sqrt(usual)
    if not among.any():
        return among
    middle = np.median(deviation[among])
    # 1.4826 median absolute deviations are a normal standard deviation; Poisson noise is 1/2.
    scale = max(1.4826 * float(np.median(np.abs(deviation[among] - middle))), 0.5)
    far: NDArray[np.bool_] = among & (np.abs(deviation - middle) > _OUTLIER_SCALES * scale)
    return far


def _remarks(queue: str, found: Findings, filled: int) -> list[Remark]:
    texts = []
    if filled:
        texts.append(f"{filled} open intervals without a record counted as no contacts")
    if found.gaps:
        texts.append(f"no record on {_dates(found.gaps)}: these days are left out")
    if found.closures:
        texts.append(f"not one contact on {_dates(found.closures)}: taken as closed, left out")
    if found.outliers:
        texts.append(
            f"far from the usual number of contacts on {_dates(found.outliers)}: kept; describe "
            "them as special days to set them apart"
        )
    if found.out_of_hours:
        texts.append(f"contacts outside opening hours on {_dates(found.out_of_hours)}: left out")
    return [Remark(text=f"{queue}: {text}") for text in texts]


def _dates(days: tuple[date, ...]) -> str:
    """Name the first days and count the others."""
    named = ", ".join(day.isoformat() for day in days[:6])
    return named + (f" and {len(days) - 6} more days" if len(days) > 6 else "")
