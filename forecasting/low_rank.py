"""Few shapes of a day, each with a size that fades from day to day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.calendar_terms import month_terms
from forecasting.day_record import DayRecord
from forecasting.day_table import DayTable, Weekly, completed
from forecasting.grid import TimeGrid, slot_numbers, weekdays_of
from forecasting.models import autoregression, open_days_since
from forecasting.series import Series

_BASE_HALF_LIFE_WEEKS = 26.0
# Ridge penalties, in units of a shape's own variance: a weekday's mean is nearly free, effects
# of the month are expected to be about as large as the noise, those of days off larger.
_WEEKDAY, _MONTH, _OFF_DAY = 0.01, 1.0, 1.0 / 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LowRank:
    """Square-root counts as a weekday's mean plus a few shapes of varying size.

    The shapes are the first singular vectors of the deviations from the weekdays' means. The
    size of each is a regression on the weekday, and where asked on the place in the month and
    days off, plus a first-order autoregression (Shen & Huang 2008, "Interday forecasting and
    intraday updating of call center arrivals", Manufacturing & Service Operations Management
    10 (3)).

    Attributes
    ----------
    shapes
        Number of shapes.
    calendar
        Whether the place in the month and days off matter.
    half_life_weeks
        Age at which a day counts half in the regression.
    """

    name: str = "low rank"
    adaptive: bool = False
    usual_error: float = 0.95
    shapes: int = 4
    calendar: bool = False
    half_life_weeks: float = 16.0

    def fit(self, past: Series) -> _FittedShapes:
        """Find the shapes and how their sizes behave."""
        record = past.record
        table = record.table.without(record.odd)
        roots = DayTable(days=table.days, rate=np.sqrt(table.rate))
        base = completed(roots.weekly_mean(_BASE_HALF_LIFE_WEEKS))
        used = np.flatnonzero(~np.isnan(record.totals))
        around = np.nan_to_num(roots.rate[used] - base[table.weekdays[used]])
        # The singular vectors of the deviations, from the smaller matrix of their products.
        shapes = np.linalg.eigh(around.T @ around)[1][:, : -self.shapes - 1 : -1]
        sizes = around @ shapes
        weights = 0.5 ** (table.age_weeks[used] / self.half_life_weeks)
        terms, penalty = self._terms(record, table.days[used])
        effect = _ridge(terms, sizes, weights, penalty)
        left = sizes - terms @ effect
        fades = [autoregression(size, weights)[0] for size in left.T]
        error = around - (terms @ effect) @ shapes.T
        return _FittedShapes(
            model=self,
            record=record,
            base=base,
            shapes=shapes,
            effect=effect,
            fades=np.array(fades),
            last=left[-1] if used.size else np.zeros(shapes.shape[1]),
            last_day=table.days[used[-1]] if used.size else table.days[-1],
            variance=np.average(error**2, axis=0, weights=weights) if used.size else base[0],
            elsewhere=completed(past.table.weekly_mean(self.half_life_weeks)),
        )

    def _terms(
        self, record: DayRecord, days: NDArray[np.datetime64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the regressors of days, shape (days, terms), and each one's penalty."""
        terms = [weekdays_of(days)[:, np.newaxis] == np.arange(7)]
        penalties = [np.full(7, _WEEKDAY)]
        if self.calendar:
            terms += [month_terms(days), record.effects(days)]
            penalties += [np.full(terms[1].shape[1], _MONTH), np.full(terms[2].shape[1], _OFF_DAY)]
        return np.column_stack(terms).astype(np.float64), np.concatenate(penalties)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _FittedShapes:
    """Shapes (slots, shapes), the effects on their sizes and what is left of the last day."""

    model: LowRank
    record: DayRecord
    base: Weekly
    shapes: NDArray[np.float64]
    effect: NDArray[np.float64]
    fades: NDArray[np.float64]
    last: NDArray[np.float64]
    last_day: np.datetime64
    variance: NDArray[np.float64]
    elsewhere: Weekly

    def predict(self, grid: TimeGrid) -> NDArray[np.float64]:
        """Return the mean contacts per usual, fully open interval."""
        days, day = np.unique(grid.local_dates, return_inverse=True)
        lead = open_days_since(self.last_day, days, self.record.usual_weekdays)
        sizes = self.model._terms(self.record, days)[0] @ self.effect
        sizes += self.fades ** lead[:, np.newaxis] * self.last
        roots = np.maximum(self.base[weekdays_of(days)] + sizes @ self.shapes.T, 0.0)
        # The mean of a square is the square of the mean plus the variance.
        rate = (roots**2 + self.variance)[day, slot_numbers(grid)]
        seen = ~np.isnan(self.record.profile)[grid.weekdays, slot_numbers(grid)]
        return np.where(seen, rate, self.elsewhere[grid.weekdays, slot_numbers(grid)])


def _ridge(
    terms: NDArray[np.float64],
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    penalty: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the coefficients, shape (terms, values), of a weighted ridge regression."""
    weighted = terms.T * weights
    gram = weighted @ terms + np.diag(penalty)
    return np.asarray(np.linalg.solve(gram, weighted @ values), dtype=np.float64)
