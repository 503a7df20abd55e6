"""Boosted trees: an extra for queues with long history."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest
from known_series import LONDON, OFFICE, history_of, poisson_counts, true_means, weeks_grid
from numpy.typing import NDArray

from forecasting import candidates
from forecasting.accuracy import backtest
from forecasting.candidates import CANDIDATES, offered, with_trees
from forecasting.forecast import make_forecast
from forecasting.grid import TimeGrid
from forecasting.measures import wape
from forecasting.models import EwmaWeekday
from forecasting.series import Calendar, Series
from forecasting.tree_terms import Levels, terms_of
from forecasting.trees import Trees, lived_again
from forecasting.trials import run_trial, run_trials
from scheduler.errors import InputError

pytest.importorskip("sklearn", reason="the extra is not installed")

HOUR = timedelta(hours=1)
# Two years whose last day is Sunday, 27 December 2026.
FIRST = date(2024, 12, 30)


def two_years_grid() -> TimeGrid:
    return TimeGrid.over_days(FIRST, 7 * 104, HOUR, LONDON)


def billing_means(grid: TimeGrid) -> NDArray[np.float64]:
    """The first days of a month double the calls, but only after two, and not on Mondays."""
    of_month = (grid.local_dates - grid.local_dates.astype("datetime64[M]")).astype(int)
    billed = (of_month < 6) & (grid.local_minutes >= 14 * 60) & (grid.weekdays > 0)
    return true_means(grid, 60.0) * np.where(billed, 2.0, 1.0)


def series_of(grid: TimeGrid, counts: NDArray[np.float64]) -> Series:
    return Calendar(queue="phone", opening=OFFICE).series(history_of(grid, counts))


@cache
def billing_series() -> Series:
    grid = two_years_grid()
    counts = np.random.default_rng(3).poisson(billing_means(grid)).astype(float)
    return series_of(grid, counts)


def noisy_series(weeks: int) -> Series:
    return series_of(weeks_grid(weeks), poisson_counts(weeks_grid(weeks), 20.0, seed=5))


def test_they_see_nothing_from_an_origin_on() -> None:
    series = billing_series()
    origin = date(2026, 9, 9)
    counts = series.counts.copy()
    counts[series.grid.day_slice(origin).start :] *= 7.0
    other = Series(grid=series.grid, counts=counts, weight=series.weight)
    trees = Trees(rounds=10)
    one, two = (run_trial(each, [trees], origin, 14) for each in (series, other))
    np.testing.assert_array_equal(one.expected, two.expected)


def test_what_they_learn_from_was_known_at_the_origin_of_each_day() -> None:
    series = billing_series()
    rows, origins = lived_again(series.record)
    assert set(rows - origins) <= set(range(28))
    for row in (500, 507, 514, 521):
        origin = origins[rows == row]
        counts = series.counts.copy()
        counts[series.grid.day_slice(FIRST + timedelta(days=int(origin[0]))).start :] *= 1.1
        other = Series(grid=series.grid, counts=counts, weight=series.weight)
        both = [terms_of(each.record, np.array([row]), origin) for each in (series, other)]
        for one, two in zip(*both, strict=True):
            np.testing.assert_array_equal(one, two)


def test_they_learn_what_lies_between_slot_weekday_and_month() -> None:
    series = billing_series()
    origins = [date(2026, 8, 31) + timedelta(weeks=k) for k in range(0, 16, 2)]
    trials = run_trials(series, [EwmaWeekday(), *CANDIDATES[3:5], Trees()], origins, 14)
    observed = np.concatenate([trial.observed for trial in trials])
    expected = np.concatenate([trial.expected for trial in trials], axis=1)
    ewma, *additive, trees = (wape(observed, each) for each in expected)
    assert trees < 0.8 * ewma
    assert trees < 0.95 * min(additive)


def test_a_day_of_the_truth_is_met() -> None:
    series = billing_series()
    grid = TimeGrid.over_days(date(2026, 12, 28), 14, HOUR, LONDON)
    expected = Trees().fit(series).predict(grid) * Calendar(queue="p", opening=OFFICE).weight(grid)
    assert wape(billing_means(grid), expected) < 0.08


def test_the_same_past_gives_the_same() -> None:
    series = billing_series()
    grid = TimeGrid.over_days(date(2026, 12, 28), 7, HOUR, LONDON)
    one, two = (Trees(rounds=20).fit(series).predict(grid) for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_trees_of_the_same_four_weeks_are_grown_once() -> None:
    series = billing_series()
    kept = Trees(rounds=5)
    # A whole number of four weeks after the first day of 1970.
    first = date(1970, 1, 1) + 740 * timedelta(days=28)
    days = [first + timedelta(days=d) for d in (0, 13, 27, 28)]
    grown = [kept.fit(series.before(day)).trees for day in days]
    assert grown[0] is grown[1] is grown[2]
    assert grown[3] is not grown[0]
    fresh = [Trees(rounds=5).fit(series.before(day)) for day in days]
    for day, anew in zip(days, fresh, strict=True):
        grid = TimeGrid.over_days(day, 7, HOUR, LONDON)
        again = kept.fit(series.before(day)).predict(grid)
        np.testing.assert_array_equal(again, anew.predict(grid))


@pytest.mark.parametrize("counts", [np.zeros, lambda size: np.arange(size) % 97 // 96 * 1.0])
def test_never_negative_and_always_known(counts: Callable[[int], NDArray[np.float64]]) -> None:
    grid = two_years_grid()
    series = series_of(grid, counts(len(grid)))
    ahead = TimeGrid.over_days(date(2026, 12, 28), 70, HOUR, LONDON)
    expected = Trees(rounds=5).fit(series).predict(ahead)
    assert np.isfinite(expected).all()
    assert (expected >= 0).all()


def test_a_short_past_is_forecast_by_its_weekdays() -> None:
    series = noisy_series(20)
    grid = TimeGrid.over_days(date(2026, 5, 25), 7, series.grid.interval, LONDON)
    np.testing.assert_array_equal(
        Trees().fit(series).predict(grid), EwmaWeekday().fit(series).predict(grid)
    )


def test_below_a_year_they_are_not_offered() -> None:
    models = with_trees()
    assert models[:-1] == CANDIDATES
    assert offered(models, noisy_series(51)) == CANDIDATES
    assert offered(models, noisy_series(52)) == models


def test_without_the_library_the_answer_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(candidates, "installed", lambda: False)
    with pytest.raises(InputError, match=r"callboard\[trees\]"):
        with_trees()
    assert not any(isinstance(each, Trees) for each in CANDIDATES)


def test_backtest_and_forecast_take_them_where_the_past_is_long() -> None:
    models = (EwmaWeekday(), Trees(rounds=20))
    grid = two_years_grid()
    long = history_of(grid, billing_series().counts)
    scores = backtest(long, queue="phone", opening=OFFICE, origins=3, models=models).scores
    assert [each.model for each in scores][:2] == ["ewma weekday", "boosted trees"]
    assert scores[1].wape < scores[0].wape
    short = history_of(weeks_grid(30), poisson_counts(weeks_grid(30), 20.0, seed=5))
    scores = backtest(short, queue="phone", opening=OFFICE, origins=2, models=models).scores
    assert "boosted trees" not in [each.model for each in scores]
    ahead = TimeGrid.over_days(date(2026, 12, 28), 7, HOUR, LONDON)
    found = make_forecast(
        long, ahead, opening={"phone": OFFICE}, models=models, aht_s={"phone": 180.0}
    )
    assert found.models == ("boosted trees",)


def naive_usual(rate: NDArray[np.float64], row: int, slot: int) -> float:
    above = below = 0.0
    for back in range(0, row + 1, 7):
        if not np.isnan(rate[row - back, slot]):
            above += 0.5 ** (back / 28) * rate[row - back, slot]
            below += 0.5 ** (back / 28)
    return above / below if below else np.nan


def test_levels_are_those_of_a_naive_loop() -> None:
    rng = np.random.default_rng(8)
    rate = rng.poisson(9.0, (60, 3)).astype(float)
    rate[rng.random(rate.shape) < 0.2] = np.nan
    levels = Levels(rate=rate)
    for row in (3, 31, 45, 59):
        for slot in range(3):
            usual = naive_usual(rate, row, slot)
            np.testing.assert_allclose(levels.usual[row, slot], usual)
            same = [rate[each, slot] for each in range(row, -1, -7)][:4]
            known = [each for each in same if not np.isnan(each)]
            mean = np.mean(known) if known else np.nan
            np.testing.assert_allclose(levels.of_weekday(4)[row, slot], mean / usual)
