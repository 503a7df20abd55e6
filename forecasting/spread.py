"""How wide to be: the quantiles that errors in the past justify."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.counts import excess_of, probability, quantile
from forecasting.past_errors import Errors

LEVELS: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Probabilities of the quantiles of every forecast: p10, p20 … p90."""

# A week or so of past days tells little about a range: with fewer days it is assumed that
# days differ by about a fifth from what was expected.
LEAST_DAYS = 8
ASSUMED_EXCESS = 0.2**2
_GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """How counts lie around their forecast, lead by lead.

    A count has Poisson noise and a rate that exceeds or misses the forecast by a factor
    (:mod:`forecasting.counts`); the size of that factor and what is left of the distribution's
    shape are measured on past errors of similar leads, all slots together.

    Attributes
    ----------
    excess
        Squared coefficient of variation of the rate, shape (leads,).
    shape
        Levels of the model that were in fact not exceeded with the probabilities of
        ``LEVELS``, shape (levels, leads).
    """

    excess: NDArray[np.float64]
    shape: NDArray[np.float64]

    @classmethod
    def learn(cls, errors: Errors, leads: int) -> Spread:
        """Measure the spread of past errors; where these are few, assume one.

        Parameters
        ----------
        errors
            What came beside what was expected.
        leads
            The longest lead asked for, in days. Beyond the longest tried the excess goes on
            growing as it did over those.
        """
        tried = int(errors.lead_days.max(initial=0))
        if errors.days() < LEAST_DAYS or not (errors.expected > 0).any():
            levels = np.repeat(np.array(LEVELS)[:, np.newaxis], leads, axis=1)
            return cls(excess=np.full(leads, ASSUMED_EXCESS), shape=levels)
        use = errors.only(errors.expected > 0)
        excess = _excess(use, tried)
        levels = _levels(use, excess[use.lead_days - 1])
        nearby = [near_leads(use.lead_days, lead) for lead in range(1, tried + 1)]
        shape = np.array([_sample_levels(levels[near], use.only(near)) for near in nearby]).T
        if leads <= tried:
            return cls(excess=excess[:leads], shape=shape[:, :leads])
        return cls(
            excess=np.concatenate([excess, _onwards(excess, leads - tried)]),
            shape=np.column_stack([shape, *[shape[:, -1]] * (leads - tried)]),
        )

    def quantiles(
        self, expected: NDArray[np.float64], lead_days: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return counts not exceeded with the probabilities of ``LEVELS``.

        Parameters
        ----------
        expected
            Mean contacts, shape (intervals,); where 0, every quantile is 0.
        lead_days
            Lead of every interval in days, from 1, shape (intervals,).

        Returns
        -------
        Shape (levels, intervals).
        """
        counts = quantile(self.shape[:, lead_days - 1], expected, self.excess[lead_days - 1])
        # Rounding may turn two equal quantiles round.
        counts = np.maximum.accumulate(counts, axis=0)
        return np.where(expected > 0, counts, 0.0)


def widened(levels: Sequence[float], days: float) -> NDArray[np.float64]:
    """Return the levels to take from a sample of past days so that the next one obeys them.

    The days of the past and the next one are exchangeable, so the next lies below the k-th of
    n past ones with probability ``k / (n + 1)`` (Vovk, Gammerman & Shafer 2005, "Algorithmic
    Learning in a Random World", conformal prediction).
    """
    away = (np.asarray(levels) - 0.5) * (days + 1) / days
    return np.asarray(np.clip(0.5 + away, 0.0, 1.0))


def near_leads(lead_days: NDArray[np.int64], lead: int) -> NDArray[np.bool_]:
    """Tell which errors are of leads from half to twice a lead, or of the nearest tried."""
    near = (2 * lead_days >= lead) & (lead_days <= 2 * lead)
    if near.any():
        return near
    apart = np.abs(lead_days - lead)
    return np.asarray(apart == apart.min())


def _excess(errors: Errors, leads: int) -> NDArray[np.float64]:
    """Return the excess of every lead, measured on similar leads, shape (leads,)."""
    nearby = (errors.only(near_leads(errors.lead_days, lead)) for lead in range(1, leads + 1))
    return np.array([excess_of(each.observed, each.expected, each.weights) for each in nearby])


def _levels(errors: Errors, excess: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the level of its distribution at which each count came.

    A small count stands for a range of levels; the golden ratio spreads the points evenly.
    """
    below, upto = probability(errors.observed, errors.expected, excess)
    part = np.arange(below.size) * _GOLDEN % 1.0
    return np.asarray(below + (upto - below) * part)


def _sample_levels(levels: NDArray[np.float64], errors: Errors) -> NDArray[np.float64]:
    """Return the levels at which the shares ``LEVELS`` of what came lie below."""
    order = np.argsort(levels)
    weights = errors.weights[order]
    upto = (np.cumsum(weights) - weights / 2.0) / weights.sum()
    # As many days of equal weight would be as certain (Kish's effective sample size).
    days = errors.days() * weights.sum() ** 2 / (weights.size * (weights**2).sum())
    found = np.interp(widened(LEVELS, days), upto, levels[order])
    return np.asarray(np.clip(found, 1e-3, 1.0 - 1e-3))


def _onwards(excess: NDArray[np.float64], leads: int) -> NDArray[np.float64]:
    """Continue the excess by the growth it showed from the first half of leads to the last."""
    half = excess.size // 2
    if half == 0:
        return np.full(leads, excess[-1])
    growth = max(float(excess[-half:].mean() - excess[:half].mean()) / (excess.size - half), 0.0)
    return np.asarray(excess[-1] + growth * np.arange(1, leads + 1))
