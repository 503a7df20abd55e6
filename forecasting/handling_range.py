"""How far the handling time of an interval lies from its forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincinv

from forecasting.handling_days import HandlingDays
from forecasting.past_errors import HALF_LIFE_DAYS
from forecasting.spread import LEAST_DAYS, LEVELS, near_leads, widened

# Where too few days are on record: days differ by a tenth, single contacts as exponential times.
_ASSUMED_DAYS, _ASSUMED_CONTACT = 0.1**2, 1.0
# A mean cannot be known better than this, nor can its gamma distribution be computed.
_LEAST = 1e-6
_ROUNDS = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HandlingErrors:
    """What intervals' handling times were beside what was expected, shape (n,) each.

    Attributes
    ----------
    day
        Number of the day that was forecast; a day forecast by two trials has two.
    lead_days
        Lead in days, from 1.
    ratio
        Mean handling time over the expected one.
    contacts
        Contacts behind it.
    age_days
        Days that have passed since.
    """

    day: NDArray[np.int64]
    lead_days: NDArray[np.int64]
    ratio: NDArray[np.float64]
    contacts: NDArray[np.float64]
    age_days: NDArray[np.int64]

    @classmethod
    def of(
        cls, came: HandlingDays, expected: NDArray[np.float64], trial: int, age_days: int
    ) -> HandlingErrors:
        """Compare a trial with what came.

        Parameters
        ----------
        came
            The days of the trial.
        expected
            Seconds, shape (days, slots).
        trial
            Its number.
        age_days
            Age of its first day.
        """
        rows, slots = np.nonzero(came.contacts)
        at = (rows, slots)
        return cls(
            day=trial * came.contacts.shape[0] + rows,
            lead_days=rows + 1,
            ratio=came.seconds[at] / came.contacts[at] / expected[at],
            contacts=came.contacts[at],
            age_days=age_days - rows,
        )

    @classmethod
    def pool(cls, parts: Sequence[HandlingErrors]) -> HandlingErrors:
        """Return the errors of several trials together."""
        if not parts:
            whole, share = np.zeros(0, dtype=np.int64), np.zeros(0)
            return cls(day=whole, lead_days=whole, ratio=share, contacts=share, age_days=whole)
        return cls(
            **{
                each.name: np.concatenate([getattr(part, each.name) for part in parts])
                for each in fields(cls)
            }
        )

    def only(self, some: NDArray[np.bool_]) -> HandlingErrors:
        """Return a part of the errors, those where an array of shape (n,) is true."""
        return HandlingErrors(
            **{each.name: getattr(self, each.name)[some] for each in fields(self)}
        )

    def days(self) -> int:
        """Return the number of days that were forecast."""
        return int(np.unique(self.day).size)

    @property
    def weights(self) -> NDArray[np.float64]:
        """What each error counts, the less the older it is, shape (n,)."""
        return np.asarray(0.5 ** (self.age_days / HALF_LIFE_DAYS))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HandlingRange:
    """How handling times lie around their forecast, lead by lead.

    The mean over ``n`` contacts is the forecast times a gamma variable of mean 1 and variance
    ``level + contact / n``: the level may be missed, and contacts differ. Of exponential times
    the mean is gamma with ``contact = 1`` exactly. Both variances, and what is left of the
    distribution's shape, are measured on errors of similar leads.

    Attributes
    ----------
    level
        Squared coefficient of variation of what all contacts of an interval share, (leads,).
    contact
        That of a single contact.
    shape
        Levels of the gamma distribution that were in fact not exceeded with the probabilities
        of ``LEVELS``, shape (levels, leads).
    """

    level: NDArray[np.float64]
    contact: float
    shape: NDArray[np.float64]

    @classmethod
    def learn(cls, errors: HandlingErrors, leads: int) -> HandlingRange:
        """Measure the spread of past errors; where these are few, assume one.

        Parameters
        ----------
        errors
            What came beside what was expected.
        leads
            The longest lead asked for, in days. Beyond the longest tried the level goes on
            drifting as fast as it did over those.
        """
        if errors.days() < LEAST_DAYS:
            shape = np.repeat(np.array(LEVELS)[:, np.newaxis], leads, axis=1)
            return cls(level=np.full(leads, _ASSUMED_DAYS), contact=_ASSUMED_CONTACT, shape=shape)
        tried = int(errors.lead_days.max())
        level, contact = _variances(errors, tried)
        shape = np.zeros((len(LEVELS), tried))
        for lead in range(1, tried + 1):
            near = errors.only(near_leads(errors.lead_days, lead))
            shape[:, lead - 1] = _levels(near, level[lead - 1] + contact / near.contacts)
        half = max(tried // 2, 1)
        drift = max(float(level[-half:].mean() - level[:half].mean()) / half, 0.0)
        beyond = level[-1] + drift * np.arange(1, max(leads - tried, 0) + 1)
        return cls(
            level=np.concatenate([level, beyond])[:leads],
            contact=contact,
            shape=np.column_stack([shape, *[shape[:, -1]] * (leads - tried)])[:, :leads],
        )

    def quantiles(
        self,
        mean_s: NDArray[np.float64],
        contacts: NDArray[np.float64],
        lead_days: NDArray[np.int64],
    ) -> NDArray[np.float64]:
        """Return seconds not exceeded with the probabilities of ``LEVELS``.

        Parameters
        ----------
        mean_s
            Expected seconds, shape (intervals,).
        contacts
            Expected contacts, shape (intervals,); a handling time has one at least.
        lead_days
            Lead of every interval in days, from 1, shape (intervals,).

        Returns
        -------
        Shape (levels, intervals), rising with the level.
        """
        variance = self.level[lead_days - 1] + self.contact / np.maximum(contacts, 1.0)
        gamma = 1.0 / np.maximum(variance, _LEAST)
        ratio = gammaincinv(gamma, self.shape[:, lead_days - 1]) / gamma
        return np.maximum.accumulate(mean_s * ratio, axis=0)


def _variances(errors: HandlingErrors, leads: int) -> tuple[NDArray[np.float64], float]:
    """Fit ``level + contact / n`` to squared errors by reweighted least squares.

    A square scatters in proportion to its own mean, so each is weighed by that. The level is
    then found anew for every lead from errors of similar leads, shape (leads,).
    """
    square, single = (errors.ratio - 1.0) ** 2, 1.0 / np.maximum(errors.contacts, 1.0)
    level, contact = _ASSUMED_DAYS, _ASSUMED_CONTACT
    for _ in range(_ROUNDS):
        worth = errors.weights / np.maximum(level + contact * single, _LEAST) ** 2
        level, contact = _line(square, single, worth)
    sums = np.zeros((2, leads + 1))
    for row, values in enumerate((worth * (square - contact * single), worth)):
        sums[row, 1:] = np.cumsum(np.bincount(errors.lead_days - 1, values, minlength=leads))
    lead = np.arange(1, leads + 1)
    first, last = (lead + 1) // 2 - 1, np.minimum(2 * lead, leads)
    missed, total = sums[:, last] - sums[:, first]
    found = np.where(total > 0, missed / np.where(total > 0, total, 1.0), level)
    return np.maximum(found, 0.0), contact


def _line(
    values: NDArray[np.float64], slopes: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[float, float]:
    """Return the intercept and the slope, both 0 or more, of a weighted least squares line."""
    total = weights.sum()
    at, height = weights @ slopes / total, weights @ values / total
    around = slopes - at
    spread = float(weights @ around**2)
    slope = float(weights @ (around * values)) / spread if spread > 0 else 0.0
    slope = float(np.clip(slope, 0.0, height / at))
    return float(height - slope * at), slope


def _levels(errors: HandlingErrors, variance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the levels of the gamma distribution below which the shares ``LEVELS`` came."""
    gamma = 1.0 / np.maximum(variance, _LEAST)
    level = gammainc(gamma, gamma * errors.ratio)
    order = np.argsort(level)
    weights = errors.weights[order]
    upto = (np.cumsum(weights) - weights / 2.0) / weights.sum()
    # As many days of equal weight would be as certain (Kish's effective sample size).
    days = errors.days() * weights.sum() ** 2 / (weights.size * (weights**2).sum())
    found = np.interp(widened(LEVELS, days), upto, level[order])
    return np.asarray(np.clip(found, 1e-3, 1.0 - 1e-3))
