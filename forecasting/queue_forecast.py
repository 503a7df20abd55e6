"""The forecast of one queue: choose a model, lay holidays over it, measure its spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from forecasting.day_table import completed
from forecasting.grid import TimeGrid, slot_numbers
from forecasting.handling import handling_time
from forecasting.history import History
from forecasting.models import Model
from forecasting.series import Calendar, Series
from forecasting.spread import LEAST_TRIALS, Spread, Trial, choose, past_origins, run_trial
from scheduler.errors import Fault, InputError, Remark

_WEEK = 7
# A trial leaves at least two weeks to learn from; half a year of weekly trials is enough.
_LEAST_DAYS = 2 * _WEEK
_MOST_TRIALS = 26
_LONGEST_TRIAL = 4 * _WEEK
_SHORT_HISTORY = 4 * _WEEK
_HOLIDAY_HALF_LIFE_WEEKS = 8.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QueueForecast:
    """What a forecast says about one queue; arrays as in ``Forecast`` without the queue axis."""

    offered: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    aht_s: NDArray[np.float64]
    model: str
    remarks: tuple[Remark, ...]


def forecast_queue(
    history: History,
    grid: TimeGrid,
    calendar: Calendar,
    models: Sequence[Model],
    usual_aht_s: float | None,
) -> QueueForecast:
    """Forecast one queue.

    Parameters
    ----------
    history
        Cleaned records that end at or before the start of the grid.
    grid
        The intervals to forecast.
    calendar
        The queue's name, hours and days.
    models
        Models to choose from.
    usual_aht_s
        Mean handling time in seconds where the history knows none.

    Raises
    ------
    InputError
        The queue has no contacts in its opening hours, or no handling time.
    """
    series = calendar.series(history)
    aht_s = handling_time(history, calendar.queue, grid)
    if aht_s is None and usual_aht_s is not None:
        aht_s = np.full(len(grid), float(usual_aht_s))
    faults = _faults(calendar.queue, series, aht_s)
    if aht_s is None or faults:
        raise InputError(faults)
    lead_days = (grid.local_dates - series.grid.local_dates[-1]).astype(np.int64)
    trials = _trials(series, models, int(lead_days[-1]))
    chosen = choose(trials)
    weight = calendar.weight(grid)
    factor, holiday_remarks = _holiday_factor(history, series, calendar, grid, weight)
    weight = weight * factor
    expected = models[chosen].fit(series).predict(grid) * weight
    spread = Spread.learn(trials[chosen], float(np.nanmean(series.counts)))
    texts = [
        *_short_history(series, len(trials[chosen])),
        *_unseen(series, grid, weight),
        *_nothing_expected(grid, expected, weight),
        *holiday_remarks,
    ]
    return QueueForecast(
        offered=expected,
        quantiles=spread.quantiles(expected, lead_days),
        aht_s=aht_s,
        model=models[chosen].name,
        remarks=tuple(Remark(text=f"{calendar.queue}: {text}") for text in texts),
    )


def _faults(queue: str, series: Series, aht_s: NDArray[np.float64] | None) -> list[Fault]:
    faults = []
    if np.isnan(series.counts).all():
        faults.append(
            Fault(
                column=f"history of {queue}",
                expected=f"contacts in opening hours before {series.grid.end:%Y-%m-%d %H:%M} UTC",
                found="none",
            )
        )
    if aht_s is None or not (aht_s > 0).all():
        faults.append(
            Fault(
                column=f"handling time of {queue}",
                expected="seconds above 0 in the history or in the case",
                found="none" if aht_s is None else f"{aht_s.min():g}",
            )
        )
    return faults


def _trials(series: Series, models: Sequence[Model], longest_lead: int) -> list[list[Trial]]:
    """Try every model at weekly origins; the trials of each, without empty ones."""
    room = max((series.days_known() - _LEAST_DAYS) // 2, _WEEK)
    days = min(longest_lead, _LONGEST_TRIAL, room)
    origins = past_origins(series, days=days, step=_WEEK, least_days=_LEAST_DAYS)
    trials = [
        [run_trial(series, model, origin, days) for origin in origins[-_MOST_TRIALS:]]
        for model in models
    ]
    return [[each for each in of_model if each.observed.size] for of_model in trials]


def _holiday_factor(
    history: History,
    series: Series,
    calendar: Calendar,
    grid: TimeGrid,
    weight: NDArray[np.float64],
) -> tuple[NDArray[np.float64], list[str]]:
    """Return the factor of public holidays to come, learned from those before, in words too.

    A holiday that the special days describe is left to them.
    """
    factor = np.ones(len(grid))
    texts = []
    learned, seen = _learned_holiday_factor(history, series, calendar)
    for day, name in _undescribed(calendar, grid).items():
        today = grid.day_slice(day)
        if not weight[today].any():
            continue
        factor[today] = learned
        basis = (
            f"at {learned:.0%} of a usual day, as on {seen} public holidays before"
            if seen
            else "as a usual day, for the history holds no public holiday with contacts"
        )
        texts.append(f"{day} ({name}) is forecast {basis}; a special day overrules this")
    return factor, texts


def _learned_holiday_factor(
    history: History, series: Series, calendar: Calendar
) -> tuple[float, int]:
    """Return contacts of past public holidays over those of usual days, and their number."""
    offered = history.select(calendar.queue).offered[0]
    weekly = completed(series.table.weekly_mean(_HOLIDAY_HALF_LIFE_WEEKS))
    usual = weekly[series.grid.weekdays, slot_numbers(series.grid)] * series.weight
    came, expected, seen = 0.0, 0.0, 0
    for day in _undescribed(calendar, series.grid):
        today = series.grid.day_slice(day)
        known = ~np.isnan(offered[today]) & (series.weight[today] > 0)
        if known.any():
            came += float(offered[today][known].sum())
            expected += float(usual[today][known].sum())
            seen += 1
    return (came / expected, seen) if expected > 0 else (1.0, 0)


def _undescribed(calendar: Calendar, grid: TimeGrid) -> dict[date, str]:
    described = {each.day for each in calendar.special_days if each.concerns(calendar.queue)}
    holidays = calendar.holidays(grid)
    return {day: name for day, name in holidays.items() if day not in described}


def _short_history(series: Series, trials: int) -> list[str]:
    texts = []
    if series.days_known() < _SHORT_HISTORY:
        known = int(series.table.known_days.sum())
        texts.append(f"the history has only {known} days with contacts: four weeks say more")
    if trials < LEAST_TRIALS:
        texts.append("ranges are assumed, for the history is too short to measure them")
    return texts


def _unseen(series: Series, grid: TimeGrid, weight: NDArray[np.float64]) -> list[str]:
    seen = ~np.isnan(series.table.weekly_mean(np.inf))
    new = (weight > 0) & ~seen[grid.weekdays, slot_numbers(grid)]
    if not new.any():
        return []
    first = grid.starts_local()[int(np.argmax(new))]
    return [
        f"{int(new.sum())} open intervals, the first on {first:%Y-%m-%d %H:%M}, lie at weekdays "
        "and times without history: taken from other weekdays or the nearest time"
    ]


def _nothing_expected(
    grid: TimeGrid, expected: NDArray[np.float64], weight: NDArray[np.float64]
) -> list[str]:
    """Name open days without a contact, which may have been closed so far."""
    idle = [
        str(day)
        for day in grid.dates()
        if weight[grid.day_slice(day)].any() and not expected[grid.day_slice(day)].any()
    ]
    if not idle:
        return []
    return [f"open, yet nothing expected on {', '.join(idle)}: the history has no contact there"]
