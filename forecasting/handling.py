"""How long contacts will take: handling time by time of day, with its range."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import TimeGrid, slot_numbers
from forecasting.handling_days import PRIOR_CONTACTS, HandlingDays
from forecasting.handling_range import HandlingErrors, HandlingRange
from forecasting.history import History
from forecasting.spread import LEVELS

# A level that is always believed at first, and the others: half-life in weeks, with a trend or not.
_LEVELS = ((4.0, False), (1.0, False), (13.0, False), (4.0, True))
# One that erred so much less, by the square, replaces the first.
_CLEARLY_LESS = 0.97
_TREND_HALF_LIFE_WEEKS = 8.0
# A trend goes on for weeks, not for years: after so many days half of its strength is left.
_DAMPED_DAYS = 28.0
_LONGEST_TRIAL = 28
_MOST_TRIALS = 26
_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HandlingTime:
    """Handling time to expect of one queue.

    Attributes
    ----------
    mean_s
        Seconds, shape (intervals,).
    quantiles_s
        Seconds that the mean over an interval's contacts does not exceed with the
        probabilities of :data:`~forecasting.spread.LEVELS`, shape (levels, intervals).
    """

    mean_s: NDArray[np.float64]
    quantiles_s: NDArray[np.float64]

    @classmethod
    def stated(cls, aht_s: float, intervals: int) -> HandlingTime:
        """Return a handling time that somebody stated: without a range, for none is known."""
        mean_s = np.full(intervals, float(aht_s))
        return cls(mean_s=mean_s, quantiles_s=np.tile(mean_s, (len(LEVELS), 1)))

    @classmethod
    def assumed(cls, mean_s: NDArray[np.float64], expected: NDArray[np.float64]) -> HandlingTime:
        """Return a handling time whose range nobody has measured yet.

        Parameters
        ----------
        mean_s
            Seconds, shape (intervals,).
        expected
            Contacts expected, shape (intervals,).
        """
        spread = HandlingRange.learn(HandlingErrors.pool([]), 1)
        lead_days = np.ones(mean_s.size, dtype=np.int64)
        return cls(mean_s=mean_s, quantiles_s=spread.quantiles(mean_s, expected, lead_days))


def handling_time(
    history: History, queue: str, grid: TimeGrid, expected: NDArray[np.float64]
) -> HandlingTime | None:
    """Forecast the handling time of a queue; None where the history knows none.

    Every known interval counts by its handled contacts (offered ones where these are unknown).
    The time of day has a profile that is drawn to the queue's mean where contacts are few. Its
    level is a mean in which days count less the older they are, perhaps with a trend that
    fades; how fast days age is what erred least at past origins, and the range rests on the
    errors that this choice made there.

    Parameters
    ----------
    history
        The past.
    queue
        Name of the queue.
    grid
        The intervals to forecast, as long as those of the history and after them.
    expected
        Contacts expected in them, shape (intervals,): the mean over few contacts varies more.
    """
    days = HandlingDays.of(history, queue)
    if not days.contacts.any():
        return None
    lead_days = (grid.local_dates - history.grid.local_dates[-1]).astype(np.int64)
    errors, choice = _rehearsed(days, int(min(lead_days[-1], _LONGEST_TRIAL)))
    profile = days.profile()
    level = _level(days, profile, *_LEVELS[choice], lead_days)
    mean_s = level * profile[slot_numbers(grid)]
    spread = HandlingRange.learn(errors, int(lead_days[-1]))
    return HandlingTime(mean_s=mean_s, quantiles_s=spread.quantiles(mean_s, expected, lead_days))


def borrowed_seconds(
    history: History, queue: str, lender: str, usual_aht_s: float | None
) -> NDArray[np.float64] | None:
    """Return the handling time of a queue with little history by slot of the day, in seconds.

    The mean of its own contacts is drawn by few of them to the stated one, or to that of the
    lending queue where none is stated; the profile over the day is the lender's. None where
    nothing tells any of it.

    Parameters
    ----------
    history
        The past of both queues.
    queue, lender
        Their names; ``lender`` is empty where no single queue lends.
    usual_aht_s
        As stated, above 0; None where it is not.
    """
    own = HandlingDays.of(history, queue)
    lent = HandlingDays.of(history, lender) if lender else own
    usual = usual_aht_s
    if usual is None and lent.contacts.any():
        usual = float(lent.seconds.sum() / lent.contacts.sum())
    if usual is None or not usual > 0:
        return None
    contacts = own.contacts.sum()
    mean = (own.seconds.sum() + PRIOR_CONTACTS * usual) / (contacts + PRIOR_CONTACTS)
    profile = lent.profile() if lent.contacts.any() else np.ones(own.contacts.shape[1])
    return np.asarray(mean * profile)


def _level(
    days: HandlingDays,
    profile: NDArray[np.float64],
    half_life_weeks: float,
    trend: bool,
    lead_days: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the level to expect of some leads, in seconds, shape (leads,)."""
    seconds, worth = days.seconds.sum(axis=1), days.contacts @ profile
    level = days.weights(half_life_weeks) @ seconds / (days.weights(half_life_weeks) @ worth)
    if not trend:
        return np.full(lead_days.size, level)
    known = worth > 0
    age = days.ages[known].astype(np.float64)
    log_level = np.log(np.maximum(seconds[known] / worth[known], 1e-3 * level))
    weights = days.weights(_TREND_HALF_LIFE_WEEKS)[known] * worth[known]
    around = age - np.average(age, weights=weights)
    spread = float(weights @ around**2)
    slope = -float(weights @ (around * log_level)) / spread if spread > 0 else 0.0
    # The mean of the level lies as far back as the mean of its weights.
    weights = days.weights(half_life_weeks)[known] * worth[known]
    behind = float(weights @ age / weights.sum())
    onwards = _DAMPED_DAYS * (1.0 - np.exp(-lead_days / _DAMPED_DAYS))
    moved = np.clip(slope * (behind + onwards), -0.5, 0.5)
    return np.asarray(level * np.exp(moved))


def _rehearsed(days: HandlingDays, horizon: int) -> tuple[HandlingErrors, int]:
    """Try all levels at past origins; return the errors of the choice, and what it is now."""
    size = days.ages.size
    first = int(np.argmax(days.contacts.any(axis=1)))
    origins = list(range(size - horizon, first + _WEEK - 1, -_WEEK))[:_MOST_TRIALS][::-1]
    lead = np.arange(1, horizon + 1)
    square = np.zeros((len(origins), len(_LEVELS), horizon))
    parts = []
    for number, origin in enumerate(origins):
        past, came = days.rows(0, origin), days.rows(origin, horizon)
        profile = past.profile()
        choice = _choice(origins[:number], square[:number], origin)
        for candidate, level in enumerate(_LEVELS):
            expected = _level(past, profile, *level, lead)[:, np.newaxis] * profile
            missed = came.seconds.sum(axis=1) - (came.contacts * expected).sum(axis=1)
            # A day's error in seconds a contact weighs as much as the day has contacts.
            square[number, candidate] = missed**2 / np.maximum(came.contacts.sum(axis=1), 1.0)
            if candidate == choice:
                parts.append(HandlingErrors.of(came, expected, number, size - 1 - origin))
    return HandlingErrors.pool(parts), _choice(origins, square, size)


def _choice(origins: list[int], square: NDArray[np.float64], now: int) -> int:
    """Return the number of the level that erred least, as far as that was known by a day."""
    total = np.zeros(len(_LEVELS))
    for origin, each in zip(origins, square, strict=True):
        total += each[:, : max(now - origin, 0)].sum(axis=1)
    best = int(np.argmin(total))
    return best if total[best] < _CLEARLY_LESS * total[0] else 0
