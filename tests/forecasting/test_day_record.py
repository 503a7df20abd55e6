"""Days that stand out, and what days off do to the days around them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_series import MONDAY

from forecasting.day_record import DayRecord, stand_alone
from forecasting.day_table import DayTable
from forecasting.grid import weekdays_of

FIRST = np.datetime64(MONDAY, "D")
NO_DAYS = np.empty(0, dtype="datetime64[D]")


def record_of(totals: np.ndarray, off_days: np.ndarray = NO_DAYS) -> DayRecord:
    """Ten slots a day; days of NaN have no record."""
    rate = np.repeat(totals[:, np.newaxis] / 10.0, 10, axis=1)
    table = DayTable(days=FIRST + np.arange(totals.size), rate=rate)
    return DayRecord(table=table, off_days=off_days)


def office_weeks(weeks: int) -> np.ndarray:
    week = np.array([1300.0, 1100.0, 1000.0, 900.0, 700.0, np.nan, np.nan])
    return np.tile(week, weeks)


def test_a_day_that_stands_alone_is_odd() -> None:
    totals = office_weeks(8)
    totals[22] *= 1.9
    totals[37] *= 0.4
    assert np.flatnonzero(record_of(totals).odd).tolist() == [22, 37]
    assert np.isnan(record_of(totals).totals[[22, 37]]).all()


def test_a_new_level_is_not_odd() -> None:
    totals = office_weeks(10)
    totals[7 * 9 :] *= 1.7
    assert not record_of(totals).odd.any()


def test_what_the_calendar_explains_is_not_odd() -> None:
    totals = office_weeks(8)
    totals[21] = np.nan  # a Monday without records, and the Tuesday makes up for it
    totals[22] *= 1.9
    assert not record_of(totals).odd.any()


def test_a_short_past_has_no_odd_days() -> None:
    totals = office_weeks(2)
    totals[3] *= 3.0
    assert not record_of(totals).odd.any()


@given(seed=st.integers(0, 10_000), spread=st.floats(0.0, 0.2))
@settings(deadline=None, derandomize=True, max_examples=30)
def test_usual_days_are_hardly_ever_odd(seed: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    weekdays = weekdays_of(FIRST + np.arange(140))
    roots = 30.0 + 3.0 * weekdays + rng.normal(0.0, 0.5 + 10.0 * spread, 140)
    assert stand_alone(roots, weekdays).sum() <= 3


def test_days_around_a_day_off_are_marked() -> None:
    off = np.array([FIRST + 9, FIRST + 35], dtype="datetime64[D]")  # a Wednesday, a Monday
    totals = office_weeks(5)
    totals[9] = np.nan
    totals[2] = np.nan  # a Wednesday without records
    found = record_of(totals, off).effects(FIRST + np.arange(42))
    twin = np.zeros((42, 5))
    # Thursday, Friday and Monday follow each Wednesday off; Tuesday comes before.
    for row, column in [(3, 0), (4, 1), (7, 2), (10, 0), (11, 1), (14, 2), (8, 3)]:
        twin[row, column] = 1.0
    for row, column in [(36, 0), (37, 1), (38, 2)]:
        twin[row, column] = 1.0
    np.testing.assert_array_equal(found, twin)


def test_days_between_two_days_off_in_a_week_are_marked() -> None:
    off = np.array([FIRST + 7, FIRST + 10, FIRST + 21], dtype="datetime64[D]")
    found = record_of(office_weeks(5), off).effects(FIRST + np.arange(35))
    assert np.flatnonzero(found[:, 4]).tolist() == [8, 9]


def test_effects_of_some_days_are_those_days_of_all() -> None:
    record = record_of(office_weeks(3), np.array([FIRST + 9], dtype="datetime64[D]"))
    some = FIRST + np.array([4, 10, 11, 30])
    everything = record.effects(FIRST + np.arange(40))
    np.testing.assert_array_equal(record.effects(some), everything[[4, 10, 11, 30]])


def test_time_before_the_first_record_is_no_day_off() -> None:
    totals = office_weeks(4)
    totals[:14] = np.nan
    assert not record_of(totals).effects(FIRST + np.arange(28)).any()


@pytest.mark.parametrize(("known", "usual"), [(3, True), (1, False)])
def test_weekdays_are_usual_where_they_are_mostly_on_record(known: int, usual: bool) -> None:
    totals = office_weeks(4)
    totals[5 : 5 + 7 * known : 7] = 300.0
    assert bool(record_of(totals).usual_weekdays[5]) is usual
    assert record_of(totals).usual_weekdays[:5].all()
