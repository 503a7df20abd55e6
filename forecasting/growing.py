"""A queue that grows: days without their growth, forecast as others are, and grown again."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from forecasting.day_level import DayLevel
from forecasting.grid import TimeGrid
from forecasting.growth import Growth
from forecasting.models import Fitted
from forecasting.series import Series


def _steady() -> DayLevel:
    return DayLevel(name="steady days + calendar", wander=0.003)


@dataclass(frozen=True, slots=True, kw_only=True)
class Growing:
    """The level of a day as another model sees it, times a growth that fades within a year.

    Attributes
    ----------
    days
        What forecasts the days from which the growth has been taken.
    """

    name: str = "growing days + calendar"
    adaptive: bool = True
    usual_error: float = 0.9
    days: DayLevel = field(default_factory=_steady)

    def fit(self, past: Series) -> _FittedGrowth:
        """Learn the growth, take it out, and learn the rest."""
        record = past.record
        growth = Growth.learn(record.table.days, record.table.weekdays, record.totals)
        level = record.totals / growth.factor(record.table.days)
        return _FittedGrowth(growth=growth, rest=self.days.learn(record.with_totals(level)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _FittedGrowth:
    """A growth, and a model of the days at the level of the origin."""

    growth: Growth
    rest: Fitted

    def predict(self, grid: TimeGrid) -> NDArray[np.float64]:
        """Return the mean contacts per usual, fully open interval."""
        days, day = np.unique(grid.local_dates, return_inverse=True)
        return np.asarray(self.rest.predict(grid) * self.growth.factor(days)[day])
