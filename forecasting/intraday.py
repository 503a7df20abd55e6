"""The rest of today, once the morning is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from forecasting.forecast import Forecast
from scheduler.errors import Fault, InputError, Remark

# So many scenarios tell how the rest of a day goes with its morning to a few hundredths.
_SCENARIOS = 2000


def update_day(
    forecast: Forecast, so_far: NDArray[np.float64], *, count: int = _SCENARIOS, seed: int = 0
) -> Forecast:
    """Forecast the rest of a day anew from what has come of it.

    How much a busy morning says about the afternoon is read off the forecast's own scenarios,
    in which the intervals of a day move together as they did in the past: the rest is regressed
    on the morning, and every scenario is moved by what its own morning was off (regression
    adjustment; Beaumont, Zhang and Balding 2002, "Approximate Bayesian computation in population
    genetics", Genetics 162). A Poisson queue without good and bad days hardly changes.

    Parameters
    ----------
    forecast
        The forecast as it was made, with its scenarios.
    so_far
        Contacts of the intervals that are over, NaN for the others, shape (queues, intervals).
    count, seed
        Scenarios, see :meth:`~forecasting.forecast.Forecast.paths`.

    Returns
    -------
    Forecast
        Known intervals hold what came, without a range; of the last date with a known interval
        those that follow are new; everything else is as it was. It has no scenarios.

    Raises
    ------
    InputError
        The counts have another shape or are negative, or the forecast has no scenarios.
    """
    if so_far.shape != forecast.offered.shape or np.any(so_far < 0):
        raise InputError(
            Fault(
                column="contacts so far",
                expected=f"0 or more, shape {forecast.offered.shape}",
                found=f"shape {so_far.shape}" if so_far.size else "nothing",
            )
        )
    paths = forecast.paths(count, seed)
    offered, quantiles = forecast.offered.copy(), forecast.quantiles.copy()
    remarks = []
    for row, queue in enumerate(forecast.queues):
        known = np.flatnonzero(~np.isnan(so_far[row]))
        if not known.size:
            continue
        offered[row, known] = so_far[row, known]
        quantiles[:, row, known] = so_far[row, known]
        dates = forecast.grid.local_dates
        today = dates == dates[known[-1]]
        rest = np.flatnonzero(today & (np.arange(today.size) > known[-1]))
        rest = rest[forecast.offered[row, rest] > 0]
        morning = known[today[known]]
        expected = float(forecast.offered[row, morning].sum())
        ahead = float(forecast.offered[row, rest].sum())
        if not rest.size or expected == 0:
            continue
        slope = _slope(paths[:, row][:, morning].sum(axis=1), paths[:, row][:, rest].sum(axis=1))
        share = slope * forecast.offered[row, rest] / ahead
        came = float(so_far[row, morning].sum())
        offered[row, rest] = np.maximum(offered[row, rest] + share * (came - expected), 0.0)
        missed = came - paths[:, row][:, morning].sum(axis=1)
        moved = np.maximum(paths[:, row][:, rest] + np.outer(missed, share), 0.0)
        quantiles[:, row, rest] = np.quantile(moved, forecast.levels, axis=0)
        quantiles[:, row, rest] *= offered[row, rest] > 0
        after = float(offered[row, rest].sum())
        remarks.append(
            Remark(
                text=f"{queue}: {came:,.0f} contacts came where {expected:,.0f} were expected; the "
                f"rest of {dates[known[-1]]} is forecast at {after:,.0f} instead of {ahead:,.0f}"
            )
        )
    return replace(
        forecast,
        offered=offered,
        quantiles=quantiles,
        remarks=(*forecast.remarks, *remarks),
        scenarios=(),
    )


def _slope(morning: NDArray[np.float64], rest: NDArray[np.float64]) -> float:
    """Return how many contacts more the rest brings for each that the morning brought more."""
    apart = morning - morning.mean()
    spread = float(apart @ apart)
    return max(float(apart @ rest) / spread, 0.0) if spread > 0 else 0.0
