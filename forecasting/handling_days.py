"""Handling times as days by slots of the day: the form in which their forecast sees them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import day_numbers, slot_numbers, slots_a_day
from forecasting.history import History

_PROFILE_HALF_LIFE_WEEKS = 8.0
# Contacts' worth of trust in the overall mean before a time of day is believed to differ.
PRIOR_CONTACTS = 200.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HandlingDays:
    """Contacts of known handling time, and the seconds they took.

    Attributes
    ----------
    contacts, seconds
        Shape (days, slots) for consecutive dates; 0 where no handling time is known.
    """

    contacts: NDArray[np.float64]
    seconds: NDArray[np.float64]

    @classmethod
    def of(cls, history: History, queue: str) -> HandlingDays:
        """Lay out what a history knows of a queue."""
        one = history.select(queue)
        contacts = np.where(np.isnan(one.handled[0]), one.offered[0], one.handled[0])
        known = (one.aht_s[0] > 0) & (contacts > 0)
        rows, slots = day_numbers(history.grid)[known], slot_numbers(history.grid)[known]
        table = np.zeros((2, int(day_numbers(history.grid)[-1]) + 1, slots_a_day(history.grid)))
        # The hour that comes twice in autumn shares its slots.
        np.add.at(table[0], (rows, slots), contacts[known])
        np.add.at(table[1], (rows, slots), (contacts * one.aht_s[0])[known])
        return cls(contacts=table[0], seconds=table[1])

    @property
    def ages(self) -> NDArray[np.int64]:
        """Age of every row in days, 0 for the last, shape (days,)."""
        return np.arange(self.contacts.shape[0])[::-1]

    def weights(self, half_life_weeks: float) -> NDArray[np.float64]:
        """Return what every day counts that is half forgotten after some weeks."""
        return np.asarray(0.5 ** (self.ages / 7.0 / half_life_weeks))

    def rows(self, first: int, count: int) -> HandlingDays:
        """Return some consecutive rows."""
        return HandlingDays(
            contacts=self.contacts[first : first + count],
            seconds=self.seconds[first : first + count],
        )

    def profile(self) -> NDArray[np.float64]:
        """Return each slot's mean over the queue's, drawn to 1 by few contacts, shape (slots,).

        The mean is weighted by contacts, the older ones less.
        """
        weights = self.weights(_PROFILE_HALF_LIFE_WEEKS)
        contacts, seconds = weights @ self.contacts, weights @ self.seconds
        overall = seconds.sum() / contacts.sum()
        by_slot = (seconds / overall + PRIOR_CONTACTS) / (contacts + PRIOR_CONTACTS)
        return np.asarray(by_slot)
