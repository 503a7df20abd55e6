"""Measures against loops, and the backtest against the file itself."""

from datetime import date, timedelta
from itertools import pairwise
from math import exp, factorial, nan, pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_series import (
    BANK,
    MONDAY,
    OFFICE,
    bank_history,
    bank_rows,
    history_of,
    poisson_counts,
    true_means,
    weeks_grid,
)

from forecasting.accuracy import (
    BEST_SO_FAR,
    backtest,
    bias,
    coverage,
    pinball,
    poisson_floor,
    wape,
)
from forecasting.models import EwmaWeekday
from forecasting.special_days import SpecialDay
from scheduler.errors import InputError

NUMBERS = st.floats(0, 1000)
PAIRS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=20)


@given(pairs=PAIRS)
@settings(deadline=None, derandomize=True, max_examples=100)
def test_wape_and_bias_equal_their_naive_twins(pairs: list[tuple[float, float]]) -> None:
    observed, expected = (np.array(column) for column in zip(*pairs, strict=True))
    total = sum(o for o, _ in pairs)
    missed = sum(abs(e - o) for o, e in pairs) / total if total else nan
    over = sum(e - o for o, e in pairs) / total if total else nan
    assert wape(observed, expected) == pytest.approx(missed, nan_ok=True)
    assert bias(observed, expected) == pytest.approx(over, nan_ok=True, abs=1e-9)


@given(rows=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=20))
@settings(deadline=None, derandomize=True, max_examples=100)
def test_pinball_and_coverage_equal_their_naive_twins(rows: list[tuple]) -> None:
    observed, *quantiles = (np.array(column) for column in zip(*rows, strict=True))
    loss = 0.0
    for count, *values in rows:
        for level, value in zip((0.1, 0.9), values, strict=True):
            loss += level * (count - value) if count > value else (1 - level) * (value - count)
    inside = sum(low <= count <= high for count, low, high in rows)
    assert pinball(observed, np.array(quantiles), (0.1, 0.9)) == pytest.approx(
        loss / (2 * len(rows))
    )
    assert coverage(observed, *quantiles) == pytest.approx(inside / len(rows))


def test_nothing_to_score_is_not_a_number() -> None:
    empty = np.zeros(0)
    measures = [
        wape(empty, empty),
        bias(empty, empty),
        coverage(empty, empty, empty),
        pinball(empty, np.zeros((9, 0)), (0.1,) * 9),
        poisson_floor(empty),
    ]
    assert np.isnan(measures).all()


@pytest.mark.parametrize("mean", [0.3, 1.0, 4.7, 20.0])
def test_the_floor_is_the_mean_deviation_of_a_poisson_count(mean: float) -> None:
    deviation = sum(abs(n - mean) * exp(-mean) * mean**n / factorial(n) for n in range(120))
    assert poisson_floor(np.array([mean])) == pytest.approx(deviation / mean)


def test_the_floor_at_250_contacts_is_five_per_cent() -> None:
    assert poisson_floor(np.full(3, 250.0)) == pytest.approx(sqrt(2 / (pi * 250)), rel=2e-3)
    assert poisson_floor(np.full(3, 250.0)) == pytest.approx(0.05, abs=0.0005)


def test_seasonal_naive_scores_as_counted_from_the_file() -> None:
    calls = dict(bank_rows())
    first = date(2003, 8, 4) + timedelta(days=84 - 4 * 7)
    missed = total = 0.0
    for start, count in calls.items():
        if start.date() >= first:
            # The last Monday or Tuesday on record, for two of them are absent.
            window = first + timedelta(days=(start.date() - first).days // 7 * 7)
            known = (start - timedelta(weeks=n) for n in range(1, 13))
            last = next(then for then in known if then in calls and then.date() < window)
            missed += abs(calls[last] - count)
            total += count
    report = backtest(bank_history(), queue="phone", opening=BANK, origins=4)
    assert report.scores[0].model == "seasonal naive"
    assert report.scores[0].wape == pytest.approx(missed / total)
    assert report.intervals == sum(start.date() >= first for start in calls)


def test_the_bank_is_forecast_better_than_by_its_last_week() -> None:
    report = backtest(bank_history(), queue="phone", opening=BANK)
    naive, ewma, profile, best = (score.wape for score in report.scores)
    assert max(ewma, profile, best) < naive
    assert 0.7 < report.scores[2].coverage80 < 0.95
    assert report.poisson_floor == pytest.approx(0.023, abs=0.001)
    assert all(b - a == timedelta(days=7) for a, b in pairwise(report.origins))
    assert len(report.origins) == 8  # what twelve weeks leave room for
    assert "2003-09-01" in report.remarks[0].text


def test_poisson_arrivals_are_forecast_down_to_the_floor() -> None:
    grid = weeks_grid(40)
    report = backtest(
        history_of(grid, poisson_counts(grid, 50.0, seed=11)), queue="phone", opening=OFFICE
    )
    truth = true_means(weeks_grid(1), 50.0)
    assert report.poisson_floor == pytest.approx(poisson_floor(truth[truth > 0]), rel=0.01)
    scores = {score.model: score for score in report.scores}
    # A mean of some eight half-lives of weeks adds a tenth of the noise or less.
    assert 0.97 < scores["profile level"].wape / report.poisson_floor < 1.1
    assert scores["profile level"].coverage80 == pytest.approx(0.8, abs=0.05)
    assert abs(scores["profile level"].bias) < 0.02
    assert scores[BEST_SO_FAR].wape < scores["seasonal naive"].wape


def test_absent_closed_and_holiday_days_are_not_scored() -> None:
    grid = weeks_grid(14)  # to 12 April: Good Friday and Easter Monday in the last weeks
    counts = true_means(grid, 50.0)
    tuesday, wednesday = date(2026, 4, 7), date(2026, 4, 8)
    counts[grid.day_slice(tuesday)] = np.nan
    report = backtest(
        history_of(grid, counts),
        queue="phone",
        opening=OFFICE,
        origins=2,
        special_days=[SpecialDay(day=wednesday, kind="closed")],
        country="GB",
    )
    assert report.origins == (date(2026, 3, 30), date(2026, 4, 6))
    assert report.intervals == (10 - 4) * 16


def test_windows_without_a_record_are_passed_over() -> None:
    grid = weeks_grid(8)
    report = backtest(
        history_of(grid, true_means(grid, 50.0)),
        queue="phone",
        opening=OFFICE,
        horizon_days=1,
        origins=6,
        models=(EwmaWeekday(),),
    )
    last = MONDAY + timedelta(days=7 * 8 - 3)
    assert report.origins == tuple(last - timedelta(days=n) for n in (7, 4, 3, 2, 1, 0))


def test_a_table_shows_every_model() -> None:
    report = backtest(bank_history(), queue="phone", opening=BANK, origins=2)
    lines = str(report).splitlines()
    assert lines[0] == "phone: days 1-7 from 2 origins, 252 intervals"
    assert [line.split("  ")[0] for line in lines[2:]] == [
        "seasonal naive",
        "ewma weekday",
        "profile level",
        "best so far",
        "Poisson floor",
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"horizon_days": 0}, "no horizon"),
        ({"origins": 0}, "no origin"),
        ({"horizon_days": 60}, "history shorter than four weeks and the horizon"),
    ],
)
def test_backtests_that_are_refused(change: dict, reason: str) -> None:
    with pytest.raises(InputError):
        backtest(bank_history(), queue="phone", opening=BANK, **change)
