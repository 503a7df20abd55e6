"""An exact day whose rates are uncertain: high or low together, as forecasts err by the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheduler.staffing.arguments import Floats
from scheduler.staffing.transient import TransientDay, evaluate_day
from scheduler.staffing.uncertainty import chance_below, rate_factors


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UncertainDay:
    """What a day gives at several heights of its rates.

    Attributes
    ----------
    days
        The exact day at every height, from low to high.
    weights, below
        Of every height: its weight, together 1, and the probability of a lower one, shape
        (heights,).
    """

    days: tuple[TransientDay, ...]
    weights: Floats
    below: Floats

    def service_level(self, at: NDArray[np.int64]) -> float:
        """Return the service level to expect over some intervals; 1 without contacts."""
        counted = np.array([day.offered[at] @ day.counted[at] for day in self.days])
        total = float(self.weights @ counted)
        return float((self.weights * counted) @ self._levels(at) / total) if total > 0.0 else 1.0

    def target_chance(self, at: NDArray[np.int64], target: float) -> float:
        """Return the probability that rates let some intervals together meet a target."""
        return chance_below(self._levels(at), self.below, target)

    def _levels(self, at: NDArray[np.int64]) -> Floats:
        levels = []
        for day in self.days:
            counted = day.offered[at] * day.counted[at]
            total = counted.sum()
            levels.append(counted @ day.service_level[at] / total if total > 0.0 else 1.0)
        return np.array(levels)


def evaluate_uncertain_day(
    offered: Floats, agents: Floats, *, rate_cv: Floats, **line: Any
) -> UncertainDay:
    """Evaluate a day at several heights of its rates; one where they are certain.

    Parameters
    ----------
    offered, agents
        As for :func:`scheduler.staffing.transient.evaluate_day`.
    rate_cv
        Coefficient of variation of the rates, shape (intervals,).
    line
        All else that is asked of :func:`scheduler.staffing.transient.evaluate_day`.

    Raises
    ------
    InputError
        An argument out of range.
    """
    if not rate_cv.any():
        one = np.ones(1)
        return UncertainDay(days=(evaluate_day(offered, agents, **line),), weights=one, below=one)
    factors, weights, below = rate_factors(rate_cv, seen=False)
    days = tuple(evaluate_day(offered * factor, agents, **line) for factor in factors)
    return UncertainDay(days=days, weights=weights, below=below)
