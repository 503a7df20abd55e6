"""The intraday profile: which share of a weekday's contacts comes in which slot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.day_table import DayTable, Weekly, ratio, shares
from forecasting.grid import TimeGrid, slot_numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileMemory:
    """How long a profile remembers, and how far it trusts few contacts.

    The shape of a weekday changes slowly, that of all days together (a campaign, the time of
    sunrise) faster: each has its own memory.

    Attributes
    ----------
    weekday_half_life_weeks, common_half_life_weeks
        Age at which a day counts half in the shape of its weekday and in the common change.
    prior
        Contacts' worth of trust in the shape common to all weekdays, and in no common change.
    spread_s
        Standard deviation, in seconds, of the bell over which neighbouring slots share what
        was learned.
    """

    weekday_half_life_weeks: float = 12.0
    common_half_life_weeks: float = 2.0
    prior: float = 100.0
    spread_s: float = 1800.0

    def learn(self, table: DayTable) -> Weekly:
        """Return each weekday's shares of its day, shape (7, slots).

        NaN where a weekday's slot was never seen; the others of a weekday sum to one.
        """
        weekly = table.weekly_mean(self.weekday_half_life_weeks)
        seen = ~np.isnan(weekly)
        common, profile = self._weekdays(table, weekly, seen)
        bell = smoothing_bell(seen.shape[1], self.spread_s * seen.shape[1] / 86_400.0)
        profile = common * _smooth(ratio(profile, common), bell)
        profile = shares(np.where(seen, np.nan_to_num(profile), 0.0))
        change = self._common_change(table, profile, common.mean(axis=0))
        change = _smooth(change[np.newaxis], bell)[0]
        profile = shares(profile * np.nan_to_num(change, nan=1.0))
        return np.where(seen, profile, np.nan)

    def _weekdays(
        self, table: DayTable, weekly: Weekly, seen: NDArray[np.bool_]
    ) -> tuple[Weekly, Weekly]:
        """Return the shape common to the weekdays and each one's, drawn towards it."""
        days_seen = np.bincount(table.weekdays[table.known_days], minlength=7)[:, np.newaxis]
        contacts = np.nan_to_num(weekly) * days_seen
        usual = contacts.sum(axis=0) / np.maximum((seen * days_seen).sum(axis=0), 1)
        common = shares(np.where(seen, usual, 0.0))
        return common, shares(contacts + self.prior * common)

    def _common_change(
        self, table: DayTable, profile: Weekly, typical: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return recent contacts of every slot over what the weekdays' shapes expected."""
        known = ~np.isnan(table.rate)
        rate = np.nan_to_num(table.rate)
        expected = day_totals(table, profile)[:, np.newaxis] * profile[table.weekdays] * known
        weights = 0.5 ** (table.age_weeks / self.common_half_life_weeks)
        trust = self.prior * typical
        above = weights @ np.where(np.isnan(expected), 0.0, rate) + trust
        return ratio(above, weights @ np.nan_to_num(expected) + trust)


def day_totals(table: DayTable, profile: Weekly, least_share: float = 0.5) -> NDArray[np.float64]:
    """Return what each whole day would have brought, from the slots that are known.

    Parameters
    ----------
    table
        Usual contacts.
    profile
        Shares of the day, shape (7, slots).
    least_share
        NaN where the known slots usually bring no more than this share of the day.
    """
    known = ~np.isnan(table.rate)
    share = (np.nan_to_num(profile)[table.weekdays] * known).sum(axis=1)
    sums = np.nan_to_num(table.rate).sum(axis=1)
    return ratio(sums, np.where(share > least_share, share, 0.0))


def over_the_day(
    grid: TimeGrid, totals: NDArray[np.float64], profile: Weekly, elsewhere: Weekly
) -> NDArray[np.float64]:
    """Return contacts per interval of days whose totals are known, shape (intervals,).

    Parameters
    ----------
    grid
        The intervals.
    totals
        Contacts of the grid's dates, in order, NaN where unknown.
    profile
        Shares of the day, shape (7, slots), NaN where unknown.
    elsewhere
        What to return where either is unknown, shape (7, slots).
    """
    _, day = np.unique(grid.local_dates, return_inverse=True)
    slots = slot_numbers(grid)
    rate = totals[day] * profile[grid.weekdays, slots]
    return np.where(np.isnan(rate), elsewhere[grid.weekdays, slots], rate)


def smoothing_bell(slots: int, spread: float) -> NDArray[np.float64]:
    """Return what every slot counts for every other, shape (slots, slots); ``spread`` in slots."""
    apart = np.arange(slots)[:, np.newaxis] - np.arange(slots)
    weights: NDArray[np.float64] = np.exp(-0.5 * (apart / spread) ** 2)
    return weights


def _smooth(values: NDArray[np.float64], bell: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average neighbours along the last axis; what is NaN takes no part and stays NaN."""
    known = ~np.isnan(values)
    smooth = ratio(np.nan_to_num(values) @ bell, known @ bell)
    return np.where(known, smooth, np.nan)
