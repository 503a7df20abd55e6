"""A forecast that was used, scored interval by interval once its days have come."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from known_series import MONDAY, history_of, weeks_grid

from forecasting.forecast import Forecast
from forecasting.frozen import FROZEN, score_frozen
from forecasting.grid import TimeGrid
from forecasting.history import History
from scheduler.errors import InputError

WEEK = weeks_grid(1, MONDAY + timedelta(weeks=1))
LEVELS = np.array([0.1, 0.5, 0.9])


def frozen() -> Forecast:
    """Ten contacts an interval on weekdays, give or take four."""
    offered = np.where(WEEK.weekdays < 5, 10.0, 0.0)[np.newaxis]
    return Forecast(
        grid=WEEK,
        queues=("phone",),
        offered=offered,
        levels=LEVELS,
        quantiles=np.stack([offered * share for share in (0.6, 1.0, 1.4)]),
        aht_s=np.full(offered.shape, 180.0),
        models=("file",),
    )


def later() -> History:
    """Three weeks around it, with half a day unknown and a surprise on Sunday."""
    grid = weeks_grid(3)
    counts = np.random.default_rng(3).poisson(11.0, len(grid)).astype(float)
    counts[grid.weekdays >= 5] = 0.0
    counts[336 : 336 + 24] = np.nan
    counts[336 + 6 * 48 + 20] = 3.0
    return history_of(grid, counts)


def test_a_frozen_forecast_scores_as_counted_by_hand() -> None:
    forecast, history = frozen(), later()
    missed = over = total = loss = inside = number = 0.0
    for start, mean in zip(WEEK.starts_utc(), forecast.offered[0], strict=True):
        came = history.offered[0, history.grid.index_of(start)]
        if np.isnan(came) or (came == 0 and mean == 0):
            continue
        number += 1
        missed += abs(mean - came)
        over += mean - came
        total += came
        inside += 0.6 * mean <= came <= 1.4 * mean
        for level, share in ((0.1, 0.6), (0.5, 1.0), (0.9, 1.4)):
            short = came - share * mean
            loss += level * short if short > 0 else (level - 1) * short
    score, intervals = score_frozen(forecast, history, "phone")
    assert intervals == number == 5 * 48 - 24 + 1
    assert score.model == FROZEN
    assert score.wape == pytest.approx(missed / total)
    assert score.bias == pytest.approx(over / total)
    assert score.coverage80 == pytest.approx(inside / number)
    assert score.pinball == pytest.approx(loss / (3 * number))


def test_a_range_without_its_ends_has_no_coverage() -> None:
    ends = {"quantiles": frozen().quantiles[1:2], "aht_quantiles": frozen().aht_quantiles[1:2]}
    forecast = replace(frozen(), levels=LEVELS[1:2], **ends)
    assert np.isnan(score_frozen(forecast, later(), "phone")[0].coverage80)


def test_a_single_queue_may_be_named_otherwise() -> None:
    forecast = replace(frozen(), queues=("calls",))
    assert score_frozen(forecast, later(), "phone")[1] == 5 * 48 - 24 + 1


def test_frozen_forecasts_that_are_refused() -> None:
    forecast = frozen()
    before = history_of(weeks_grid(1), np.ones(336))
    with pytest.raises(InputError, match="a history with contacts from 2026-01-12"):
        score_frozen(forecast, before, "phone")
    hours = TimeGrid.over_days(MONDAY, 21, timedelta(hours=1), WEEK.zone)
    with pytest.raises(InputError, match="intervals of 1:00:00"):
        score_frozen(forecast, history_of(hours, np.ones(len(hours))), "phone")
    two = Forecast(
        grid=WEEK,
        queues=("chat", "email"),
        offered=np.repeat(forecast.offered, 2, axis=0),
        levels=LEVELS,
        quantiles=np.repeat(forecast.quantiles, 2, axis=1),
        aht_s=np.full((2, len(WEEK)), 60.0),
        models=("file", "file"),
    )
    with pytest.raises(InputError, match="a forecast of phone"):
        score_frozen(two, later(), "phone")
