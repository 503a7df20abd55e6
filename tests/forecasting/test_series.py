"""The series that models see: usual, fully open days."""

from collections import defaultdict
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from known_series import HALF_HOUR, MONDAY, OFFICE, history_of, true_means, weeks_grid

from forecasting.day_table import DayTable, completed
from forecasting.grid import TimeGrid
from forecasting.series import Calendar, Series
from forecasting.special_days import OpeningHours, SpecialDay


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/London", date(2026, 3, 27)),
        ("Europe/London", date(2026, 10, 23)),
        ("Australia/Lord_Howe", date(2026, 4, 3)),
    ],
)
def test_table_equals_its_naive_twin_over_a_clock_change(zone: str, first: date) -> None:
    grid = TimeGrid.over_days(first, 5, HALF_HOUR, ZoneInfo(zone))
    rng = np.random.default_rng(7)
    counts = rng.poisson(5.0, len(grid)).astype(float)
    counts[rng.random(len(grid)) < 0.2] = np.nan
    weight = rng.choice([0.5, 1.0, 2.0], len(grid))
    cells = defaultdict(list)
    for wall, count, share in zip(grid.starts_local(), counts, weight, strict=True):
        if not np.isnan(count):
            cell = ((wall.date() - first).days, (wall.hour * 60 + wall.minute) // 30)
            cells[cell].append(count / share)
    twin = np.full((5, 48), np.nan)
    for cell, rates in cells.items():
        twin[cell] = np.mean(rates)
    table = Series(grid=grid, counts=counts, weight=weight).table
    np.testing.assert_allclose(table.rate, twin)
    assert table.days.tolist() == [first + timedelta(days=n) for n in range(5)]
    assert table.weekdays.tolist() == [day.weekday() for day in table.days.tolist()]


def test_weekly_mean_equals_its_naive_twin() -> None:
    rng = np.random.default_rng(3)
    rate = rng.random((30, 4))
    rate[rng.random(rate.shape) < 0.3] = np.nan
    table = DayTable(days=np.datetime64("2026-01-07", "D") + np.arange(30), rate=rate)
    mean = table.weekly_mean(4.0)
    for weekday in range(7):
        for slot in range(4):
            above = below = 0.0
            for day in range(30):
                if (day + 2) % 7 == weekday and not np.isnan(rate[day, slot]):
                    weight = 0.5 ** ((29 - day) / 7 / 4.0)
                    above += weight * rate[day, slot]
                    below += weight
            assert mean[weekday, slot] == pytest.approx(above / below)


def test_what_was_never_seen_comes_from_other_weekdays_or_the_nearest_slot() -> None:
    weekly = np.full((7, 5), np.nan)
    weekly[0] = [np.nan, 2.0, 4.0, np.nan, np.nan]
    weekly[1] = [np.nan, 4.0, np.nan, 10.0, np.nan]
    full = completed(weekly)
    assert full[0].tolist() == [3.0, 2.0, 4.0, 10.0, 10.0]
    assert full[6].tolist() == [3.0, 3.0, 4.0, 10.0, 10.0]
    assert not completed(np.full((7, 5), np.nan)).any()


def test_campaigns_and_short_days_are_brought_to_a_usual_day() -> None:
    grid = weeks_grid(2)
    usual = true_means(grid, 20.0)
    tuesday = MONDAY + timedelta(days=1)
    counts = usual.copy()
    counts[grid.day_slice(tuesday)] *= 3.0
    calendar = Calendar(
        queue="phone",
        opening=OFFICE,
        special_days=(SpecialDay(day=tuesday, kind="campaign", factor=3.0),),
    )
    table = calendar.series(history_of(grid, counts)).table
    np.testing.assert_allclose(table.rate[1], table.rate[8])


def test_half_open_intervals_are_brought_to_fully_open_ones() -> None:
    grid = weeks_grid(1)
    opening = OpeningHours.parse("Mon 09:15-10:00")
    series = Calendar(queue="phone", opening=opening).series(
        history_of(grid, np.full(len(grid), 6.0))
    )
    assert series.table.rate[0, 18:20].tolist() == [12.0, 6.0]
    assert np.isnan(series.counts).sum() == len(grid) - 2


def test_public_holidays_do_not_train() -> None:
    grid = weeks_grid(2, date(2026, 3, 30))  # Good Friday and Easter Monday
    series = Calendar(queue="phone", opening=OFFICE, country="GB").series(
        history_of(grid, true_means(grid, 20.0))
    )
    known = series.table.known_days
    assert known.tolist() == [True] * 4 + [False] * 4 + [True] * 4 + [False] * 2
