"""The models that compete for every queue."""

from __future__ import annotations

from forecasting.day_level import DayLevel
from forecasting.growing import Growing
from forecasting.low_rank import LowRank
from forecasting.models import EwmaWeekday, Model, ProfileLevel, SeasonalNaive

CANDIDATES: tuple[Model, ...] = (
    SeasonalNaive(),
    EwmaWeekday(),
    ProfileLevel(),
    LowRank(),
    LowRank(name="low rank + calendar", calendar=True),
    DayLevel(name="steady days", calendar=False),
    DayLevel(name="steady days + calendar", usual_error=0.9),
    DayLevel(name="moving days", wander=0.03, trend=0.002, calendar=False),
    DayLevel(name="moving days + calendar", wander=0.03, trend=0.002, usual_error=0.9),
    Growing(),
)
"""From the simplest, which only measures the others, to those that know the calendar."""
