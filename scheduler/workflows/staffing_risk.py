"""What the range of a forecast does to the service of its requirement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.forecast import Forecast
from scheduler.staffing.immediate import level_with
from scheduler.staffing.requirement import Requirement
from scheduler.staffing.uncertainty import chance_below, rate_factors
from scheduler.staffing.variation import load_variation


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What the forecast's range does to a queue with the agents required.

    Attributes
    ----------
    expected_service_level
        Share of contacts answered in time to expect while the rates are uncertain.
    target_chance
        Probability that an interval meets the target, weighed by contacts.
    days
        Probability that the day meets it, all its rates high or low together, by date.
    """

    expected_service_level: float
    target_chance: float
    days: dict[str, float]


def risks(need: Requirement, found: Forecast) -> dict[str, Risk]:
    """Carry a forecast's range into the service of its requirement, for phone and chat.

    Parameters
    ----------
    need
        The requirement made of the forecast.
    found
        The forecast, with its quantiles.
    """
    answer = {}
    for row, queue in enumerate(need.queues):
        busy = np.flatnonzero((need.offered[row] > 0) & (need.load[row] > 0))
        if queue.deferred or not busy.size:
            continue
        offered, load, aht_s = (plane[row, busy] for plane in (need.offered, need.load, need.aht_s))
        given = found.queues.index(queue.name)
        cv = load_variation(
            offered,
            aht_s,
            found.levels,
            contacts=found.quantiles[:, given, busy],
            aht_s_quantiles=found.aht_quantiles[:, given, busy],
        )
        factors, weights, below = rate_factors(np.minimum(cv, 1.0), seen=False)
        heads = need.base[row, busy] * 1.0
        levels = np.array([level_with(queue, load * each, heads, aht_s) for each in factors])
        answer[queue.name] = _risk(
            queue.service_level, need.grid.local_dates[busy], offered * factors, levels,
            weights, below,
        )  # fmt: skip
    return answer


def _risk(
    target: float,
    dates: NDArray[np.datetime64],
    contacts: NDArray[np.float64],
    levels: NDArray[np.float64],
    weights: NDArray[np.float64],
    below: NDArray[np.float64],
) -> Risk:
    """Sum up levels at several heights of the rates, shape (heights, intervals)."""
    chances = [chance_below(level, below, target) for level in levels.T]
    answered = contacts * levels
    days = {}
    for day in np.unique(dates):
        at = dates == day
        level = answered[:, at].sum(axis=1) / contacts[:, at].sum(axis=1)
        days[str(day)] = chance_below(level, below, target)
    return Risk(
        expected_service_level=float(weights @ answered.sum(axis=1))
        / float(weights @ contacts.sum(axis=1)),
        target_chance=float(np.average(chances, weights=weights @ contacts)),
        days=days,
    )
