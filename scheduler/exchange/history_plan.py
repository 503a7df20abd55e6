"""What a reader and a writer of history must know: zone, interval, usual hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np

from forecasting.grid import TimeGrid
from forecasting.special_days import OpeningHours, SpecialDay
from scheduler.exchange.interval_rows import Mask, Read, RowPlan, amount, count
from scheduler.exchange.notation import read_yes

COUNTS = ("offered", "handled", "abandoned")
REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPlan:
    """How a history is to be read.

    Attributes
    ----------
    zone
        The service's zone: the grid runs over its local days.
    interval
        Length of an interval; None takes it from the rows.
    queues, only_queue, stated_zone
        As for :class:`RowPlan`.
    opening
        Usual hours by queue; intervals outside them are not missed.
    usual
        Hours of queues that are not in ``opening``; None: always open.
    special_days
        Closed days are not missed either.
    """

    zone: ZoneInfo
    interval: timedelta | None
    queues: tuple[str, ...] = ()
    only_queue: str = ""
    stated_zone: ZoneInfo | None = None
    opening: Mapping[str, OpeningHours] = field(default_factory=dict)
    usual: OpeningHours | None = None
    special_days: tuple[SpecialDay, ...] = ()

    @property
    def rows(self) -> RowPlan:
        """How the rows are to be read."""
        return RowPlan(
            columns=_COLUMNS,
            queues=self.queues,
            only_queue=self.only_queue,
            stated_zone=self.stated_zone,
        )


def _handling_time(text: str) -> float:
    # No contact takes no time: exports write 0 where there was nothing to measure.
    return amount(text) or np.nan


def _mark(text: str) -> float:
    return float(read_yes(text)) if text else 0.0


_COLUMNS: Mapping[str, Read] = {
    **dict.fromkeys(COUNTS, count),
    "aht_s": _handling_time,
    REPLACED: _mark,
}


def usually_open(plan: HistoryPlan, queue: str, grid: TimeGrid) -> Mask:
    """Tell which intervals start inside the usual hours of a day that is not closed."""
    hours = plan.opening.get(queue, plan.usual)
    if hours is None:
        return np.ones(len(grid), dtype=bool)
    is_open = np.zeros(len(grid), dtype=bool)
    for weekday, spans in enumerate(hours.spans):
        for opens, closes in spans:
            begin = opens.hour * 60 + opens.minute
            end = closes.hour * 60 + closes.minute or 24 * 60
            minutes = grid.local_minutes
            is_open |= (grid.weekdays == weekday) & (minutes >= begin) & (minutes < end)
    closed = [day.day for day in plan.special_days if day.kind == "closed" and day.concerns(queue)]
    return is_open & ~np.isin(grid.local_dates, np.array(closed, dtype="datetime64[D]"))
