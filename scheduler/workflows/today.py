"""What a planner does in the middle of a day: look at what has come and forecast the rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from forecasting.forecast import Forecast
from forecasting.intraday import update_day
from scheduler.access import Action, User
from scheduler.errors import Fault, InputError
from scheduler.exchange.case import Case
from scheduler.exchange.read_history import read_so_far
from scheduler.workflows.week import require


def forecast_rest(
    user: User, case: Case, found: Forecast, so_far: Path, *, max_bytes: int
) -> Forecast:
    """Forecast the rest of a day from its morning.

    Parameters
    ----------
    user
        Who asks.
    case
        The case.
    found
        Its forecast, see :func:`scheduler.workflows.planner.forecast`.
    so_far
        A CSV of the intervals that are over, with the columns of ``history.csv``.
    max_bytes
        Largest size of the file.

    Raises
    ------
    AccessDenied
        The user may not see the case.
    InputError
        The file cannot be read, or holds nothing of the weeks forecast.
    """
    require(user, Action.SEE_CASE, of_team=case.name)
    only = case.queue_names[0] if len(case.queues) == 1 else ""
    history, last = read_so_far(
        so_far, zone=case.zone, max_bytes=max_bytes, only_queue=only, interval=case.interval
    )
    counts = np.full(found.offered.shape, np.nan)
    columns = {start: at for at, start in enumerate(found.grid.starts_utc())}
    unknown = [name for name in history.queues if name not in found.queues]
    for name in set(history.queues) - set(unknown):
        row = history.offered[history.queues.index(name)]
        for start, contacts in zip(history.grid.starts_utc(), row, strict=True):
            if start in columns and start <= last:
                counts[found.queues.index(name), columns[start]] = contacts
    if unknown or np.isnan(counts).all():
        days = found.grid.dates()
        raise InputError(
            Fault(
                file=so_far.name,
                expected=f"intervals from {days[0]} to {days[-1]} of {', '.join(found.queues)}",
                found=f"queues {', '.join(unknown)}" if unknown else "none of them",
            )
        )
    return update_day(found, counts)
