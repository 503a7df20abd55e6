"""The distribution of a count around its mean: Poisson noise and a rate that is uncertain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, ndtr, ndtri, pdtr

# Below so many contacts the count itself is modelled, above its square root is normal.
_FEW = 15.0
_SOME = 0.5
# A rate more certain than this is known, one less certain than that is anyone's guess.
_LEAST_EXCESS = 1e-6
_MOST_EXCESS = 25.0


def root(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``sqrt(x + 3/8)``, whose noise hardly depends on how many are expected.

    Anscombe 1948, "The transformation of Poisson, binomial and negative-binomial data",
    Biometrika 35.
    """
    return np.asarray(np.sqrt(counts + 0.375))


def excess_of(
    observed: NDArray[np.float64], mean: NDArray[np.float64], weights: NDArray[np.float64]
) -> float:
    """Return the squared coefficient of variation of the rate around its mean, 0 to 25.

    A count of mean ``m`` then has the variance ``m + excess * m**2``; the estimate solves
    Pearson's equation for the sum over all counts, in which a count where hardly any is
    expected weighs no more than where every other interval brings one.

    Parameters
    ----------
    observed, mean, weights
        Counts, their means above 0, and what each pair counts, shape (n,).
    """
    worth = weights / np.maximum(mean, _SOME)
    above, square = float(worth @ ((observed - mean) ** 2 - mean)), float(worth @ mean**2)
    # Compared before dividing, for the squares of next to nothing vanish.
    if above >= _MOST_EXCESS * square:
        return _MOST_EXCESS if above > 0.0 else 0.0
    return max(above / square, 0.0)


def probability(
    observed: NDArray[np.float64], mean: NDArray[np.float64], excess: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the probabilities of fewer than, and of at most, the counts observed.

    Between the two lies what is uniform where the distribution is right (Czado, Gneiting &
    Held 2009, "Predictive model assessment for count data", Biometrics 65). For large means,
    where they differ little, both are the same.

    Parameters
    ----------
    observed, mean, excess
        Counts, their means above 0, and see :func:`excess_of`; equal shapes.
    """
    spread = np.sqrt(0.25 + excess * mean / 4.0)
    below = np.asarray(ndtr((root(observed) - root(mean)) / spread))
    upto = below.copy()
    few = mean < _FEW
    count = np.floor(observed[few])
    upto[few] = _at_most(count, mean[few], excess[few])
    below[few] = np.where(
        count > 0, _at_most(np.maximum(count - 1.0, 0.0), mean[few], excess[few]), 0.0
    )
    return below, upto


def quantile(
    levels: NDArray[np.float64], mean: NDArray[np.float64], excess: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the counts not exceeded with given probabilities, shape (levels, n).

    Whole numbers where few contacts are expected, 0 where none are.

    Parameters
    ----------
    levels
        Probabilities, shape (levels, n), between 0 and 1.
    mean, excess
        Means and :func:`excess_of`, shape (n,).
    """
    spread = np.sqrt(0.25 + excess * mean / 4.0)
    roots = np.maximum(root(mean) + spread * ndtri(levels), 0.0)
    counts = np.maximum(roots**2 - 0.375, 0.0)
    few = np.flatnonzero(mean < _FEW)
    for column, cumulative in zip(few, _cumulative(mean[few], excess[few]), strict=True):
        counts[:, column] = np.searchsorted(cumulative, levels[:, column])
    return counts


def _at_most(
    count: NDArray[np.float64], mean: NDArray[np.float64], excess: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the negative binomial distribution function, Poisson's where nothing exceeds."""
    shape = 1.0 / np.maximum(excess, _LEAST_EXCESS)
    mixed = betainc(shape, count + 1.0, shape / (shape + mean))
    return np.where(excess > _LEAST_EXCESS, mixed, pdtr(count, mean))


def _cumulative(mean: NDArray[np.float64], excess: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return distribution functions at 0, 1, 2 … until hardly anything is left, a row each."""
    if not mean.size:
        return np.zeros((0, 1))
    deviation = np.sqrt(mean + excess * mean**2)
    count = np.arange(int((mean + 12.0 * deviation).max() + 12.0), dtype=np.float64)
    extra, usual = np.maximum(excess, _LEAST_EXCESS)[:, np.newaxis], mean[:, np.newaxis]
    # Of a negative binomial, each probability is a simple multiple of the one before.
    growth = usual * (1.0 + extra * count) / ((count + 1.0) * (1.0 + extra * usual))
    none = (1.0 + extra * usual) ** (-1.0 / extra)
    later = none * np.cumprod(growth[:, :-1], axis=1)
    return np.asarray(np.cumsum(np.concatenate([none, later], axis=1), axis=1))
