"""What was expected and what came, pooled over past trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

# Errors of calm months say little about restless ones: after six weeks they count half.
HALF_LIFE_DAYS = 42.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Errors:
    """Errors of one competitor, one an interval.

    Attributes
    ----------
    trial
        Number of the trial, shape (n,).
    lead_days
        Lead in days from 1, shape (n,).
    slots
        Slot of the day, shape (n,).
    expected, observed
        Contacts, shape (n,).
    age_days
        Days that have passed since, shape (n,).
    """

    trial: NDArray[np.int64]
    lead_days: NDArray[np.int64]
    slots: NDArray[np.int64]
    expected: NDArray[np.float64]
    observed: NDArray[np.float64]
    age_days: NDArray[np.int64]

    @classmethod
    def pool(cls, parts: Sequence[Errors]) -> Errors:
        """Return the errors of several trials together."""
        if not parts:
            whole = np.zeros(0, dtype=np.int64)
            return cls(
                trial=whole,
                lead_days=whole,
                slots=whole,
                expected=np.zeros(0),
                observed=np.zeros(0),
                age_days=whole,
            )
        return cls(
            **{
                each.name: np.concatenate([getattr(part, each.name) for part in parts])
                for each in fields(cls)
            }
        )

    def only(self, some: NDArray[np.bool_]) -> Errors:
        """Return a part of the errors, those where an array of shape (n,) is true."""
        return Errors(**{each.name: getattr(self, each.name)[some] for each in fields(self)})

    def days(self) -> int:
        """Return the number of days that were forecast."""
        leads = int(self.lead_days.max(initial=0)) + 1
        return int(np.unique(self.trial * leads + self.lead_days).size)

    @property
    def weights(self) -> NDArray[np.float64]:
        """What each error counts, the less the older it is, shape (n,)."""
        return np.asarray(0.5 ** (self.age_days / HALF_LIFE_DAYS))
