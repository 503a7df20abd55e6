"""Whether forecasts lean to one side, as they do behind a growth, and by how much to right them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forecasting.past_errors import Errors

# Fewer trials cannot tell a leaning from luck.
_LEAST_TRIALS = 6
_MOST = 1.25
_CAUTION = 2.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Leaning:
    """What to multiply forecasts by, lead by lead.

    Attributes
    ----------
    factors
        Shape (leads,).
    """

    factors: NDArray[np.float64]

    @classmethod
    def learn(cls, errors: Errors) -> Leaning:
        """Compare what came in past trials with what was expected of them.

        Leads from half to twice a lead are pooled. What came over what was expected is drawn to
        1 by twice the variance of its own noise, in which a trial counts as one (the positive
        part of the estimate of James & Stein 1961): luck rights next to nothing, what every
        trial shows is righted nearly whole.

        Parameters
        ----------
        errors
            Past errors.
        """
        leads = int(errors.lead_days.max(initial=1))
        trials, trial = np.unique(errors.trial, return_inverse=True)
        if trials.size < _LEAST_TRIALS:
            return cls(factors=np.ones(leads))
        cell = trial * leads + errors.lead_days - 1
        missed, expected = (
            _near(np.bincount(cell, errors.weights * each, trials.size * leads), leads)
            for each in (errors.observed - errors.expected, errors.expected)
        )
        whole = np.maximum(expected.sum(axis=0), 1e-12)
        share = missed.sum(axis=0) / whole
        noise = ((missed - share * expected) ** 2).sum(axis=0) / whole**2
        # Windows that overlap share their luck.
        origins = np.sort(np.unique(errors.age_days + errors.lead_days))
        step = float(np.median(np.diff(origins))) if origins.size > 1 else 1.0
        spans = 1.5 * np.arange(1, leads + 1)
        noise *= np.maximum(np.minimum(spans, leads) / step, 1.0)
        kept = np.maximum(1.0 - _CAUTION * noise / np.maximum(share**2, 1e-12), 0.0)
        return cls(factors=np.clip(1.0 + kept * share, 1.0 / _MOST, _MOST))

    def factor(self, lead_days: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the factors of some leads, in days from 1; long ones as the longest tried."""
        return np.asarray(self.factors[np.minimum(lead_days, self.factors.size) - 1])

    def righted(self, errors: Errors) -> Errors:
        """Return the errors that would have been made with these factors."""
        return replace(errors, expected=errors.expected * self.factor(errors.lead_days))


def _near(cells: NDArray[np.generic], leads: int) -> NDArray[np.float64]:
    """Add up each trial's leads from half to twice a lead, shape (trials, leads)."""
    by_lead = cells.astype(np.float64).reshape(-1, leads)
    running = np.concatenate([np.zeros((by_lead.shape[0], 1)), np.cumsum(by_lead, axis=1)], axis=1)
    lead = np.arange(1, leads + 1)
    return np.asarray(running[:, np.minimum(2 * lead, leads)] - running[:, (lead + 1) // 2 - 1])
