"""The backtest against the file itself and against series whose truth is known."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
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

from forecasting.accuracy import Backtest, Score, backtest
from forecasting.automatic import AUTOMATIC, COMBINATION
from forecasting.candidates import CANDIDATES
from forecasting.measures import poisson_floor
from forecasting.models import EwmaWeekday, ProfileLevel, SeasonalNaive
from forecasting.special_days import SpecialDay
from scheduler.errors import InputError

SIMPLE = (SeasonalNaive(), EwmaWeekday(), ProfileLevel())


def scores_of(report: Backtest) -> dict[str, Score]:
    return {score.model: score for score in report.scores}


def naive_miss(calls: dict[datetime, float], origin: date, start: datetime) -> float:
    """How far the last value on record before an origin misses an interval."""
    weeks = (start - timedelta(weeks=n) for n in range(1, 13))
    last = next(then for then in weeks if then in calls and then.date() < origin)
    return abs(calls[last] - calls[start])


def test_seasonal_naive_scores_as_counted_from_the_file() -> None:
    calls = dict(bank_rows())
    report = backtest(bank_history(), queue="phone", opening=BANK, origins=4, models=SIMPLE)
    missed = total = count = 0.0
    for origin in report.origins:
        for start in calls:
            if origin <= start.date() < origin + timedelta(days=7):
                missed += naive_miss(calls, origin, start)
                total += calls[start]
                count += 1
    assert report.scores[0].model == "seasonal naive"
    assert report.scores[0].wape == pytest.approx(missed / total)
    assert report.intervals == count


def test_the_bank_is_forecast_better_than_by_the_same_weekdays() -> None:
    report = backtest(bank_history(), queue="phone", opening=BANK, origins=10)
    scores = scores_of(report)
    automatic = scores[AUTOMATIC]
    assert automatic.wape < 0.95 * scores["ewma weekday"].wape < scores["seasonal naive"].wape
    assert automatic.pinball < 0.95 * scores["ewma weekday"].pinball
    assert 0.7 < automatic.coverage80 < 0.95
    assert report.poisson_floor == pytest.approx(0.023, abs=0.001)
    assert "2003-09-01" in report.remarks[0].text


def test_poisson_arrivals_are_forecast_down_to_the_floor() -> None:
    grid = weeks_grid(30)
    report = backtest(
        history_of(grid, poisson_counts(grid, 50.0, seed=11)), queue="phone", opening=OFFICE
    )
    truth = true_means(weeks_grid(1), 50.0)
    assert report.poisson_floor == pytest.approx(poisson_floor(truth[truth > 0]), rel=0.01)
    best = scores_of(report)[AUTOMATIC]
    # A mean of some eight half-lives of weeks adds a tenth of the noise or less.
    assert 0.95 < best.wape / report.poisson_floor < 1.1
    assert best.coverage80 == pytest.approx(0.8, abs=0.05)
    assert abs(best.bias) < 0.02


def test_a_level_that_jumps_is_followed() -> None:
    grid = weeks_grid(30)
    counts = poisson_counts(grid, 50.0, seed=3, day_spread=0.1)
    counts[grid.day_slice(MONDAY + timedelta(weeks=20)).start :] *= 1.6
    report = backtest(history_of(grid, np.rint(counts)), queue="phone", opening=OFFICE)
    scores = scores_of(report)
    assert scores[AUTOMATIC].wape < scores["ewma weekday"].wape


@pytest.mark.parametrize(("days", "origins"), [(1, 12), (7, 12), (14, 8), (1, 40)])
def test_windows_lie_evenly_over_the_last_half(days: int, origins: int) -> None:
    grid = weeks_grid(30)
    report = backtest(
        history_of(grid, true_means(grid, 50.0)),
        queue="phone",
        opening=OFFICE,
        horizon_days=days,
        origins=origins,
        models=SIMPLE[1:2],
    )
    end = MONDAY + timedelta(weeks=30)
    assert len(report.origins) == len(set(report.origins)) == origins
    assert report.origins[0] >= MONDAY + timedelta(days=105)
    assert report.origins[0] < MONDAY + timedelta(days=105 + 105 // origins + 7)
    assert end - timedelta(days=days + 2) <= report.origins[-1] <= end - timedelta(days=days)
    assert len({origin.weekday() for origin in report.origins}) >= 4


def test_absent_closed_and_holiday_days_are_not_scored() -> None:
    grid = weeks_grid(14)  # to 12 April: Good Friday and Easter Monday in the last weeks
    counts = true_means(grid, 50.0)
    tuesday, wednesday = date(2026, 4, 7), date(2026, 4, 8)
    counts[grid.day_slice(tuesday)] = np.nan
    report = backtest(
        history_of(grid, counts),
        queue="phone",
        opening=OFFICE,
        origins=500,
        horizon_days=1,
        special_days=[SpecialDay(day=wednesday, kind="closed")],
        country="GB",
        models=SIMPLE[:2],
    )
    first = MONDAY + timedelta(days=96 // 2)
    days = [first + timedelta(days=n) for n in range(98 - 96 // 2)]
    out = {tuesday, wednesday, date(2026, 4, 3), date(2026, 4, 6)}
    open_days = [day for day in days if day.weekday() < 5 and day not in out]
    assert report.origins == tuple(open_days)
    assert report.intervals == 16 * len(open_days)


def test_stated_origins_lie_so_many_usual_days_apart() -> None:
    grid = weeks_grid(20)
    first = MONDAY + timedelta(weeks=14, days=3)  # a Thursday
    counts = true_means(grid, 50.0)
    counts[grid.day_slice(first + timedelta(days=1))] = np.nan  # it counts all the same
    report = backtest(
        history_of(grid, counts),
        queue="phone",
        opening=OFFICE,
        horizon_days=14,
        origins=500,
        models=SIMPLE[:2],
        first_origin=first,
        every=3,
    )
    weekdays = [day for day in grid.dates() if day.weekday() < 5]
    last = weekdays[-10]  # a Monday: ten weekdays, and a weekend beyond the last record
    expected = [day for day in weekdays[weekdays.index(first) :: 3] if day <= last]
    assert report.origins == tuple(expected)


def test_the_last_window_may_end_in_a_weekend_beyond_the_records() -> None:
    grid = weeks_grid(12)
    end = grid.day_slice(MONDAY + timedelta(weeks=12, days=-2)).start  # Friday is the last day
    known, monday = grid.head(end), MONDAY + timedelta(weeks=10)
    report = backtest(
        history_of(known, true_means(grid, 50.0)[:end]),
        queue="phone",
        opening=OFFICE,
        horizon_days=14,
        models=SIMPLE[:2],
        first_origin=monday,
        every=1,
    )
    assert report.origins == (monday,)
    assert report.intervals == 10 * 16


def test_a_table_shows_every_model() -> None:
    report = backtest(bank_history(), queue="phone", opening=BANK, origins=1)
    lines = str(report).splitlines()
    assert lines[0].startswith("phone: days 1-7 from 1 origins, ")
    assert [line.split("  ")[0] for line in lines[2:]] == [
        *(model.name for model in CANDIDATES),
        COMBINATION,
        AUTOMATIC,
        "Poisson floor",
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"horizon_days": 0}, "no horizon"),
        ({"origins": 0}, "no origin"),
        ({"first_origin": date(2003, 9, 1)}, "no distance"),
        ({"every": 3}, "no first origin"),
        ({"first_origin": date(2003, 9, 1), "every": 0}, "no distance"),
        ({"first_origin": date(2003, 3, 24), "every": 1}, "three weeks before the origin"),
        ({"first_origin": date(2004, 9, 1), "every": 1}, "an origin after the history"),
        ({"horizon_days": 60}, "history shorter than four weeks and the horizon"),
    ],
)
def test_backtests_that_are_refused(change: dict, reason: str) -> None:
    with pytest.raises(InputError):
        backtest(bank_history(), queue="phone", opening=BANK, **change)
