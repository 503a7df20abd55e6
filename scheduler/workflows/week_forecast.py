"""What is to come in the weeks of a case, for queues old and new."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from forecasting.candidates import CANDIDATES, with_trees
from forecasting.forecast import Forecast, make_forecast
from forecasting.grid import TimeGrid
from forecasting.history import History
from forecasting.newcomers import Newcomer
from forecasting.special_days import OpeningHours, open_share
from scheduler.errors import Fault, InputError
from scheduler.exchange.case import Case
from scheduler.staffing.channels import Queue

_DAY = timedelta(days=1)


def forecast_week(case: Case, monday: date, weeks: int = 1, *, trees: bool = False) -> Forecast:
    """Forecast whole weeks from a Monday on.

    A queue without four weeks of history borrows its week from another. ``trees`` lets boosted
    trees compete for queues with a year of history.

    Raises
    ------
    InputError
        The case has no history, and not all of its queues say their volume; or trees are asked
        for and scikit-learn is not installed.
    """
    if case.history is None and any(queue.volume is None for queue in case.queues):
        expected = "a history to forecast from, or the volume of every queue in case.toml"
        raise InputError(Fault(file="history.csv", expected=expected, found="no file"))
    grid = TimeGrid.over_days(monday, 7 * weeks, case.interval, case.zone)
    return make_forecast(
        case.history or _nothing_before(monday, case),
        grid,
        opening={queue.name: _arrival_hours(case, queue) for queue in case.queues},
        special_days=case.special_days,
        aht_s={queue.name: queue.aht_s for queue in case.queues},
        country=case.country,
        models=with_trees() if trees else CANDIDATES,
        newcomers={queue.name: _newcomer(queue, case) for queue in case.queues},
    )


def _newcomer(queue: Queue, case: Case) -> Newcomer:
    kin = (each.name for each in case.queues if each.channel == queue.channel)
    return Newcomer(
        volume=queue.volume,
        like=queue.like,
        kin=tuple(name for name in kin if name != queue.name),
    )


def _nothing_before(monday: date, case: Case) -> History:
    """Return the history of a team of which nothing is known."""
    grid = TimeGrid.over_days(monday - _DAY, 1, case.interval, case.zone)
    return History.of_offered(grid, (), np.zeros((0, len(grid))))


def _arrival_hours(case: Case, queue: Queue) -> OpeningHours:
    """Return when contacts come: letters are also sent to a closed desk, if they ever were."""
    history = case.history
    if not queue.deferred or history is None or queue.name not in history.queues:
        return queue.opening
    share = open_share(queue.opening, case.special_days, queue.name, history.grid)
    offered = history.offered[history.queues.index(queue.name)]
    return OpeningHours.always() if np.nansum(offered[share == 0]) else queue.opening
