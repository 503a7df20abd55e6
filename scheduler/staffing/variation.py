"""How uncertain a load is: what a forecast's ranges say beyond the noise Erlang's formulas hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from scheduler.errors import Fault, InputError
from scheduler.staffing.arguments import Floats, checked


def rate_variation(offered: ArrayLike, levels: ArrayLike, quantiles: ArrayLike) -> Floats:
    """Return the coefficient of variation of the rate behind a forecast of counts.

    Counts vary even at a certain rate. What is left of their variance without that of a Poisson
    count, which is their mean, is the rate's. The spread comes from the quantiles as a least
    squares slope on normal scores.

    Parameters
    ----------
    offered
        Expected contacts, shape (intervals,).
    levels
        Levels of the quantiles, above 0 and below 1, at least two, shape (levels,).
    quantiles
        Quantiles of the contacts, shape (levels, intervals).

    Raises
    ------
    InputError
        Levels out of range, shapes that do not fit.
    """
    means = checked(offered=offered)[0]
    deviation = _deviation(means, levels, quantiles)
    variance = np.maximum(deviation**2 - means, 0.0)
    cv: Floats = np.sqrt(variance) / np.where(means > 0.0, means, 1.0)
    return cv


def handling_variation(
    offered: ArrayLike, aht_s: ArrayLike, levels: ArrayLike, quantiles: ArrayLike
) -> Floats:
    """Return the coefficient of variation of the handling time that all contacts share.

    The mean over an interval's contacts varies even where their expectation is certain. What is
    left of its variance without that of a mean of exponential times, which is what Erlang's
    formulas allow for, is the expectation's.

    Parameters
    ----------
    offered
        Expected contacts, shape (intervals,).
    aht_s
        Expected handling time, s, shape (intervals,).
    levels
        As in :func:`rate_variation`.
    quantiles
        Quantiles of the mean handling time, s, shape (levels, intervals).

    Raises
    ------
    InputError
        As :func:`rate_variation`.
    """
    means, times = checked(offered=offered, aht_s=aht_s)
    deviation = _deviation(times, levels, quantiles) / times
    cv: Floats = np.sqrt(np.maximum(deviation**2 - 1.0 / np.maximum(means, 1.0), 0.0))
    return cv


def load_variation(
    offered: Floats,
    aht_s: Floats,
    levels: ArrayLike,
    *,
    contacts: ArrayLike,
    aht_s_quantiles: ArrayLike,
) -> Floats:
    """Return the coefficient of variation of the load: of rate and handling time together.

    How many come and how long they take are taken to be independent; a longer handling time
    counts like more contacts.

    Parameters
    ----------
    offered, aht_s
        Expected contacts and handling time, s, shape (intervals,).
    levels
        As in :func:`rate_variation`.
    contacts, aht_s_quantiles
        Quantiles of both, shape (levels, intervals).

    Raises
    ------
    InputError
        As :func:`rate_variation`.
    """
    rate = rate_variation(offered, levels, contacts)
    time = handling_variation(offered, aht_s, levels, aht_s_quantiles)
    cv: Floats = np.sqrt((1.0 + rate**2) * (1.0 + time**2) - 1.0)
    return cv


def _deviation(means: Floats, levels: ArrayLike, quantiles: ArrayLike) -> Floats:
    """Return standard deviations that fit quantiles: a least squares slope on normal scores."""
    scores, values = np.asarray(levels, dtype=np.float64), np.asarray(quantiles, dtype=np.float64)
    if scores.ndim != 1 or scores.size < 2 or not np.all((scores > 0.0) & (scores < 1.0)):
        raise InputError(
            Fault(column="levels", expected="at least two, above 0 and below 1", found=repr(levels))
        )
    if values.shape != (scores.size, *means.shape):
        raise InputError(
            Fault(
                column="quantiles",
                expected=f"shape {(scores.size, *means.shape)}",
                found=f"shape {values.shape}",
            )
        )
    scores = ndtri(scores) - ndtri(scores).mean()
    slope: Floats = np.tensordot(scores, values, axes=1) / np.sum(scores**2)
    return slope
