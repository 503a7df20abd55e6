"""Forecasts by statsforecast and LightGBM, for ``benchmarks.forecasting`` and nothing else.

Both get what they need to do well: known gaps filled, the open hours only, the calendar of days
off (LightGBM), and every origin's own fit. Ranges are their own.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import lightgbm
import numpy as np
from numpy.typing import NDArray
from statsforecast.models import MSTL, AutoETS

from forecasting.calendar_terms import month_terms
from forecasting.grid import TimeGrid, slot_numbers, weekdays_of
from forecasting.series import Series
from forecasting.spread import LEVELS

Peer = Callable[[Series, TimeGrid], tuple[NDArray[np.float64], NDArray[np.float64]]]
"""Past and days to come to means, shape (intervals,), and quantiles, shape (levels, intervals)."""
_HALF_LIFE_WEEKS = 4.0


def statsforecast_mstl(
    past: Series, grid: TimeGrid
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Decompose by day and week, smooth the rest exponentially; symmetric normal ranges."""
    slots = np.flatnonzero((~np.isnan(past.table.rate)).any(axis=0))
    usual = past.record.usual_weekdays
    rate = _without_gaps(past)[usual[past.table.weekdays]][:, slots]
    season = [slots.size, slots.size * int(usual.sum())]
    dates = np.unique(grid.local_dates)
    is_open = usual[weekdays_of(dates)]
    model = MSTL(season_length=season, trend_forecaster=AutoETS(model="ZZN"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(rate.ravel())
        found = model.predict(h=int(is_open.sum()) * slots.size, level=[20, 40, 60, 80])
    rows = [found[f"lo-{level}"] for level in (80, 60, 40, 20)]
    rows += [found["mean"], *(found[f"hi-{level}"] for level in (20, 40, 60, 80))]
    whole = np.zeros((len(rows), dates.size, past.table.rate.shape[1]))
    by_day = np.maximum(np.array(rows), 0.0).reshape(len(rows), -1, slots.size)
    whole[:, np.flatnonzero(is_open)[:, np.newaxis], slots] = by_day
    quantiles = whole[:, np.unique(grid.local_dates, return_inverse=True)[1], slot_numbers(grid)]
    return quantiles[4], quantiles


def lightgbm_poisson(
    past: Series, grid: TimeGrid
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Boost trees on levels and the calendar, each quantile by trees of its own."""
    dates = np.unique(grid.local_dates)
    table = past.table
    leads = 1 + np.arange(table.days.size) % dates.size
    rows = np.arange(28, table.days.size)
    known = ~np.isnan(table.rate[rows])
    inputs = _inputs(past, table.days[rows], rows - leads[rows])[known]
    target = table.rate[rows][known]
    asked = _inputs(past, dates, np.full(dates.size, table.days.size - 1))
    place = np.unique(grid.local_dates, return_inverse=True)[1], slot_numbers(grid)

    def boosted(**settings: object) -> NDArray[np.float64]:
        given = {"num_leaves": 31, "learning_rate": 0.08, "verbose": -1, "num_threads": 1}
        data = lightgbm.Dataset(inputs, target)
        trees = lightgbm.train({**given, **settings}, data, num_boost_round=150)
        flat = trees.predict(asked.reshape(-1, asked.shape[-1]))
        return np.asarray(flat).reshape(asked.shape[:2])[place]

    mean = boosted(objective="poisson")
    quantiles = np.array([boosted(objective="quantile", alpha=level) for level in LEVELS])
    return mean, np.sort(np.maximum(quantiles, 0.0), axis=0)


def _inputs(
    past: Series, days: NDArray[np.datetime64], last: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return what is known of days by the end of others, shape (days, slots, inputs)."""
    table = past.table
    usual, latest, level = _running(past)
    weekday = weekdays_of(days)
    slots = table.rate.shape[1]
    lead = (days - table.days[last]).astype(np.int64)
    month_day = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    effects = past.record.effects(days)
    of_day = np.column_stack([weekday, lead, month_day, month_terms(days), effects, level[last]])
    wide = np.repeat(of_day[:, np.newaxis], slots, axis=1)
    slot = np.broadcast_to(np.arange(slots), (days.size, slots))
    own = np.stack([slot, usual[last, weekday], latest[last, weekday]], axis=-1)
    return np.concatenate([wide, own], axis=-1)


def _running(
    past: Series,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return, day after day, weighted means and last values by weekday, and recent levels."""
    table = past.table
    size, slots = table.rate.shape
    usual, latest = (np.full((size, 7, slots), np.nan) for _ in range(2))
    level = np.full((size, 2), np.nan)
    sums, weight, now = np.zeros((7, slots)), np.zeros((7, 1)), np.full((7, slots), np.nan)
    ratios: list[float] = []
    for row in range(size):
        weekday = table.weekdays[row]
        sums *= 0.5 ** (1 / 7 / _HALF_LIFE_WEEKS)
        weight *= 0.5 ** (1 / 7 / _HALF_LIFE_WEEKS)
        if table.known_days[row]:
            mean = sums[weekday].sum() / max(weight[weekday, 0], 1e-9)
            ratios.append(float(np.nansum(table.rate[row]) / mean) if mean > 0 else 1.0)
            sums[weekday] += np.nan_to_num(table.rate[row])
            weight[weekday] += 1.0
            now[weekday] = table.rate[row]
        usual[row], latest[row] = sums / np.maximum(weight, 1e-9), now
        if ratios:
            level[row] = ratios[-1], float(np.mean(ratios[-5:]))
    return usual, latest, level


def _without_gaps(past: Series) -> NDArray[np.float64]:
    """Return the days by slots with the usual where nothing is known."""
    table = past.table
    usual = np.nan_to_num(table.weekly_mean(_HALF_LIFE_WEEKS))[table.weekdays]
    return np.where(np.isnan(table.rate), usual, table.rate)


PEERS: dict[str, Peer] = {
    "statsforecast MSTL + AutoETS": statsforecast_mstl,
    "LightGBM, Poisson and quantiles": lightgbm_poisson,
}
