"""How good a forecast was that was really used, once its days have come."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecasting.accuracy import Score
from forecasting.forecast import Forecast
from forecasting.history import History
from forecasting.measures import bias, coverage, pinball, wape
from scheduler.errors import Fault, InputError

FROZEN = "frozen"


def score_frozen(forecast: Forecast, history: History, queue: str) -> tuple[Score, int]:
    """Score a forecast made earlier against what came.

    Intervals count where something was expected or came and the history knows how much; public
    holidays too, for the forecast was used on them.

    Parameters
    ----------
    forecast
        As it was frozen, perhaps changed by hand.
    history
        Records of at least some of its intervals.
    queue
        The queue; a forecast and a history of one queue each may name it differently.

    Returns
    -------
    Score
        Under the name ``frozen``; ``coverage80`` is NaN without p10 and p90.
    int
        Number of scored intervals.

    Raises
    ------
    InputError
        The intervals differ in length, the forecast has no such queue, or nothing has come yet.
    """
    row = _row_of(forecast, queue)
    known = history.grid
    if known.interval != forecast.grid.interval:
        raise _fault(f"intervals of {known.interval}", f"intervals of {forecast.grid.interval}")
    _, here, there = np.intersect1d(forecast.grid.starts, known.starts, return_indices=True)
    came = history.select(queue).offered[0][there]
    expected = forecast.offered[row][here]
    counts = ~np.isnan(came) & ((came > 0) | (expected > 0))
    if not counts.any():
        first, last = forecast.grid.dates()[0], forecast.grid.dates()[-1]
        raise _fault(f"a history with contacts from {first} to {last}", "none")
    observed, mean = came[counts], expected[counts]
    quantiles = forecast.quantiles[:, row, here[counts]]
    score = Score(
        model=FROZEN,
        wape=wape(observed, mean),
        bias=bias(observed, mean),
        coverage80=_coverage80(observed, quantiles, forecast.levels),
        pinball=pinball(observed, quantiles, forecast.levels.tolist()),
    )
    return score, int(counts.sum())


def _row_of(forecast: Forecast, queue: str) -> int:
    if queue in forecast.queues:
        return forecast.queues.index(queue)
    if len(forecast.queues) == 1:
        return 0
    raise _fault(f"a forecast of {queue}", f"one of {', '.join(forecast.queues)}")


def _coverage80(
    observed: NDArray[np.float64], quantiles: NDArray[np.float64], levels: NDArray[np.float64]
) -> float:
    low, high = (np.flatnonzero(np.isclose(levels, level)) for level in (0.1, 0.9))
    if not (low.size and high.size):
        return float("nan")
    return coverage(observed, quantiles[low[0]], quantiles[high[0]])


def _fault(expected: str, found: str) -> InputError:
    return InputError(Fault(column="frozen forecast", expected=expected, found=found))
