"""The past lived again: every model, the combination and the choice, from origin to origin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from forecasting.automatic import Ledger, Verdict
from forecasting.models import Model
from forecasting.past_errors import Errors
from forecasting.series import Series
from forecasting.trials import Trial, run_trials


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rehearsal:
    """Trials in order, and what each competitor expected of them at the time.

    Attributes
    ----------
    trials
        Oldest first.
    expected
        One array a trial, shape (models + 2, intervals): the models, then the combination,
        then the automatic choice.
    ledger
        All errors, for verdicts.
    """

    trials: tuple[Trial, ...]
    expected: tuple[NDArray[np.float64], ...]
    ledger: Ledger

    @classmethod
    def of(
        cls, series: Series, models: Sequence[Model], origins: Iterable[date], days: int
    ) -> Rehearsal:
        """Try models at some origins.

        Parameters
        ----------
        series
            The past.
        models
            The competitors.
        origins
            First dates of the trials, rising.
        days
            Length of every trial.
        """
        ledger = Ledger(models, days)
        trials = run_trials(series, models, origins, days)
        return cls(
            trials=tuple(trials),
            expected=tuple(ledger.enter(trial) for trial in trials),
            ledger=ledger,
        )

    def verdict(self, day: date) -> Verdict:
        """Judge the models by the errors known at local midnight of a date."""
        return self.ledger.verdict(day)

    def errors(self, day: date, competitor: int) -> Errors:
        """Pool a competitor's errors that were known at local midnight of a date."""
        parts = [
            _errors(number, trial, expected[competitor], day)
            for number, (trial, expected) in enumerate(zip(self.trials, self.expected, strict=True))
            if trial.origin < day
        ]
        return Errors.pool(parts)


def _errors(number: int, trial: Trial, expected: NDArray[np.float64], day: date) -> Errors:
    known = trial.known_at(day)
    lead_days = trial.lead_days[known]
    return Errors(
        trial=np.full(lead_days.size, number),
        lead_days=lead_days,
        slots=trial.slots[known],
        expected=expected[known],
        observed=trial.observed[known],
        age_days=(day - trial.origin).days + 1 - lead_days,
    )
