"""The models that compete for every queue."""

from __future__ import annotations

from collections.abc import Sequence

from forecasting.day_level import DayLevel
from forecasting.growing import Growing
from forecasting.low_rank import LowRank
from forecasting.models import EwmaWeekday, Model, ProfileLevel, SeasonalNaive
from forecasting.series import Series
from forecasting.trees import Trees, installed
from scheduler.errors import Fault, InputError

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


def with_trees() -> tuple[Model, ...]:
    """Return the candidates and boosted trees, which cost seconds a queue and are asked for.

    Raises
    ------
    InputError
        scikit-learn, which grows the trees, is not installed.
    """
    if not installed():
        raise InputError(
            Fault(
                column="trees",
                expected="scikit-learn, which comes with: pip install 'callboard[trees]'",
                found="not installed",
            )
        )
    return (*CANDIDATES, Trees())


def offered(models: Sequence[Model], series: Series) -> tuple[Model, ...]:
    """Leave trees out where a queue has too short a past for them."""
    days = series.days_known()
    return tuple(
        each for each in models if not (isinstance(each, Trees) and days < each.offered_from_days)
    )
