"""A history of contacts as rows of text."""

from __future__ import annotations

import numpy as np

from forecasting.history import History
from scheduler.exchange.history_plan import COUNTS, REPLACED, HistoryPlan, usually_open
from scheduler.exchange.tables import figure, neutralise


def write_history(history: History, plan: HistoryPlan) -> list[list[str]]:
    """Write a history as rows of text under a header; :func:`read_history` gives it back.

    Columns that are unknown throughout are left out, the mark of replaced values where there is
    none, and rows of nothing outside usual hours. The first and the last day get a row in any
    case, so that the grid is the same.
    """
    grid = history.grid
    planes = {"offered": history.offered} | {
        name: plane
        for name in (*COUNTS[1:], "aht_s")
        if not np.isnan(plane := getattr(history, name)).all()
    }
    _, first, day = np.unique(grid.local_dates, return_index=True, return_inverse=True)
    kept = np.zeros(history.offered.shape, dtype=bool)
    for row, queue in enumerate(history.queues):
        counted = np.bincount(day, weights=~np.isnan(history.offered[row]))[day] > 0
        nothing = np.isnan(history.aht_s[row]) & ~usually_open(plan, queue, grid)
        for name in COUNTS:
            nothing &= (planes[name][row] == 0) if name in planes else True
        listed = np.any([~np.isnan(plane[row]) for plane in planes.values()], axis=0)
        kept[row] = (listed | counted) & ~nothing
    kept[:, first[[0, -1]]] = True
    kept |= history.replaced
    queues = [neutralise(name) for name in history.queues]
    starts = [start.isoformat() for start in grid.starts_local()]
    at, which = np.nonzero(kept.T)
    columns = [[figure(value) for value in plane[which, at]] for plane in planes.values()]
    header = ["interval_start", "queue", *planes]
    if history.replaced.any():
        header.append(REPLACED)
        columns.append(["yes" if mark else "" for mark in history.replaced[which, at]])
    cells = zip((starts[i] for i in at), (queues[q] for q in which), *columns, strict=True)
    return [header, *(list(row) for row in cells)]
