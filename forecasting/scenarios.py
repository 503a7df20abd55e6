"""Days that might come: the forecast's means with the errors of whole past days laid over."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from forecasting.counts import probability, quantile
from forecasting.past_errors import Errors
from forecasting.spread import LEAST_DAYS, Spread

# Where too few days are on record: parts of an interval's error that its week and its day share.
_ASSUMED_WEEK, _ASSUMED_DAY = 0.4, 0.4
_ASSUMED_TRIALS = 50


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scenarios:
    """What is needed to draw days of one queue that might come.

    Past errors are kept as probabilities: how much of the forecast distribution lay below what
    came. Whole days of them, and days that followed each other, are laid over the days to
    come, so that the intervals of a day move together as they did, and days too (a block
    bootstrap; Künsch 1989, "The jackknife and the bootstrap for general stationary
    observations", Annals of Statistics 17).

    Attributes
    ----------
    below, upto
        Probabilities of fewer than and of at most what came, shape (trials, days, slots),
        without gaps.
    expected
        Means to come, shape (intervals,).
    excess
        See :func:`~forecasting.counts.excess_of`, shape (intervals,).
    day, slots
        Number of the day to come from 0, and slot of the day, shape (intervals,).
    factor
        What counts are multiplied by in a what-if.
    """

    below: NDArray[np.float64]
    upto: NDArray[np.float64]
    expected: NDArray[np.float64]
    excess: NDArray[np.float64]
    day: NDArray[np.int64]
    slots: NDArray[np.int64]
    factor: float = 1.0

    def scaled(self, factor: float) -> Scenarios:
        """Return scenarios of a what-if: all counts times a factor."""
        return replace(self, factor=self.factor * factor)

    def draw(
        self, count: int, blocks: np.random.Generator, noise: np.random.Generator
    ) -> NDArray[np.float64]:
        """Draw contacts of every interval, shape (count, intervals).

        Parameters
        ----------
        count
            Number of scenarios.
        blocks
            Chooses which past days are laid over which; queues that are given generators in
            the same state get the same past days, as far as these were tried alike.
        noise
            Chooses where a small count lies within what it may stand for.
        """
        trials, days, _ = self.below.shape
        spans = int(self.day.max(initial=0)) // days + 1
        trial = np.floor(blocks.random((count, spans)) * trials).astype(np.int64)
        shift = np.floor(blocks.random((count, spans)) * days).astype(np.int64)
        span, within = self.day // days, self.day % days
        lead = (within + shift[:, span]) % days
        place = (trial[:, span], lead, self.slots)
        low, high = self.below[place], self.upto[place]
        levels = low + (high - low) * noise.random(low.shape)
        drawn = quantile(np.clip(levels, 1e-4, 1.0 - 1e-4), self.expected, self.excess)
        return np.where(self.expected > 0, np.rint(drawn) * self.factor, 0.0)


def make_scenarios(
    errors: Errors,
    spread: Spread,
    expected: NDArray[np.float64],
    lead_days: NDArray[np.int64],
    slots: NDArray[np.int64],
    slots_a_day: int,
) -> Scenarios:
    """Prepare scenarios of one queue.

    Parameters
    ----------
    errors, spread
        Past errors and what was learned from them.
    expected, lead_days, slots
        Means, leads in days from 1 and slots of the intervals to come.
    slots_a_day
        Number of slots.
    """
    enough = errors.days() >= LEAST_DAYS and bool((errors.expected > 0).any())
    below, upto = _past_days(errors, spread, slots_a_day) if enough else _assumed(slots_a_day)
    return Scenarios(
        below=below,
        upto=upto,
        expected=expected,
        excess=spread.excess[lead_days - 1],
        day=lead_days - int(lead_days.min(initial=1)),
        slots=slots,
    )


def _past_days(
    errors: Errors, spread: Spread, slots_a_day: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    use = errors.only(errors.expected > 0)
    trials, trial = np.unique(use.trial, return_inverse=True)
    excess = spread.excess[np.minimum(use.lead_days, spread.excess.size) - 1]
    bounds = probability(use.observed, use.expected, excess)
    whole = []
    for bound in bounds:
        cells = np.full((trials.size, int(use.lead_days.max()), slots_a_day), np.nan)
        cells[trial, use.lead_days - 1, use.slots] = bound
        whole.append(_filled(cells))
    return whole[0], whole[1]


def _filled(cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fill gaps from the nearest slot of the day, days without any from the nearest day."""
    trials, days, slots = cells.shape
    flat = cells.reshape(trials * days, slots)
    empty = np.isnan(flat).all(axis=1)
    flat[~empty] = _from_nearest(flat[~empty])
    full = flat.reshape(trials, days, slots)
    kept = ~empty.reshape(trials, days)
    for trial in range(trials):
        known = np.flatnonzero(kept[trial])
        nearest = np.abs(np.arange(days)[:, np.newaxis] - known).argmin(axis=1)
        full[trial] = full[trial, known[nearest]]
    return full


def _from_nearest(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fill NaN from the nearest known value of each row; every row has one."""
    known = ~np.isnan(rows)
    place = np.arange(rows.shape[1])
    before = np.maximum.accumulate(np.where(known, place, -1), axis=1)
    after = np.minimum.accumulate(np.where(known, place, rows.shape[1])[:, ::-1], axis=1)[:, ::-1]
    use_after = (before < 0) | ((after < rows.shape[1]) & (after - place < place - before))
    return np.take_along_axis(rows, np.where(use_after, after, before), axis=1)


def _assumed(slots_a_day: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return weeks whose days and intervals share most of their error."""
    # The seed only fixes an assumption: which past days are laid over which is drawn later.
    rng = np.random.default_rng(0)
    week = rng.standard_normal((_ASSUMED_TRIALS, 1, 1))
    day = rng.standard_normal((_ASSUMED_TRIALS, 7, 1))
    own = rng.standard_normal((_ASSUMED_TRIALS, 7, slots_a_day))
    alone = 1.0 - _ASSUMED_WEEK - _ASSUMED_DAY
    error = np.sqrt(_ASSUMED_WEEK) * week + np.sqrt(_ASSUMED_DAY) * day + np.sqrt(alone) * own
    levels = np.asarray(ndtr(error))
    return levels, levels
