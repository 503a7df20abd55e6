"""Counted contacts laid on their grid: days without any told apart from days that nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np

from forecasting.grid import local_instant
from scheduler.exchange.acd_plan import ImportPlan
from scheduler.exchange.acd_tally import Counts
from scheduler.exchange.history_table import LONGEST_DAYS
from scheduler.exchange.interval_rows import Floats, IntervalRows, Ints

_COUNTS = ("offered", "handled", "abandoned")


def rows_of(
    counts: Counts, queues: tuple[str, ...], known: frozenset[str], plan: ImportPlan
) -> IntervalRows:
    """Sum bins into the intervals of local days.

    Parameters
    ----------
    counts
        At least one bin.
    queues
        Names of the queues.
    known
        Which of ``handled`` and ``abandoned`` the export tells.
    plan
        Interval and zone.
    """
    length = int(plan.interval.total_seconds())
    first = datetime.fromtimestamp(int(counts.starts.min()), UTC).astimezone(plan.service_zone)
    origin = _midnight(first.date(), plan.service_zone)
    starts = origin + (counts.starts - origin) // length * length
    keys, which = np.unique((counts.queue << 40) | starts, return_inverse=True)
    offered, handled, abandoned, handle_s, timed = (
        np.bincount(which, weights=row, minlength=keys.size).astype(np.float64)
        for row in counts.sums
    )
    with np.errstate(invalid="ignore"):
        aht = handle_s / timed
    values: dict[str, Floats] = {"offered": offered}
    values |= {
        name: each
        for name, each in (("handled", handled), ("abandoned", abandoned))
        if name in known
    }
    if timed.any():
        values["aht_s"] = aht
    used, queue = np.unique(keys >> 40, return_inverse=True)
    return IntervalRows(
        starts=keys & ((1 << 40) - 1),
        queue=queue,
        values=values,
        numbers=np.zeros(keys.size, dtype=np.int64),
        queues=tuple(queues[each] for each in used.tolist()),
    )


def with_quiet_days(rows: IntervalRows, covered: Ints, zone: ZoneInfo) -> IntervalRows:
    """Add a row of no contacts for every day on which a queue had none, but the file has some.

    Between its first and its last day a queue without a contact was quiet, not unknown.

    Parameters
    ----------
    rows
        At least one row.
    covered
        Seconds since 1970, in UTC, at which the file has anything.
    zone
        The service's zone.
    """
    days, covered_days = _local_days(rows.starts, zone), np.unique(_local_days(covered, zone))
    if covered_days[-1] - covered_days[0] > LONGEST_DAYS:
        return rows
    starts: list[int] = []
    queues: list[int] = []
    for queue in range(len(rows.queues)):
        own = np.unique(days[rows.queue == queue])
        inside = covered_days[(covered_days > own[0]) & (covered_days < own[-1])]
        for day in np.setdiff1d(inside, own).tolist():
            starts.append(_midnight(date.fromordinal(day), zone))
            queues.append(queue)
    return _with(rows, starts, queues, dict.fromkeys(_COUNTS, 0.0))


def with_open_ends(rows: IntervalRows, covered: Ints, plan: ImportPlan) -> IntervalRows:
    """Add rows of nothing known before the first and after the last thing that the file tells.

    A file may begin and end in the middle of a day; that is no reason to take the rest of it for
    quiet.

    Parameters
    ----------
    rows
        At least one row, on the intervals of the plan.
    covered
        Seconds since 1970, in UTC, at which the file has anything.
    plan
        Interval and zone.
    """
    length = int(plan.interval.total_seconds())
    days = _local_days(covered[[covered.argmin(), covered.argmax()]], plan.service_zone)
    begin = _midnight(date.fromordinal(int(days[0])), plan.service_zone)
    end = _midnight(date.fromordinal(int(days[1]) + 1), plan.service_zone)
    first, last = ((int(each) - begin) // length for each in (covered.min(), covered.max()))
    edges = [*range(begin, begin + first * length, length)]
    edges += range(begin + (last + 1) * length, end, length)
    queues = range(len(rows.queues))
    return _with(rows, edges * len(queues), np.repeat(queues, len(edges)).tolist(), {})


def _with(
    rows: IntervalRows, starts: list[int], queues: list[int], values: Mapping[str, float]
) -> IntervalRows:
    """Add rows with these values, NaN for every other."""
    size = len(starts)
    return replace(
        rows,
        starts=np.concatenate([rows.starts, np.array(starts, dtype=np.int64)]),
        queue=np.concatenate([rows.queue, np.array(queues, dtype=np.int64)]),
        values={
            name: np.concatenate([each, np.full(size, values.get(name, np.nan))])
            for name, each in rows.values.items()
        },
        numbers=np.concatenate([rows.numbers, np.zeros(size, dtype=np.int64)]),
    )


def _local_days(seconds: Ints, zone: ZoneInfo) -> Ints:
    """Return the number of the local date of every instant."""
    unique, which = np.unique(seconds, return_inverse=True)
    days = [datetime.fromtimestamp(each, zone).toordinal() for each in unique.tolist()]
    return np.array(days, dtype=np.int64)[which]


def _midnight(day: date, zone: ZoneInfo) -> int:
    """Seconds from 1970 to the beginning of a local date."""
    return int(local_instant(day, time(0), zone).timestamp())
