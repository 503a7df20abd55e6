"""How good a forecast is: a backtest that lives the past again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from forecasting.automatic import AUTOMATIC, COMBINATION
from forecasting.candidates import CANDIDATES, offered
from forecasting.grid import slot_numbers
from forecasting.history import History
from forecasting.leaning import Leaning
from forecasting.measures import bias, coverage, pinball, poisson_floor, wape
from forecasting.models import Model
from forecasting.rehearsal import Rehearsal
from forecasting.series import Calendar, Series
from forecasting.special_days import OpeningHours, SpecialDay
from forecasting.spread import LEVELS, Spread
from forecasting.trials import Trial
from forecasting.windows import LEAST_DAYS, all_origins, choose_windows
from scheduler.errors import Fault, InputError, Remark


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one model did over all scored intervals.

    Attributes
    ----------
    model
        Its name.
    wape, bias
        Shares of the contacts, see :func:`wape` and :func:`bias`.
    coverage80
        Share of intervals between p10 and p90.
    pinball
        Contacts, mean over p10 … p90.
    """

    model: str
    wape: float
    bias: float
    coverage80: float
    pinball: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What forecasts of the past would have been worth.

    Attributes
    ----------
    queue
        The queue.
    horizon_days
        Days forecast from every origin.
    origins
        First local date of every forecast that is scored.
    intervals
        Number of scored intervals.
    scores
        One a model, then the combination and the automatic choice.
    poisson_floor
        WAPE that no forecast can beat if arrivals are Poisson.
    remarks
        What was done to the history.
    """

    queue: str
    horizon_days: int
    origins: tuple[date, ...]
    intervals: int
    scores: tuple[Score, ...]
    poisson_floor: float
    remarks: tuple[Remark, ...] = ()

    def __str__(self) -> str:
        """Write the scores as a table."""
        lines = [
            f"{self.queue}: days 1-{self.horizon_days} from {len(self.origins)} origins, "
            f"{self.intervals} intervals",
            f"{'model':<24}{'WAPE %':>8}{'bias %':>8}{'in 80 %':>9}{'pinball':>9}",
        ]
        lines += [
            f"{score.model:<24}{100 * score.wape:>8.2f}{100 * score.bias:>8.2f}"
            f"{100 * score.coverage80:>9.1f}{score.pinball:>9.2f}"
            for score in self.scores
        ]
        lines.append(f"{'Poisson floor':<24}{100 * self.poisson_floor:>8.2f}")
        return "\n".join(lines)


def backtest(
    history: History,
    *,
    queue: str,
    opening: OpeningHours,
    horizon_days: int = 7,
    origins: int = 12,
    special_days: Iterable[SpecialDay] = (),
    country: str = "",
    models: Sequence[Model] = CANDIDATES,
    first_origin: date | None = None,
    every: int | None = None,
) -> Backtest:
    """Forecast the past from rolling origins and score it.

    Windows of ``horizon_days`` lie evenly over the last half of the history, at most over its
    last year, the last of them at its end; where many are asked for they overlap. They may
    also be stated, so that figures can be held against another program's: from a first
    origin on, a number of usual days apart.

    From every origin a model learns all that lies before it (expanding window). The
    combination, the automatic choice and all ranges rest on errors that had been made by
    then, in windows up to half a year earlier. All intervals are pooled. Days without
    records, closed intervals and public holidays of the country are not scored.

    Parameters
    ----------
    history
        The past.
    queue, opening, special_days, country
        The queue, its usual hours, its special days, and whose public holidays to leave out.
    horizon_days
        Days forecast from every origin.
    origins
        Number of windows to score, fewer where the history is short.
    models
        Models to score.
    first_origin, every
        First day of the first window, and how many days lie from one to the next; only
        weekdays with contacts on record more often than not are counted. The last window ends
        with the last such day. Both or neither.

    Raises
    ------
    InputError
        The history is shorter than four weeks and a window, or does not hold the origins, or the
        numbers are not positive.
    """
    if horizon_days < 1 or origins < 1:
        raise InputError(
            Fault(
                column="horizon_days, origins",
                expected="at least 1 each",
                found=f"{horizon_days} and {origins}",
            )
        )
    calendar = Calendar(
        queue=queue, opening=opening, special_days=tuple(special_days), country=country
    )
    cleaned, remarks = history.select(queue).cleaned(
        {queue: opening}, calendar.special_days, country
    )
    series = calendar.series(cleaned)
    models = offered(models, series)
    windows = choose_windows(series, horizon_days, origins, first_origin, every)
    rehearsal = Rehearsal.of(
        series, models, all_origins(series, windows, horizon_days), horizon_days
    )
    scored = [trial for trial in rehearsal.trials if trial.origin in windows]
    if not scored:
        raise InputError(
            Fault(
                column=f"history of {queue}",
                expected=f"at least {LEAST_DAYS + horizon_days} days, some with contacts",
                found=f"{series.days_known()} days",
            )
        )
    names = [*(model.name for model in models), COMBINATION, AUTOMATIC]
    return Backtest(
        queue=queue,
        horizon_days=horizon_days,
        origins=tuple(trial.origin for trial in scored),
        intervals=sum(trial.observed.size for trial in scored),
        scores=tuple(
            _score(name, _outcomes(rehearsal, scored, competitor, name == AUTOMATIC))
            for competitor, name in enumerate(names)
        ),
        poisson_floor=_floor(series, scored),
        remarks=remarks,
    )


Outcome = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
"""What came, what was expected, and its quantiles, shape (levels, intervals)."""


def _outcomes(
    rehearsal: Rehearsal, scored: Sequence[Trial], competitor: int, righted: bool
) -> list[Outcome]:
    """Give every scored trial of a competitor its quantiles, righted where it leaned so far."""
    expected = {
        trial.origin: rows[competitor]
        for trial, rows in zip(rehearsal.trials, rehearsal.expected, strict=True)
    }
    found = []
    for trial in scored:
        errors = rehearsal.errors(trial.origin, competitor)
        mean = expected[trial.origin]
        if righted:
            leaning = Leaning.learn(errors)
            errors, mean = leaning.righted(errors), mean * leaning.factor(trial.lead_days)
        spread = Spread.learn(errors, trial.days)
        found.append((trial.observed, mean, spread.quantiles(mean, trial.lead_days)))
    return found


def _score(name: str, outcomes: Sequence[Outcome]) -> Score:
    observed, expected = (np.concatenate([each[k] for each in outcomes]) for k in (0, 1))
    quantiles = np.concatenate([each[2] for each in outcomes], axis=1)
    return Score(
        model=name,
        wape=wape(observed, expected),
        bias=bias(observed, expected),
        coverage80=coverage(observed, quantiles[0], quantiles[-1]),
        pinball=pinball(observed, quantiles, LEVELS),
    )


def _floor(series: Series, scored: Sequence[Trial]) -> float:
    """Return the Poisson floor of the scored windows, with weekday means for true means."""
    grid = series.grid
    usual = series.table.weekly_mean(np.inf)[grid.weekdays, slot_numbers(grid)]
    inside = np.zeros(len(grid), dtype=bool)
    for trial in scored:
        first = np.datetime64(trial.origin, "D")
        inside |= (grid.local_dates >= first) & (grid.local_dates < first + trial.days)
    inside &= ~np.isnan(series.counts)
    return poisson_floor(usual[inside] * series.weight[inside])
