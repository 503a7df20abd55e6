"""Counting what became of a replication's contacts, by queue and by the interval they came in."""

from __future__ import annotations

import numpy as np

from scheduler.staffing import simulation_kernel as column
from scheduler.staffing.arguments import Floats
from scheduler.staffing.week_desk import Desk
from scheduler.staffing.week_kernel import Indices

# Behind the columns of the one-queue simulator: contacts that are no redials.
FIRST = column.COLUMNS
COLUMNS = column.COLUMNS + 1


def tally(
    desk: Desk, *, first: int, used: int, within_s: Floats, short_s: Floats, due_s: Floats
) -> Floats:
    """Count contacts in the columns of the one-queue simulator, and one more.

    Deferred work is in time when finished before it falls due; what falls due after the horizon
    is counted among the short abandons, which count for nothing.

    Parameters
    ----------
    desk
        The desk after the replication.
    first, used
        Contacts without and with redials.
    within_s, short_s
        Thresholds of the target and of a short abandon, s, shape (queues,).
    due_s
        When the first and the last contact of an interval fall due, s, shape (queues,
        intervals, 2); read for deferred queues only.

    Returns
    -------
    ndarray
        Shape (queues, intervals, COLUMNS), without the seconds busy and staffed.
    """
    queues, intervals = due_s.shape[:2]
    contacts = desk.contacts[:used]
    queue, reached, gives_up = (contacts[name] for name in ("queue", "reached", "gives_up"))
    waited, patience = reached - contacts["came"], gives_up - contacts["came"]
    at = contacts["came"] / desk.interval_s
    row = np.minimum(at.astype(np.int64), intervals - 1)
    deferred = desk.queues["deferred"][queue] == 1
    within, short = within_s[queue], short_s[queue]
    answered = np.isfinite(reached) & (reached <= gives_up)
    abandoned = np.isfinite(gives_up) & ~answered
    in_time = answered & (waited <= within)
    left_out = abandoned & (patience <= short)
    if deferred.any():
        due = _due(due_s, queue[deferred], row[deferred], at[deferred] - row[deferred])
        counts = due <= desk.horizon_s
        in_time[deferred] = counts & (contacts["ended"][deferred] <= due)
        left_out[deferred] = ~counts
    found = np.zeros((queues * intervals, COLUMNS))
    cell = queue * intervals + row
    for number, what in (
        (column.OFFERED, slice(None)),
        (FIRST, slice(first)),
        (column.ANSWERED, answered),
        (column.IN_TIME, in_time),
        (column.ABANDONED, abandoned),
        (column.ABANDONED_IN_TIME, abandoned & (patience <= within)),
        (column.ABANDONED_SHORTLY, left_out),
        (column.PATIENT_IN_TIME, waited <= within),
    ):
        found[:, number] = np.bincount(cell[what], minlength=len(found))
    seconds = np.where(answered, waited, 0.0)
    found[:, column.WAIT_S] = np.bincount(cell, seconds, minlength=len(found))
    return found.reshape(queues, intervals, COLUMNS)


def _due(due_s: Floats, queue: Indices, row: Indices, part: Floats) -> Floats:
    """Return when contacts fall due that come after a part of their interval."""
    start, end = due_s[queue, row, 0], due_s[queue, row, 1]
    return np.asarray(start + part * (end - start))
