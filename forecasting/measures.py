"""Measures of a forecast beside what came."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson


def wape(observed: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    """Return the sum of absolute errors over the sum of contacts, a share; NaN without any.

    Parameters
    ----------
    observed, expected
        Contacts, equal shapes.
    """
    return _share(np.abs(expected - observed).sum(), observed)


def bias(observed: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    """Return expected minus observed contacts as a share of observed; NaN without any."""
    return _share((expected - observed).sum(), observed)


def pinball(
    observed: NDArray[np.float64], quantiles: NDArray[np.float64], levels: Sequence[float]
) -> float:
    """Return the mean pinball loss in contacts over intervals and levels; NaN without any.

    Too low costs the level per contact, too high one minus the level (Koenker & Bassett 1978,
    "Regression quantiles", Econometrica 46).

    Parameters
    ----------
    observed
        Contacts, shape (intervals,).
    quantiles
        Contacts, shape (levels, intervals).
    levels
        Probabilities, shape (levels,).
    """
    if not quantiles.size:
        return float("nan")
    level = np.asarray(levels)[:, np.newaxis]
    short = observed - quantiles
    return float(np.maximum(level * short, (level - 1.0) * short).mean())


def coverage(
    observed: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> float:
    """Return the share of intervals with ``low <= observed <= high``; NaN without any."""
    if not observed.size:
        return float("nan")
    return float(((low <= observed) & (observed <= high)).mean())


def poisson_floor(means: NDArray[np.float64]) -> float:
    """Return the WAPE that remains when every mean is known and arrivals are Poisson.

    The mean absolute deviation of a Poisson count of mean m is
    ``2 * m * P(X = floor(m))`` (Crow 1958, "The mean deviation of the Poisson distribution",
    Biometrika 45); for large m the share is ``sqrt(2 / (pi * m))``.

    Parameters
    ----------
    means
        True mean contacts of every interval.
    """
    deviation = 2.0 * means * poisson.pmf(np.floor(means), means)
    return _share(deviation.sum(), means)


def _share(amount: float, contacts: NDArray[np.float64]) -> float:
    total = float(contacts.sum())
    return float(amount) / total if total > 0 else float("nan")
