"""The forecasts of all queues of a team, some of which learn from the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor

from forecasting.borrowed import forecast_newcomer
from forecasting.grid import TimeGrid
from forecasting.history import History
from forecasting.models import Model
from forecasting.newcomers import FLAT, LEAST_OWN_DAYS, Lender, Newcomer, choose_lender, is_short
from forecasting.queue_forecast import QueueForecast, forecast_queue
from forecasting.series import Calendar, Series
from scheduler.errors import Fault, InputError


def forecast_queues(
    history: History,
    grid: TimeGrid,
    calendars: Sequence[Calendar],
    *,
    models: Sequence[Model],
    newcomers: Mapping[str, Newcomer],
    aht_s: Mapping[str, float],
    executor: Executor | None,
) -> list[QueueForecast]:
    """Forecast queues, each by its own past or, where that is short, by another queue's week.

    Parameters
    ----------
    history
        Cleaned records of all of them that end at or before the start of the grid.
    grid
        The intervals to forecast.
    calendars
        One a queue.
    models
        Models to choose from.
    newcomers
        Queues that may borrow, and what is stated of them.
    aht_s
        Mean handling times as stated, by queue.
    executor
        Works on several queues at a time; None works on one after the other.

    Raises
    ------
    InputError
        What any queue lacks; all of it is reported.
    """
    series = {each.queue: each.series(history) for each in calendars}
    lenders = _lenders(series, newcomers)
    old = [each for each in calendars if each.queue not in lenders]
    arguments = [
        (history.select(each.queue), grid, each, models, aht_s.get(each.queue)) for each in old
    ]
    work = map if executor is None else executor.map
    found = dict(zip((each.queue for each in old), work(_attempt, arguments), strict=True))
    for each in calendars:
        if lender := lenders.get(each.queue):
            stated = newcomers[each.queue]
            found[each.queue] = _attempt_newcomer(
                (history, grid, each, stated, lender, models, aht_s.get(each.queue))
            )
    refused = [each for each in found.values() if isinstance(each, InputError)]
    if refused:
        raise InputError(dict.fromkeys(fault for each in refused for fault in each.faults))
    return [part for each in calendars if isinstance(part := found[each.queue], QueueForecast)]


def _lenders(series: Mapping[str, Series], newcomers: Mapping[str, Newcomer]) -> dict[str, Lender]:
    """Return whose week queues with a short history borrow.

    Where no queue can lend, a week of its own, or no stated volume, leaves a queue to its past.
    """
    chosen = {}
    for name, own in series.items():
        if name not in newcomers or not is_short(own):
            continue
        others = {other: one for other, one in series.items() if other != name}
        lender = choose_lender(own, newcomers[name], others)
        stated = newcomers[name].volume is not None
        if lender.words != FLAT or (stated and own.days_known() < LEAST_OWN_DAYS):
            chosen[name] = lender
    return chosen


def known_before(history: History, grid: TimeGrid, opened: Collection[str]) -> History:
    """Return what a forecast may know.

    Parameters
    ----------
    history
        The past.
    grid
        The intervals to forecast.
    opened
        Queues whose hours are known.

    Raises
    ------
    InputError
        The two grids do not fit each other, or the hours of a queue are not known.
    """
    faults = [
        Fault(column="opening hours", expected=f"hours of {queue}", found="none")
        for queue in history.queues
        if queue not in opened
    ]
    known = history.grid
    if (known.zone.key, known.interval) != (grid.zone.key, grid.interval):
        faults.append(
            Fault(
                column="history",
                expected=f"intervals of {grid.interval} in {grid.zone.key}",
                found=f"intervals of {known.interval} in {known.zone.key}",
            )
        )
    first = grid.dates()[0]
    if known.dates()[0] >= first:
        faults.append(
            Fault(
                column="history",
                expected=f"days before {first}",
                found=f"none before {known.dates()[0]}",
            )
        )
    if faults:
        raise InputError(faults)
    return history.before(first)


def _attempt(
    arguments: tuple[History, TimeGrid, Calendar, Sequence[Model], float | None],
) -> QueueForecast | InputError:
    """Forecast a queue, here or in another process; faults are collected, not raised."""
    try:
        return forecast_queue(*arguments)
    except InputError as error:
        return error


def _attempt_newcomer(
    arguments: tuple[History, TimeGrid, Calendar, Newcomer, Lender, Sequence[Model], float | None],
) -> QueueForecast | InputError:
    try:
        return forecast_newcomer(*arguments)
    except InputError as error:
        return error
