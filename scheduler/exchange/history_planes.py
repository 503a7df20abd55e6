"""Rows of history laid on their grid: gaps told apart from zeros."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.grid import TimeGrid
from forecasting.history import History
from scheduler.exchange.history_plan import COUNTS, REPLACED, HistoryPlan, usually_open
from scheduler.exchange.interval_rows import Floats, IntervalRows, Ints, Mask


@dataclass(frozen=True, kw_only=True)
class HistoryPlanes:
    """Rows on their grid; planes have the shape (queues, intervals)."""

    rows: IntervalRows
    grid: TimeGrid

    @property
    def cells(self) -> Ints:
        """Position of every row in a flattened plane."""
        since = self.rows.starts - int(self.grid.start.timestamp())
        place = self.rows.queue * len(self.grid) + since // int(self.grid.interval_s)
        return np.asarray(place, dtype=np.int64)

    def total(self, values: Floats) -> Floats:
        """Sum values into a plane; NaN where one of them is unknown, 0 where there is none."""
        shape = (len(self.rows.queues), len(self.grid))
        flat = np.bincount(self.cells, weights=values, minlength=shape[0] * shape[1])
        return np.asarray(flat, dtype=np.float64).reshape(shape)

    def days_with_data(self) -> Mask:
        """Tell for every queue and interval whether the queue has contacts counted that day."""
        _, day = np.unique(self.grid.local_dates, return_inverse=True)
        counted = self.total(np.isfinite(self.rows.values["offered"]).astype(np.float64))
        daily = np.stack([np.bincount(day, weights=row) for row in counted])
        return np.asarray(daily[:, day] > 0)

    def listed(self) -> Mask:
        """Tell for every queue and interval whether there is a row."""
        return self.total(np.ones(self.rows.starts.size)) > 0

    def history(self) -> History:
        """Fill the planes."""
        known = self.listed() | self.days_with_data()
        planes = {
            name: np.where(known, self.total(self.rows.values[name]), np.nan)
            for name in COUNTS
            if name in self.rows.values
        }
        unknown = np.full(known.shape, np.nan)
        marks = self.rows.values.get(REPLACED)
        return History(
            grid=self.grid,
            queues=self.rows.queues,
            offered=planes["offered"],
            handled=planes.get("handled", unknown),
            abandoned=planes.get("abandoned", unknown),
            aht_s=self.handling_time() if "aht_s" in self.rows.values else unknown,
            replaced=np.zeros(known.shape, dtype=bool) if marks is None else self.total(marks) > 0,
        )

    def handling_time(self) -> Floats:
        """Mean of an interval's rows, each counted as often as it was handled."""
        values = self.rows.values
        aht = values["aht_s"]
        weight = np.nan_to_num(values.get("handled", values["offered"]))
        alone = self.total(np.ones(aht.size)).reshape(-1)[self.cells] == 1
        weight = np.where(alone, 1.0, weight) * np.isfinite(aht)
        heavy = self.total(weight)
        with np.errstate(invalid="ignore"):
            return np.asarray(self.total(weight * np.nan_to_num(aht)) / heavy)


def gap_words(history: History, planes: HistoryPlanes, plan: HistoryPlan) -> list[str]:
    """Say what was missing inside opening hours and how it was read."""
    listed, counted = planes.listed(), planes.days_with_data()
    dates = history.grid.local_dates
    words = []
    for row, queue in enumerate(history.queues):
        usual = usually_open(plan, queue, history.grid)
        zeros = usual & counted[row] & ~listed[row]
        if zeros.any():
            days = np.unique(dates[zeros]).size
            words.append(
                f"queue {queue}: {int(zeros.sum())} intervals without a row were read as 0 "
                f"contacts, because their days have other rows (days: {days})"
            )
        unknown = np.unique(dates[usual & ~counted[row]])
        if unknown.size:
            listing = ", ".join(map(str, unknown[:5])) + (", …" if unknown.size > 5 else "")
            words.append(
                f"queue {queue}: days without data stay unknown: {listing} ({unknown.size} in all)"
            )
        marked = int(history.replaced[row].sum())
        if marked:
            words.append(
                f"queue {queue}: {marked} intervals hold a value put in place of what was recorded"
            )
    return words
