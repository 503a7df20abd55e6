"""Adding an imported history to the one there was before."""

from __future__ import annotations

import numpy as np

from forecasting.grid import TimeGrid
from forecasting.history import History
from scheduler.errors import Fault, InputError
from scheduler.exchange.interval_rows import Floats

_PLANES = ("offered", "handled", "abandoned", "aht_s")
_MARK = "replaced"


def merged(before: History, new: History) -> History:
    """Return the history before with what the new one knows in place of what it said there.

    What the new history does not know stays as it was. Adding the same one twice is the same as
    adding it once.

    Parameters
    ----------
    before, new
        Histories of the same zone and interval, on whole local days.

    Raises
    ------
    InputError
        Their zones, intervals or beginnings of intervals differ.
    """
    grid = _common_grid(before.grid, new.grid)
    queues = tuple(dict.fromkeys((*before.queues, *new.queues)))
    old, fresh = (_spread(each, grid, queues) for each in (before, new))
    known = ~np.isnan(fresh["offered"])
    planes = {name: np.where(known, fresh[name], old[name]) for name in _PLANES}
    marks = np.where(known, fresh[_MARK] > 0, old[_MARK] > 0)
    return History(grid=grid, queues=queues, replaced=marks, **planes)


def _common_grid(before: TimeGrid, new: TimeGrid) -> TimeGrid:
    """Lay the shortest grid that holds both."""
    apart = (new.start - before.start) % before.interval
    alike = (
        ("zone", before.zone.key, new.zone.key),
        ("interval", before.interval, new.interval),
        ("beginnings of intervals apart", before.interval * 0, apart),
    )
    faults = [
        Fault(column=column, expected=f"{old}, as in the history before", found=str(found))
        for column, old, found in alike
        if old != found
    ]
    if faults:
        raise InputError(faults)
    start = min(before.start, new.start)
    count = (max(before.end, new.end) - start) // before.interval
    return TimeGrid(start=start, interval=before.interval, count=count, zone=before.zone)


def _spread(history: History, grid: TimeGrid, queues: tuple[str, ...]) -> dict[str, Floats]:
    """Lay a history on a longer grid and among more queues, unknown where it has nothing."""
    first = (history.grid.start - grid.start) // grid.interval
    columns = slice(first, first + len(history.grid))
    rows = [queues.index(name) for name in history.queues]
    planes = {}
    for name in (*_PLANES, _MARK):
        planes[name] = np.full((len(queues), len(grid)), np.nan)
        planes[name][rows, columns] = getattr(history, name)
    return planes
