"""What the user of a forecast should know, in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecasting.automatic import COMBINATION, Verdict
from forecasting.grid import TimeGrid, slot_numbers
from forecasting.series import Series

_SHORT_HISTORY = 28
_BASELINE = "ewma weekday"


def reasons(verdict: Verdict, leads: NDArray[np.int64]) -> list[str]:
    """Say which model is believed for which days, and why.

    Parameters
    ----------
    verdict
        What past errors say.
    leads
        Leads in days of the dates to come, rising.
    """
    at = np.minimum(leads, verdict.chosen.size) - 1
    starts = np.flatnonzero(np.diff(verdict.chosen[at], prepend=-1))
    texts = []
    for start, end in zip(starts, [*starts[1:], at.size], strict=True):
        lead = int(at[(start + end) // 2])
        days = f"{leads[start]}-{leads[end - 1]}" if end - start > 1 else f"{leads[start]}"
        texts.append(f"days {days} ahead by {_believed(verdict, lead)}{_because(verdict, lead)}")
    return texts


def _believed(verdict: Verdict, lead: int) -> str:
    chosen = verdict.names[int(verdict.chosen[lead])]
    if chosen != COMBINATION:
        return chosen
    weights = verdict.weights[:, lead]
    order = np.argsort(-weights)[: np.count_nonzero(weights)]
    return f"{COMBINATION} of " + ", ".join(
        f"{verdict.names[model]} ({weights[model]:.0%})" for model in order
    )


def _because(verdict: Verdict, lead: int) -> str:
    if np.isnan(verdict.errors[0, lead]):
        return ", as on most queues: there are no past forecasts to compare yet"
    error = verdict.errors[:, lead]
    text = f": over {verdict.days[lead]} past days it erred by {error[verdict.chosen[lead]]:.1%}"
    if _BASELINE in verdict.names:
        text += f", {_BASELINE} by {error[verdict.names.index(_BASELINE)]:.1%}"
    return text


def short_history(series: Series, measured: bool) -> list[str]:
    """Say what a short history cannot tell."""
    texts = []
    if series.days_known() < _SHORT_HISTORY:
        known = int(series.table.known_days.sum())
        texts.append(f"the history has only {known} days with contacts: four weeks say more")
    if not measured:
        texts.append("ranges are assumed, for the history is too short to measure them")
    return texts


def unseen(series: Series, grid: TimeGrid, weight: NDArray[np.float64]) -> list[str]:
    """Name open intervals to come that lie at weekdays and times without history."""
    seen = ~np.isnan(series.table.weekly_mean(np.inf))
    new = (weight > 0) & ~seen[grid.weekdays, slot_numbers(grid)]
    if not new.any():
        return []
    first = grid.starts_local()[int(np.argmax(new))]
    return [
        f"{int(new.sum())} open intervals, the first on {first:%Y-%m-%d %H:%M}, lie at weekdays "
        "and times without history: taken from other weekdays or the nearest time"
    ]


def nothing_expected(
    grid: TimeGrid, expected: NDArray[np.float64], weight: NDArray[np.float64]
) -> list[str]:
    """Name open days without a contact, which may have been closed so far."""
    idle = [
        str(day)
        for day in grid.dates()
        if weight[grid.day_slice(day)].any() and not expected[grid.day_slice(day)].any()
    ]
    if not idle:
        return []
    return [f"open, yet nothing expected on {', '.join(idle)}: the history has no contact there"]
