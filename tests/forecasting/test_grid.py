"""The grid of intervals, across both daylight-saving nights and odd offsets."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.grid import TimeGrid, is_ambiguous, is_missing, local_instant
from scheduler.errors import InputError

HALF_HOUR = timedelta(minutes=30)
LONDON = ZoneInfo("Europe/London")
ZONES = st.sampled_from(
    [
        "Europe/London",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Pacific/Auckland",
        "Pacific/Apia",
    ]
).map(ZoneInfo)
# 2011 holds the December on which Apia skipped a whole date.
DATES = st.dates(date(2010, 1, 1), date(2030, 12, 31))
CLOCK_CHANGES = [
    ("Europe/London", date(2026, 3, 29), 23.0),
    ("Europe/London", date(2026, 10, 25), 25.0),
    ("America/New_York", date(2026, 3, 8), 23.0),
    ("America/New_York", date(2026, 11, 1), 25.0),
    ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
    ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
    ("Pacific/Auckland", date(2026, 4, 5), 25.0),
    ("Pacific/Auckland", date(2026, 9, 27), 23.0),
    ("Asia/Kathmandu", date(2026, 3, 29), 24.0),
]


def days_grid(first: date, days: int = 1, zone: ZoneInfo = LONDON) -> TimeGrid:
    return TimeGrid.over_days(first, days, HALF_HOUR, zone)


@pytest.mark.parametrize(("zone", "day", "hours"), CLOCK_CHANGES)
def test_a_day_is_as_long_as_its_clocks_make_it(zone: str, day: date, hours: float) -> None:
    grid = days_grid(day, zone=ZoneInfo(zone))
    assert len(grid) == 2 * hours
    assert grid.dates() == [day]


@given(first=DATES, days=st.integers(2, 9), zone=ZONES)
@settings(deadline=None, derandomize=True, max_examples=150)
def test_columns_agree_with_the_clock_of_every_interval(
    first: date, days: int, zone: ZoneInfo
) -> None:
    grid = days_grid(first, days, zone)
    walls = grid.starts_local()
    assert grid.starts.tolist() == [start.replace(tzinfo=None) for start in grid.starts_utc()]
    assert [start.astimezone(zone) for start in grid.starts_utc()] == walls
    assert grid.local_dates.tolist() == [wall.date() for wall in walls]
    assert grid.weekdays.tolist() == [wall.weekday() for wall in walls]
    assert grid.local_minutes.tolist() == [wall.hour * 60 + wall.minute for wall in walls]
    assert grid.dates() == sorted({wall.date() for wall in walls})


@given(first=DATES, days=st.integers(2, 9), zone=ZONES)
@settings(deadline=None, derandomize=True, max_examples=100)
def test_days_join_without_gap_or_overlap(first: date, days: int, zone: ZoneInfo) -> None:
    grid = days_grid(first, days, zone)
    indices = [i for day in grid.dates() for i in range(len(grid))[grid.day_slice(day)]]
    assert indices == list(range(len(grid)))
    starts = grid.starts_utc()
    assert {after - before for before, after in pairwise(starts)} == {HALF_HOUR}
    assert grid.end == days_grid(first + timedelta(days=days), 2, zone).start


@given(first=DATES, zone=ZONES, seconds=st.integers(-100_000, 300_000))
@settings(deadline=None, derandomize=True, max_examples=100)
def test_an_instant_lies_in_the_interval_that_is_named(
    first: date, zone: ZoneInfo, seconds: int
) -> None:
    grid = days_grid(first, 2, zone)
    instant = (grid.start + timedelta(seconds=seconds)).astimezone(zone)
    if grid.start <= instant < grid.end:
        start = grid.starts_utc()[grid.index_of(instant)]
        assert start <= instant < start + HALF_HOUR
    else:
        with pytest.raises(KeyError):
            grid.index_of(instant)


@given(first=DATES, zone=ZONES, start_min=st.integers(-90, 3000), length_min=st.integers(-60, 3000))
@settings(deadline=None, derandomize=True, max_examples=100)
def test_overlap_equals_its_naive_twin(
    first: date, zone: ZoneInfo, start_min: int, length_min: int
) -> None:
    grid = days_grid(first, 2, zone)
    start = grid.start + timedelta(minutes=start_min)
    end = start + timedelta(minutes=length_min)
    twin = []
    for begin in grid.starts_utc():
        inside = min(end, begin + HALF_HOUR) - max(start, begin)
        twin.append(max(inside / HALF_HOUR, 0.0))
    np.testing.assert_allclose(grid.overlap(start, end), twin, atol=1e-12)


def test_apia_has_no_30_december_2011() -> None:
    grid = days_grid(date(2011, 12, 29), 3, ZoneInfo("Pacific/Apia"))
    assert grid.dates() == [date(2011, 12, 29), date(2011, 12, 31)]
    with pytest.raises(KeyError):
        grid.day_slice(date(2011, 12, 30))


def test_a_half_hour_clock_change_does_not_fit_an_hourly_grid() -> None:
    with pytest.raises(InputError, match="23:30:00 of 2026-10-04"):
        TimeGrid.over_days(
            date(2026, 10, 1), 7, timedelta(hours=1), ZoneInfo("Australia/Lord_Howe")
        )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"start": datetime(2026, 1, 5)}, "naive"),  # noqa: DTZ001 - the refusal is the test
        ({"start": datetime(2026, 1, 5, tzinfo=ZoneInfo("Asia/Kathmandu"))}, "not UTC"),
        ({"start": datetime(2026, 1, 5, 0, 0, 0, 5, tzinfo=UTC)}, "broken second"),
        ({"interval": timedelta(0)}, "empty interval"),
        ({"interval": timedelta(seconds=0.5)}, "broken interval"),
        ({"count": 0}, "no interval"),
    ],
)
def test_a_grid_refuses(change: dict[str, object], reason: str) -> None:
    good = {
        "start": datetime(2026, 1, 5, tzinfo=UTC),
        "interval": HALF_HOUR,
        "count": 2,
        "zone": LONDON,
    }
    assert len(TimeGrid(**good)) == 2
    with pytest.raises(InputError):
        TimeGrid(**(good | change))


def test_days_and_interval_must_be_positive() -> None:
    with pytest.raises(InputError):
        days_grid(date(2026, 1, 5), 0)


def test_arrays_of_a_grid_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        days_grid(date(2026, 1, 5)).weekdays[0] = 3


def test_a_skipped_time_moves_forward_by_the_gap() -> None:
    day = date(2026, 3, 29)
    assert is_missing(day, time(1, 30), LONDON)
    assert not is_ambiguous(day, time(1, 30), LONDON)
    assert local_instant(day, time(1, 30), LONDON) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert local_instant(day, time(1, 30), LONDON) == local_instant(day, time(2, 30), LONDON)


def test_a_time_that_comes_twice_means_the_first() -> None:
    day = date(2026, 10, 25)
    assert is_ambiguous(day, time(1, 30), LONDON)
    assert not is_missing(day, time(1, 30), LONDON)
    assert local_instant(day, time(1, 30), LONDON) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert local_instant(day, time(1, 30, fold=1), LONDON) == local_instant(
        day, time(1, 30), LONDON
    )


@given(day=DATES, at=st.times().map(lambda t: t.replace(microsecond=0)), zone=ZONES)
@settings(deadline=None, derandomize=True, max_examples=200)
def test_the_instant_shows_the_time_asked_for_unless_skipped(
    day: date, at: time, zone: ZoneInfo
) -> None:
    shown = local_instant(day, at, zone).astimezone(zone)
    assert is_missing(day, at, zone) == (shown.replace(tzinfo=None) != datetime.combine(day, at))
    others = {
        local_instant(day, at, zone) + timedelta(minutes=m)
        for m in (-60, -30, 30, 60)
        if (local_instant(day, at, zone) + timedelta(minutes=m))
        .astimezone(zone)
        .replace(tzinfo=None, fold=0)
        == datetime.combine(day, at)
    }
    assert is_ambiguous(day, at, zone) == bool(others)
    assert all(other > local_instant(day, at, zone) for other in others)
