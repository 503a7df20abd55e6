"""The forecast of one queue: try the models on its past, believe the best, measure the spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from forecasting.automatic import Verdict
from forecasting.candidates import offered
from forecasting.grid import TimeGrid, slot_numbers, slots_a_day
from forecasting.handling import HandlingTime, handling_time
from forecasting.history import History
from forecasting.holidays_to_come import holiday_factor
from forecasting.leaning import Leaning
from forecasting.models import Model
from forecasting.notes import nothing_expected, reasons, short_history, unseen
from forecasting.rehearsal import Rehearsal
from forecasting.scenarios import Scenarios, make_scenarios
from forecasting.series import Calendar, Series
from forecasting.spread import LEAST_DAYS, Spread
from forecasting.trials import past_origins
from scheduler.errors import Fault, InputError, Remark

_WEEK = 7
# A trial leaves at least two weeks to learn from.
_LEAST_DAYS = 2 * _WEEK
_LONG_TRIAL = 4 * _WEEK


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QueueForecast:
    """What a forecast says about one queue; arrays as in ``Forecast`` without the queue axis."""

    offered: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    handling: HandlingTime
    scenarios: Scenarios
    model: str
    remarks: tuple[Remark, ...]


def forecast_queue(
    history: History,
    grid: TimeGrid,
    calendar: Calendar,
    models: Sequence[Model],
    usual_aht_s: float | None,
) -> QueueForecast:
    """Forecast one queue.

    Parameters
    ----------
    history
        Cleaned records that end at or before the start of the grid.
    grid
        The intervals to forecast.
    calendar
        The queue's name, hours and days.
    models
        Models to choose from.
    usual_aht_s
        Mean handling time in seconds where the history knows none.

    Raises
    ------
    InputError
        The queue has no contacts in its opening hours, or no handling time.
    """
    series = calendar.series(history)
    faults = _faults(calendar.queue, series, history, usual_aht_s)
    if faults:
        raise InputError(faults)
    models = offered(models, series)
    lead_days = (grid.local_dates - series.grid.local_dates[-1]).astype(np.int64)
    rehearsal = _rehearse(series, models, int(lead_days[-1]))
    today = series.grid.dates()[-1] + timedelta(days=1)
    verdict = rehearsal.verdict(today)
    weight = calendar.weight(grid)
    factor, holiday_texts = holiday_factor(history, series, calendar, grid, weight)
    weight = weight * factor
    usual = np.array([model.fit(series).predict(grid) for model in models])
    errors = rehearsal.errors(today, len(models) + 1)
    leaning = Leaning.learn(errors)
    errors = leaning.righted(errors)
    expected = verdict.judge(usual, lead_days)[-1] * leaning.factor(lead_days) * weight
    spread = Spread.learn(errors, int(lead_days[-1]))
    texts = [
        *reasons(verdict, np.unique(lead_days)),
        *short_history(series, errors.days() >= LEAST_DAYS),
        *unseen(series, grid, weight),
        *nothing_expected(grid, expected, weight),
        *holiday_texts,
    ]
    return QueueForecast(
        offered=expected,
        quantiles=spread.quantiles(expected, lead_days),
        handling=_handling(history, calendar.queue, grid, expected, usual_aht_s),
        scenarios=make_scenarios(
            errors, spread, expected, lead_days, slot_numbers(grid), slots_a_day(grid)
        ),
        model=_name(verdict, lead_days),
        remarks=tuple(Remark(text=f"{calendar.queue}: {text}") for text in texts),
    )


def _rehearse(series: Series, models: Sequence[Model], longest_lead: int) -> Rehearsal:
    """Try every model at past origins, as far ahead as the past has room for."""
    known = series.days_known()
    room = max((known - _LEAST_DAYS) // 2, _WEEK)
    days = min(longest_lead, room, max(_LONG_TRIAL, known // 3))
    origins = past_origins(series, days=days, least_days=_LEAST_DAYS)
    return Rehearsal.of(series, models, origins, days)


def _name(verdict: Verdict, lead_days: NDArray[np.int64]) -> str:
    """Return the name of what is believed for most intervals."""
    chosen = verdict.chosen[np.minimum(lead_days, verdict.chosen.size) - 1]
    return verdict.names[int(np.bincount(chosen).argmax())]


def _handling(
    history: History,
    queue: str,
    grid: TimeGrid,
    expected: NDArray[np.float64],
    usual_aht_s: float | None,
) -> HandlingTime:
    measured = handling_time(history, queue, grid, expected)
    return measured or HandlingTime.stated(usual_aht_s or np.nan, len(grid))


def _faults(queue: str, series: Series, history: History, usual_aht_s: float | None) -> list[Fault]:
    faults = []
    if np.isnan(series.counts).all():
        faults.append(
            Fault(
                column=f"history of {queue}",
                expected=f"contacts in opening hours before {series.grid.end:%Y-%m-%d %H:%M} UTC",
                found="none",
            )
        )
    known = bool((history.select(queue).aht_s > 0).any())
    if not known and not (usual_aht_s or 0.0) > 0.0:
        faults.append(
            Fault(
                column=f"handling time of {queue}",
                expected="seconds above 0 in the history or in the case",
                found="none" if usual_aht_s is None else f"{usual_aht_s:g}",
            )
        )
    return faults
