"""How many contacts to expect: one protocol, few models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from forecasting.day_table import Weekly, completed
from forecasting.grid import TimeGrid, slot_numbers, weekdays_of
from forecasting.profile import over_the_day
from forecasting.series import Series


class Fitted(Protocol):
    """What a model learned from one series."""

    def predict(self, grid: TimeGrid) -> NDArray[np.float64]:
        """Return the mean contacts per usual, fully open interval, shape (intervals,).

        The grid has the zone and the interval of the series and starts at or after its end.
        """
        ...


class Model(Protocol):
    """A way to learn from a series; everything it may use lies before the forecast's origin."""

    @property
    def name(self) -> str:
        """The name that reports show."""
        ...

    @property
    def adaptive(self) -> bool:
        """Whether the model follows a level that moved within few weeks."""
        ...

    @property
    def usual_error(self) -> float:
        """How much it errs on most queues, as a multiple of the error of ``EwmaWeekday``."""
        ...

    def fit(self, past: Series) -> Fitted:
        """Learn from a series; the origin is the end of its grid."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonalNaive:
    """The last known value of the same weekday and slot."""

    name: str = "seasonal naive"
    adaptive: bool = True
    usual_error: float = 1.3

    def fit(self, past: Series) -> Fitted:
        """Keep the last known week."""
        table = past.table
        weekly = np.full((7, table.rate.shape[1]), np.nan)
        for weekday in range(7):
            same = table.rate[table.weekdays == weekday][::-1]
            if same.size:
                last = np.argmax(~np.isnan(same), axis=0)
                weekly[weekday] = np.take_along_axis(same, last[np.newaxis], axis=0)[0]
        return _EveryWeek(completed(weekly))


@dataclass(frozen=True, slots=True, kw_only=True)
class EwmaWeekday:
    """The mean of the same weekday and slot, in which a week counts less the older it is.

    Attributes
    ----------
    half_life_weeks
        Age at which a day counts half as much as a new one.
    """

    name: str = "ewma weekday"
    adaptive: bool = True
    usual_error: float = 1.0
    half_life_weeks: float = 4.0

    def fit(self, past: Series) -> Fitted:
        """Average the past of every weekday and slot."""
        table = past.table
        return _EveryWeek(completed(table.weekly_mean(self.half_life_weeks)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileLevel:
    """A level for the day times a profile of the weekday.

    The square root of the day's contacts, whose variance hardly depends on their number, is
    the mean of its weekday plus a deviation that fades from day to day as a first-order
    autoregression. The two-way idea is that of Weinberg, Brown & Stroud (2007), "Bayesian
    forecasting of an inhomogeneous Poisson process with applications to call center data",
    Journal of the American Statistical Association 102 (480).

    Attributes
    ----------
    half_life_weeks
        Age at which a day counts half in the weekday's mean level.
    """

    name: str = "profile level"
    adaptive: bool = False
    usual_error: float = 0.95
    half_life_weeks: float = 8.0

    def fit(self, past: Series) -> Fitted:
        """Learn weekday levels and how fast a deviation fades."""
        table, totals = past.table, past.record.totals
        known = ~np.isnan(totals)
        weights = 0.5 ** (table.age_weeks / self.half_life_weeks)
        level = np.full(7, np.nan)
        for weekday in np.unique(table.weekdays[known]):
            same = known & (table.weekdays == weekday)
            level[weekday] = np.average(np.sqrt(totals[same]), weights=weights[same])
        deviation = np.sqrt(totals[known]) - level[table.weekdays[known]]
        fade, variance = autoregression(deviation, weights[known])
        return _FadingLevel(
            level=level,
            profile=past.record.profile,
            last_day=table.days[known][-1] if known.any() else table.days[-1],
            deviation=float(deviation[-1]) if deviation.size else 0.0,
            fade=fade,
            variance=variance,
            elsewhere=completed(table.weekly_mean(self.half_life_weeks)),
        )


@dataclass(frozen=True, slots=True)
class _EveryWeek:
    """The same week again and again."""

    weekly: Weekly

    def predict(self, grid: TimeGrid) -> NDArray[np.float64]:
        values: NDArray[np.float64] = self.weekly[grid.weekdays, slot_numbers(grid)]
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class _FadingLevel:
    """Weekday levels and profiles, and a last deviation that fades.

    ``level`` has shape (7,) and is NaN on weekdays never seen, ``profile`` and ``elsewhere``
    (what to expect on weekdays and slots never seen) have shape (7, slots); ``variance`` is
    that of a day's deviation, in contacts.
    """

    level: NDArray[np.float64]
    profile: Weekly
    last_day: np.datetime64
    deviation: float
    fade: float
    variance: float
    elsewhere: Weekly

    def predict(self, grid: TimeGrid) -> NDArray[np.float64]:
        days = np.unique(grid.local_dates)
        weekdays = weekdays_of(days)
        fading = self.fade ** self._open_days_since(days)
        root = np.maximum(self.level[weekdays] + fading * self.deviation, 0.0)
        # The mean of a square is the square of the mean plus the variance left at that lead.
        totals = root**2 + self.variance * (1.0 - fading**2)
        return over_the_day(grid, totals, self.profile, self.elsewhere)

    def _open_days_since(self, days: NDArray[np.datetime64]) -> NDArray[np.int64]:
        return open_days_since(self.last_day, days, ~np.isnan(self.level))


def open_days_since(
    last: np.datetime64, days: NDArray[np.datetime64], usual: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Count the days of usual weekdays, shape (7,), after a date up to each of some days."""
    if not usual.any():
        return np.ones(days.size, dtype=np.int64)
    one = np.timedelta64(1, "D")
    return np.busday_count(last + one, days + one, weekmask=usual)


def autoregression(
    deviation: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[float, float]:
    """Return the lag-one coefficient, from 0 to 0.95, and the variance of deviations."""
    if deviation.size < 2 or not deviation.any():
        return 0.0, 0.0
    together = np.sum(weights[1:] * deviation[1:] * deviation[:-1])
    before = np.sum(weights[1:] * deviation[:-1] ** 2)
    fade = float(np.clip(together / before, 0.0, 0.95)) if before > 0 else 0.0
    return fade, float(np.average(deviation**2, weights=weights))
