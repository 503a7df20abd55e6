"""What the position of a day in its month and year may do to its contacts, as regressors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Paydays and bills tie contacts to days counted from the month's start or from its end; in
# between, from day 8 to day 22, the first way of counting hands over to the second.
_HANDOVER = (8.0, 22.0)
_BUMP_DAYS = 2.0
_BUMPS_APART = 1.5
_YEAR_DAYS = 365.25
_HARMONICS = 4


def month_terms(days: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Return overlapping bumps over the days of the month, shape (days, terms).

    With weights of variance one they add up to a smooth effect of variance about one.

    Parameters
    ----------
    days
        Dates, ``datetime64[D]``.
    """
    months = days.astype("datetime64[M]")
    length = ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(float)
    from_start = (days - months.astype("datetime64[D]")).astype(float) + 1.0
    from_end = length - from_start
    first, last = _HANDOVER
    early = np.clip((last - from_start) / (last - first), 0.0, 1.0)
    centres = np.arange(0.0, last + 1.0, _BUMPS_APART)
    terms: NDArray[np.float64] = np.column_stack(
        [
            _bumps(from_start, centres) * np.sqrt(early)[:, np.newaxis],
            _bumps(from_end, centres) * np.sqrt(1.0 - early)[:, np.newaxis],
        ]
    )
    # Bumps of width w that stand d apart have squares that sum to w / d * sqrt(pi / 2).
    terms /= np.sqrt(_BUMP_DAYS / _BUMPS_APART * np.sqrt(np.pi / 2.0))
    return terms


def year_terms(days: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Return the slow waves of a year, the shorter the weaker, shape (days, terms)."""
    phase = 2.0 * np.pi * days.astype(np.int64) / _YEAR_DAYS
    order = np.arange(1, _HARMONICS + 1)
    waves = phase[:, np.newaxis] * order
    terms: NDArray[np.float64] = np.column_stack([np.sin(waves) / order, np.cos(waves) / order])
    return terms


def _bumps(position: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.float64]:
    apart = (position[:, np.newaxis] - centres) / _BUMP_DAYS
    bumps: NDArray[np.float64] = np.exp(-(apart**2))
    return bumps
