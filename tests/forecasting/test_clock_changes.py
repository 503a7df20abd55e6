"""History, forecast and backtest over nights of 23 and of 25 hours."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from known_series import HALF_HOUR, history_of

from forecasting.accuracy import backtest
from forecasting.forecast import Forecast, make_forecast
from forecasting.grid import TimeGrid
from forecasting.models import EwmaWeekday
from forecasting.series import Calendar
from forecasting.special_days import OpeningHours

ALWAYS = OpeningHours.always()
# Zone, the days of 23 and 25 hours (half an hour less and more on Lord Howe).
ZONES = {
    "Europe/London": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5)),
}


def night_and_day(grid: TimeGrid) -> np.ndarray:
    """Contacts by the wall clock: 4 an interval at midnight, 28 at noon."""
    return 28.0 - 24.0 * np.abs(grid.local_minutes - 720) / 720


def grid_of(zone: str, first: date, days: int) -> TimeGrid:
    return TimeGrid.over_days(first, days, HALF_HOUR, ZoneInfo(zone))


def forecast_over(zone: str, day: date) -> Forecast:
    """Thirty-four weeks, a change of clocks among them, and the week of another one."""
    first = day - timedelta(days=day.weekday() + 34 * 7)
    past = grid_of(zone, first, 34 * 7)
    week = grid_of(zone, first + timedelta(weeks=34), 7)
    history = history_of(past, night_and_day(past))
    return make_forecast(history, week, opening={"phone": ALWAYS}, aht_s={"phone": 180.0})


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_has_no_interval_twice_and_none_left_out(zone: str) -> None:
    grid = grid_of(zone, date(2026, 1, 1), 365)
    starts = grid.starts_utc()
    assert len(set(starts)) == len(starts) == len(grid)
    assert set(np.diff(grid.starts).tolist()) == {HALF_HOUR}
    sizes = {day: len(range(*grid.day_slice(day).indices(len(grid)))) for day in grid.dates()}
    short, long = ZONES[zone]
    shift = 1 if zone == "Australia/Lord_Howe" else 2
    assert {day: n for day, n in sizes.items() if n != 48} == {short: 48 - shift, long: 48 + shift}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("which", [0, 1])
def test_the_forecast_of_such_a_day_follows_the_wall_clock(zone: str, which: int) -> None:
    day = ZONES[zone][which]
    forecast = forecast_over(zone, day)
    truth = night_and_day(forecast.grid)
    # The models that smooth flatten the peak a little; nothing is off by a slot (2 %) or doubled.
    np.testing.assert_allclose(forecast.offered[0], truth, rtol=0.08)
    today = forecast.grid.day_slice(day)
    totals = forecast.totals("day")
    place = totals.starts.index(day)
    assert totals.offered[0, place] == pytest.approx(truth[today].sum(), rel=0.02)
    assert totals.quantiles[0, 0, place] <= truth[today].sum() <= totals.quantiles[-1, 0, place]
    assert forecast.paths(3, seed=1).shape == (3, 1, len(forecast.grid))


@pytest.mark.parametrize("zone", ZONES)
def test_a_slot_of_two_intervals_counts_once_in_a_day(zone: str) -> None:
    short, long = ZONES[zone]
    grid = grid_of(zone, min(short, long) - timedelta(days=20), 290)
    series = Calendar(queue="phone", opening=ALWAYS).series(history_of(grid, night_and_day(grid)))
    rows = [series.table.days.tolist().index(day) for day in (short, long)]
    usual = series.table.rate[rows[0] - 1]
    np.testing.assert_allclose(series.table.rate[rows[1]], usual)
    known = ~np.isnan(series.table.rate[rows[0]])
    assert known.sum() == (47 if zone == "Australia/Lord_Howe" else 46)
    np.testing.assert_allclose(series.table.rate[rows[0]][known], usual[known])


def test_a_backtest_over_both_nights_scores_every_interval_once() -> None:
    grid = grid_of("Europe/London", date(2026, 3, 23), 33 * 7)
    history = history_of(grid, night_and_day(grid))
    report = backtest(history, queue="phone", opening=ALWAYS, models=(EwmaWeekday(),))
    long = date(2026, 10, 25)
    held = [first <= long < first + timedelta(days=7) for first in report.origins]
    assert 0 < sum(held) < 12
    assert report.intervals == 12 * 7 * 48 + 2 * sum(held)
    assert report.scores[0].wape == pytest.approx(0.0, abs=1e-12)
