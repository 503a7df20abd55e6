"""Which model to believe: the choice by errors made in the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from forecasting.day_table import ratio
from forecasting.models import Model
from forecasting.past_errors import HALF_LIFE_DAYS
from forecasting.trials import Trial

COMBINATION = "combination"
AUTOMATIC = "automatic"
# Rounding leaves so much of nothing.
_NOTHING = 1e-9
# Below so many contacts an interval the absolute error rewards a forecast of too few; whole
# days are compared instead.
_FEW_CONTACTS = 5.0
# How models do on other queues counts like so many days of a queue's own past: two or three
# weeks may agree by luck.
_TRUST_DAYS = 60.0
# A model that erred so much more than the best is no member of the combination: the members
# resemble each other too much for a poor one to balance a good one.
_STILL_A_MEMBER = 1.03
# A single model is chosen where it erred so much less than the combination.
_CLEARLY_LESS = 0.95


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verdict:
    """What the errors known at some moment say about every lead.

    Attributes
    ----------
    names
        Of the models, then the combination.
    weights
        Of the models in the combination, shape (models, leads); each lead sums to one.
    chosen
        Number of the model, or of the combination, that is believed, shape (leads,).
    errors
        Past error as a share of the contacts, recent ones foremost, shape (models + 1, leads);
        NaN where unknown.
    days
        Days of past trials that a lead's errors rest on, shape (leads,).
    """

    names: tuple[str, ...]
    weights: NDArray[np.float64]
    chosen: NDArray[np.int64]
    errors: NDArray[np.float64]
    days: NDArray[np.int64]

    def judge(
        self, expected: NDArray[np.float64], lead_days: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Add the combination and the choice to what the models expect.

        Parameters
        ----------
        expected
            Contacts, shape (models, intervals).
        lead_days
            Lead of every interval in days, from 1, shape (intervals,); a lead beyond those
            tried is judged as the longest.

        Returns
        -------
        Contacts, shape (models + 2, intervals).
        """
        at = np.minimum(lead_days, self.chosen.size) - 1
        expected = np.where(expected > _NOTHING, expected, 0.0)
        combined = (self.weights[:, at] * expected).sum(axis=0)
        every = np.vstack([expected, combined])
        chosen = every[self.chosen[at], np.arange(at.size)]
        return np.vstack([every, chosen])


class Ledger:
    """The errors of models in past trials, from which verdicts are drawn.

    Parameters
    ----------
    models
        The models that were tried.
    days
        The longest lead.
    """

    def __init__(self, models: Sequence[Model], days: int) -> None:
        self._names = (*(model.name for model in models), COMBINATION)
        self._adaptive = np.array([model.adaptive for model in models])
        usual = [model.usual_error for model in models]
        self._usual = np.array([*usual, min(usual)])
        self._entries: list[tuple[date, _Sums]] = []
        self._days = days

    def enter(self, trial: Trial) -> NDArray[np.float64]:
        """Enter a trial, later than those before it.

        Returns
        -------
        What the models, the combination and the choice expected of it, from nothing but
        errors known at its origin, shape (models + 2, intervals).
        """
        expected = self.verdict(trial.origin).judge(trial.expected, trial.lead_days)
        self._entries.append((trial.origin, _Sums.of(trial, expected[:-1], self._days)))
        return expected

    def verdict(self, day: date) -> Verdict:
        """Judge every lead by the errors known at local midnight of a date."""
        total = _Sums.zero(len(self._names), self._days)
        for origin, sums in self._entries:
            total.add(sums, (day - origin).days)
        errors, days = total.near_errors()
        believed = self._believed(errors, days)
        best = np.argmin(believed, axis=0)
        together = len(self._names) - 1
        clear = believed.min(axis=0) < _CLEARLY_LESS * believed[together]
        return Verdict(
            names=self._names,
            weights=self._weights(believed[:-1]),
            chosen=np.where(clear, best, together),
            errors=errors,
            days=days,
        )

    def _believed(
        self, errors: NDArray[np.float64], days: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return errors relative to each other, drawn towards the usual ones."""
        usual = self._usual[:, np.newaxis]
        seen = (days > 0) & ~np.isnan(errors[0])
        mean = np.where(seen, np.maximum(errors[:-1].mean(axis=0), _NOTHING), 1.0)
        own = np.where(seen, errors / mean * usual[:-1].mean(), usual)
        return np.asarray((days * own + _TRUST_DAYS * usual) / (days + _TRUST_DAYS))

    def _weights(self, errors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return weights ``1 / error²`` of those near the best, shape (models, leads).

        One adaptive model at least is a member: where the level moves, means of the past
        would all be wrong together.
        """
        member = errors <= _STILL_A_MEMBER * errors.min(axis=0)
        if self._adaptive.any():
            adaptive = np.where(self._adaptive[:, np.newaxis], errors, np.inf)
            member |= adaptive == adaptive.min(axis=0)
        weights = member / np.maximum(errors, 1e-6) ** 2
        return np.asarray(weights / weights.sum(axis=0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sums:
    """Sums over trials by lead: errors of intervals and of days, contacts, intervals, days.

    All but the days, which tell how much is known, fade with age: a model that had yet to learn
    the calendar, or a level of last spring, says little about the model today.
    """

    by_interval: NDArray[np.float64]
    by_day: NDArray[np.float64]
    contacts: NDArray[np.float64]
    intervals: NDArray[np.float64]
    days: NDArray[np.float64]

    @classmethod
    def zero(cls, rows: int, leads: int) -> _Sums:
        return cls(
            by_interval=np.zeros((rows, leads)),
            by_day=np.zeros((rows, leads)),
            contacts=np.zeros(leads),
            intervals=np.zeros(leads),
            days=np.zeros(leads),
        )

    @classmethod
    def of(cls, trial: Trial, expected: NDArray[np.float64], leads: int) -> _Sums:
        def by_lead(values: NDArray[np.float64]) -> NDArray[np.float64]:
            sums = np.bincount(trial.lead_days - 1, weights=values, minlength=leads)
            return np.asarray(sums, dtype=np.float64)

        apart = expected - trial.observed
        intervals = by_lead(np.ones(trial.observed.size))
        return cls(
            by_interval=np.array([by_lead(row) for row in np.abs(apart)]),
            by_day=np.abs([by_lead(row) for row in apart]),
            contacts=by_lead(trial.observed),
            intervals=intervals,
            days=(intervals > 0).astype(np.float64),
        )

    def add(self, other: _Sums, known: int) -> None:
        """Add what had come after some days; the longer ago, the less it counts."""
        part = slice(0, max(known, 0))
        fading = 0.5 ** (known / HALF_LIFE_DAYS)
        for name in ("by_interval", "by_day", "contacts", "intervals"):
            getattr(self, name)[..., part] += fading * getattr(other, name)[..., part]
        self.days[part] += other.days[part]

    def near_errors(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return errors as a share of contacts, shape (rows, leads), and days behind them.

        Leads from half to twice a lead are pooled with it.
        """
        leads = np.arange(1, self.days.size + 1)
        first, last = (leads + 1) // 2 - 1, np.minimum(2 * leads, self.days.size)

        def near(values: NDArray[np.float64]) -> NDArray[np.float64]:
            start = np.zeros((*values.shape[:-1], 1))
            running = np.concatenate([start, np.cumsum(values, axis=-1)], axis=-1)
            return np.asarray(running[..., last] - running[..., first])

        contacts = near(self.contacts)
        few = contacts < _FEW_CONTACTS * near(self.intervals)
        missed = np.where(few, near(self.by_day), near(self.by_interval))
        errors = ratio(missed, np.broadcast_to(contacts, missed.shape))
        return errors, near(self.days).astype(np.int64)
