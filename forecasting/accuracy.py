"""How good a forecast is: measures, and a backtest that lives the past again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from forecasting.candidates import CANDIDATES
from forecasting.grid import slot_numbers
from forecasting.history import History
from forecasting.models import Model
from forecasting.series import Calendar, Series
from forecasting.special_days import OpeningHours, SpecialDay
from forecasting.spread import LEVELS, Spread, Trial, choose, past_origins, run_trial
from scheduler.errors import Fault, InputError, Remark

# The first trial learns from four weeks: fewer say little about weekdays.
_LEAST_DAYS = 28
# Intervals of every trial rest on at most so many trials before it.
_MOST_TRIALS = 26
BEST_SO_FAR = "best so far"
"""Row of a backtest that uses, at every origin, the model that had erred least until then."""


def wape(observed: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    """Return the sum of absolute errors over the sum of contacts, a share; NaN without any.

    Parameters
    ----------
    observed, expected
        Contacts, equal shapes.
    """
    return _share(np.abs(expected - observed).sum(), observed)


def bias(observed: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    """Return expected minus observed contacts as a share of observed; NaN without any."""
    return _share((expected - observed).sum(), observed)


def pinball(
    observed: NDArray[np.float64], quantiles: NDArray[np.float64], levels: Sequence[float]
) -> float:
    """Return the mean pinball loss in contacts over intervals and levels; NaN without any.

    Too low costs the level per contact, too high one minus the level (Koenker & Bassett 1978,
    "Regression quantiles", Econometrica 46).

    Parameters
    ----------
    observed
        Contacts, shape (intervals,).
    quantiles
        Contacts, shape (levels, intervals).
    levels
        Probabilities, shape (levels,).
    """
    if not quantiles.size:
        return float("nan")
    level = np.asarray(levels)[:, np.newaxis]
    short = observed - quantiles
    return float(np.maximum(level * short, (level - 1.0) * short).mean())


def coverage(
    observed: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> float:
    """Return the share of intervals with ``low <= observed <= high``; NaN without any."""
    if not observed.size:
        return float("nan")
    return float(((low <= observed) & (observed <= high)).mean())


def poisson_floor(means: NDArray[np.float64]) -> float:
    """Return the WAPE that remains when every mean is known and arrivals are Poisson.

    The mean absolute deviation of a Poisson count of mean m is
    ``2 * m * P(X = floor(m))`` (Crow 1958, "The mean deviation of the Poisson distribution",
    Biometrika 45); for large m the share is ``sqrt(2 / (pi * m))``.

    Parameters
    ----------
    means
        True mean contacts of every interval.
    """
    deviation = 2.0 * means * poisson.pmf(np.floor(means), means)
    return _share(deviation.sum(), means)


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
        One a model, then one for the best so far.
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
            f"{'model':<16}{'WAPE %':>8}{'bias %':>8}{'in 80 %':>9}{'pinball':>9}",
        ]
        lines += [
            f"{score.model:<16}{100 * score.wape:>8.2f}{100 * score.bias:>8.2f}"
            f"{100 * score.coverage80:>9.1f}{score.pinball:>9.2f}"
            for score in self.scores
        ]
        lines.append(f"{'Poisson floor':<16}{100 * self.poisson_floor:>8.2f}")
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
    models: Sequence[Model] = CANDIDATES[:3],
) -> Backtest:
    """Forecast the past from rolling origins and score it.

    Windows of ``horizon_days`` follow each other without overlap up to the end of the
    history; from every origin a model learns all that lies before it (expanding window), and
    its ranges rest on its errors in windows that had ended by then. All intervals are pooled.
    Days without records, closed intervals and public holidays of the country are not scored.

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

    Raises
    ------
    InputError
        The history is shorter than four weeks and a window, or the numbers are not positive.
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
    cleaned, remarks = history.select(queue).cleaned({queue: opening}, calendar.special_days)
    series = calendar.series(cleaned)
    trials = _all_trials(series, models, horizon_days, origins)
    if not trials:
        raise InputError(
            Fault(
                column=f"history of {queue}",
                expected=f"at least {_LEAST_DAYS + horizon_days} days, some with contacts",
                found=f"{series.days_known()} days",
            )
        )
    scored = trials[-origins:]
    names = [*(model.name for model in models), BEST_SO_FAR]
    rows = [list(_outcomes(trials, scored, which)) for which in [*range(len(models)), None]]
    return Backtest(
        queue=queue,
        horizon_days=horizon_days,
        origins=tuple(each[0].origin for each in scored),
        intervals=sum(each[0].observed.size for each in scored),
        scores=tuple(_score(name, row) for name, row in zip(names, rows, strict=True)),
        poisson_floor=_floor(series, scored),
        remarks=remarks,
    )


Outcome = tuple[Trial, NDArray[np.float64]]
"""A trial and the quantiles of its forecast, shape (levels, intervals)."""


def _all_trials(
    series: Series, models: Sequence[Model], days: int, origins: int
) -> list[tuple[Trial, ...]]:
    """Try every model at every origin that is needed; leave out windows without records."""
    found: list[tuple[Trial, ...]] = []
    dates = past_origins(series, days=days, step=days, least_days=_LEAST_DAYS)
    for origin in reversed(dates):
        trials = tuple(run_trial(series, model, origin, days) for model in models)
        if trials[0].observed.size:
            found.append(trials)
        if len(found) == origins + _MOST_TRIALS:
            break
    return found[::-1]


def _outcomes(
    trials: Sequence[tuple[Trial, ...]], scored: Sequence[tuple[Trial, ...]], which: int | None
) -> Iterator[Outcome]:
    """Give each scored trial of a model, or of the best so far, its quantiles."""
    for now in scored:
        before = [each for each in trials if each[0].end <= now[0].origin][-_MOST_TRIALS:]
        by_model = [[each[m] for each in before] for m in range(len(now))]
        model = choose(by_model) if which is None else which
        trial = now[model]
        spread = Spread.learn(by_model[model], float(trial.expected.mean()))
        yield trial, spread.quantiles(trial.expected, trial.lead_days)


def _score(name: str, outcomes: Sequence[Outcome]) -> Score:
    observed = np.concatenate([trial.observed for trial, _ in outcomes])
    expected = np.concatenate([trial.expected for trial, _ in outcomes])
    quantiles = np.concatenate([values for _, values in outcomes], axis=1)
    return Score(
        model=name,
        wape=wape(observed, expected),
        bias=bias(observed, expected),
        coverage80=coverage(observed, quantiles[0], quantiles[-1]),
        pinball=pinball(observed, quantiles, LEVELS),
    )


def _floor(series: Series, scored: Sequence[tuple[Trial, ...]]) -> float:
    """Return the Poisson floor of the scored windows, with weekday means for true means."""
    grid = series.grid
    usual = series.table.weekly_mean(np.inf)[grid.weekdays, slot_numbers(grid)]
    windows = [
        (np.datetime64(each[0].origin, "D"), np.datetime64(each[0].end, "D")) for each in scored
    ]
    inside = np.zeros(len(grid), dtype=bool)
    for first, end in windows:
        inside |= (grid.local_dates >= first) & (grid.local_dates < end)
    inside &= ~np.isnan(series.counts)
    return poisson_floor(usual[inside] * series.weight[inside])


def _share(amount: float, contacts: NDArray[np.float64]) -> float:
    total = float(contacts.sum())
    return float(amount) / total if total > 0 else float("nan")
