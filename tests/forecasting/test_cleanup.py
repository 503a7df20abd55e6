"""Planted faults are found, clean series are left in peace, replacements are marked."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_series import LONDON, MONDAY, OFFICE, history_of, poisson_counts, true_means, weeks_grid
from numpy.typing import NDArray
from scipy.stats import nbinom, poisson

from forecasting.cleanup import find, replaced
from forecasting.finding import whole
from forecasting.grid import TimeGrid, day_numbers, slot_numbers
from forecasting.history import History
from forecasting.level_shifts import level_shifts
from forecasting.special_days import OpeningHours, SpecialDay
from forecasting.strange_days import FALSE_ALARM, silence
from forecasting.usual_days import NEIGHBOURS, usual_days

GRID = weeks_grid(26)
WORK_DAYS = [day for day in GRID.dates() if day.weekday() < 5]


def series(volume: float, seed: int, spread: float = 0.0) -> NDArray:
    return poisson_counts(GRID, volume, seed=seed, day_spread=spread)


def found_in(counts: NDArray) -> list[tuple[str, date, date]]:
    history = history_of(GRID, counts)
    return [
        (each.kind, each.start.date(), (each.end - timedelta(seconds=1)).date())
        for each in find(history, "phone", OFFICE)
    ]


@pytest.mark.parametrize("spread", [0.0, 0.15])
@pytest.mark.parametrize("volume", [0.1, 0.5, 2.0, 20.0])
def test_a_clean_series_yields_few_findings(volume: float, spread: float) -> None:
    # One chance in a hundred for each of four kinds: in 12 series 0.5 are expected to have any,
    # and three or more have a probability under 0.02.
    noisy = [seed for seed in range(12) if found_in(series(volume, seed, spread))]
    assert len(noisy) <= 2


@given(
    volume=st.floats(0.5, 50),
    day=st.sampled_from(WORK_DAYS),
    first=st.integers(0, 15),
    length=st.integers(1, 15),
    seed=st.integers(0, 1000),
)
@settings(deadline=None, derandomize=True, max_examples=60)
def test_an_outage_worth_a_finding_is_found(
    volume: float, day: date, first: int, length: int, seed: int
) -> None:
    counts = series(volume, seed)
    begin = GRID.day_slice(day).start + 18 + first
    end = min(begin + length, GRID.day_slice(day).start + 34)
    lost = true_means(GRID, volume)[begin:end].sum()
    counts[begin:end] = 0.0
    outages = [
        each for each in find(history_of(GRID, counts), "phone", OFFICE) if each.kind == "outage"
    ]
    covering = [each for each in outages if each.at.start <= begin and end <= each.at.stop]
    whole_day = end - begin == 16
    # Half as many would do; twice as many cannot be missed by a bad guess of what is usual.
    if lost >= 2 * silence(1.2, 26 * 5 * 16) and not whole_day:
        (outage,) = covering
        assert outage.usual == pytest.approx(lost, rel=0.6, abs=10)
        assert outage.found == 0
    if lost <= 3:
        assert not covering


@pytest.mark.parametrize("volume", [2.0, 20.0])
@pytest.mark.parametrize("day", WORK_DAYS[::19])
def test_a_day_without_a_contact_was_closed(volume: float, day: date) -> None:
    counts = series(volume, seed=3)
    counts[GRID.day_slice(day)] = 0.0
    assert found_in(counts) == [("closure", day, day)]


@pytest.mark.parametrize("factor", [0.3, 2.5])
@pytest.mark.parametrize("day", WORK_DAYS[::19])
def test_a_day_far_from_usual_is_found_with_its_size(factor: float, day: date) -> None:
    counts = series(20.0, seed=4)
    today = GRID.day_slice(day)
    usual = true_means(GRID, 20.0)[today].sum()
    counts[today] = np.round(counts[today] * factor)
    (outlier,) = find(history_of(GRID, counts), "phone", OFFICE)
    assert (outlier.kind, outlier.start.date()) == ("outlier", day)
    assert outlier.found == counts[today].sum()
    assert outlier.usual == pytest.approx(usual, rel=0.2)


@pytest.mark.parametrize(("factor", "at"), [(1.3, 40), (0.7, 65), (2.0, 100)])
def test_a_lasting_change_is_one_level_shift_and_no_outlier(factor: float, at: int) -> None:
    counts = series(20.0, seed=5)
    after = GRID.local_dates >= np.datetime64(WORK_DAYS[at])
    draw = np.random.default_rng(6)
    counts = np.where(after, draw.poisson(true_means(GRID, 20.0 * factor)), counts)
    (shift,) = find(history_of(GRID, counts.astype(float)), "phone", OFFICE)
    assert shift.kind == "level_shift"
    assert abs((shift.start.date() - WORK_DAYS[at]).days) <= 3
    assert shift.found / shift.usual == pytest.approx(factor, rel=0.1)
    lifted = replaced(history_of(GRID, counts.astype(float)), [shift])
    assert not find(lifted, "phone", OFFICE)
    assert lifted.replaced[0, : shift.at.stop].any()
    assert not lifted.replaced[0, shift.at.stop :].any()


def test_a_slow_trend_is_no_level_shift() -> None:
    growth = np.linspace(1.0, 1.5, len(GRID))
    draw = np.random.default_rng(7)
    counts = draw.poisson(true_means(GRID, 20.0) * growth).astype(float)
    assert "level_shift" not in {kind for kind, *_ in found_in(counts)}


def test_days_that_a_special_day_describes_are_no_faults() -> None:
    counts = series(20.0, seed=8)
    day = WORK_DAYS[30]
    counts[GRID.day_slice(day).start + 20 : GRID.day_slice(day).stop] = 0.0
    history = history_of(GRID, counts)
    assert find(history, "phone", OFFICE)
    described = [SpecialDay(day=day, kind="campaign", factor=0.3)]
    assert not find(history, "phone", OFFICE, described)


def test_a_public_holiday_is_no_fault_and_stays_as_it_was() -> None:
    counts = series(20.0, seed=8)
    good_friday = date(2026, 4, 3)
    counts[GRID.day_slice(good_friday).start + 22 : GRID.day_slice(good_friday).stop] = 0.0
    history = history_of(GRID, counts)
    assert [each.kind for each in find(history, "phone", OFFICE)] == ["outage"]
    assert not find(history, "phone", OFFICE, country="GB")
    kept, remarks = history.cleaned({"phone": OFFICE}, country="GB")
    np.testing.assert_array_equal(kept.offered, history.offered)
    assert not remarks


def test_what_lies_before_the_first_and_after_the_last_record_is_no_outage() -> None:
    counts = series(20.0, seed=9)
    counts[: GRID.day_slice(WORK_DAYS[0]).start + 26] = np.nan
    counts[GRID.day_slice(WORK_DAYS[-1]).start + 26 :] = np.nan
    assert found_in(counts) == []


def test_a_replacement_is_usual_marked_and_nothing_else() -> None:
    counts = series(20.0, seed=10)
    day = WORK_DAYS[40]
    lost = slice(GRID.day_slice(day).start + 20, GRID.day_slice(day).start + 26)
    truth = counts[lost].sum()
    counts[lost] = 0.0
    counts[GRID.day_slice(WORK_DAYS[70])] = np.nan
    known = np.where(np.isnan(counts), np.nan, 60.0)
    plain = history_of(GRID, counts)
    history = History(
        grid=GRID,
        queues=plain.queues,
        offered=plain.offered,
        handled=plain.offered,
        abandoned=plain.abandoned,
        aht_s=known[None, :],
    )
    found = find(history, "phone", OFFICE)
    assert Counter(each.kind for each in found) == {"outage": 1, "gap": 1}
    outage = next(each for each in found if each.kind == "outage")
    mended = replaced(history, [outage])
    changed = mended.offered != history.offered
    changed &= ~(np.isnan(mended.offered) & np.isnan(history.offered))
    np.testing.assert_array_equal(mended.replaced, changed)
    assert np.flatnonzero(changed[0]).tolist() == list(range(lost.start, lost.stop))
    assert mended.offered[0, lost].sum() == pytest.approx(truth, rel=0.25)
    assert np.array_equal(mended.offered[0, lost], np.round(mended.offered[0, lost]))
    assert np.isnan(mended.handled[0, lost]).all()
    assert np.isnan(mended.aht_s[0, lost]).all()
    assert [each.kind for each in find(mended, "phone", OFFICE)] == ["gap"]
    everything = replaced(history, found)
    assert not find(everything, "phone", OFFICE)
    assert not history.replaced.any(), "the history before stays as it was"
    _, remarks = everything.cleaned({"phone": OFFICE})
    assert "intervals hold a value put in place of what was recorded" in remarks[0].text


@pytest.mark.parametrize("chances", [10, 5000])
def test_silence_is_as_rare_as_stated(chances: int) -> None:
    assert chances * poisson.pmf(0, silence(1.0, chances)) == pytest.approx(FALSE_ALARM)
    for variation in (1.5, 7.5):
        mean = silence(variation, chances)
        size = mean / (variation - 1)
        assert chances * nbinom.pmf(0, size, 1 / variation) == pytest.approx(FALSE_ALARM)


@given(st.lists(st.floats(0, 50) | st.just(float("nan")), max_size=40))
@settings(deadline=None, derandomize=True, max_examples=100)
def test_rounding_keeps_sums(values: list[float]) -> None:
    contacts = np.array(values, dtype=np.float64)
    rounded = whole(contacts)
    np.testing.assert_array_equal(np.isnan(rounded), np.isnan(contacts))
    assert np.nansum(rounded) == pytest.approx(np.nansum(contacts), abs=0.5 + 1e-6)
    assert (np.nan_to_num(rounded) >= 0).all()


def test_usual_days_are_those_of_a_plain_loop() -> None:
    draw = np.random.default_rng(11)
    counts = series(3.0, seed=12)
    among = (draw.random(len(GRID)) < 0.9) & (true_means(GRID, 1.0) > 0)
    days = len(GRID.dates())
    segment = (np.arange(days) >= 70).astype(np.int64)
    usual = usual_days(GRID, counts, among, segment)
    rows, slots = day_numbers(GRID), slot_numbers(GRID)
    tables = [
        {int(slots[i]): counts[i] for i in np.flatnonzero((rows == day) & among)}
        for day in range(days)
    ]
    for day in (0, 4, 66, 69, 70, 71, 100, 179):
        others = [
            other
            for other in range(days)
            if other != day and tables[other] and segment[other] == segment[day]
        ]
        same = [other for other in others if (other - day) % 7 == 0]
        near = sorted(same or others, key=lambda other: (abs(other - day), other))[:NEIGHBOURS]
        totals = [sum(tables[other].values()) for other in near]
        assert usual.day[day] == pytest.approx(np.median(totals))
        for slot in (18, 25, 33):
            came = sum(tables[other].get(slot, 0.0) for other in near)
            at = GRID.day_slice(GRID.dates()[day]).start + slot
            assert usual.interval[at] == pytest.approx(np.median(totals) * came / sum(totals))


def test_level_shifts_part_three_levels() -> None:
    draw = np.random.default_rng(13)
    totals = draw.poisson(np.repeat([200.0, 300.0, 150.0], 50)).astype(float)
    assert level_shifts(totals, np.arange(150) % 5, 0.01) == [50, 100]
    assert level_shifts(totals[:15], np.arange(15) % 5, 0.01) == []


def test_a_history_over_both_clock_changes() -> None:
    year = TimeGrid.over_days(date(2025, 10, 6), 210, timedelta(minutes=30), LONDON)
    draw = np.random.default_rng(14)
    counts = draw.poisson(4.0, len(year)).astype(float)
    assert not find(history_of(year, counts), "phone", OpeningHours.always())
    for night in (date(2025, 10, 26), date(2026, 3, 29)):
        lost = counts.copy()
        lost[year.day_slice(night)] = 0.0
        (closed,) = find(history_of(year, lost), "phone", OpeningHours.always())
        hours = 25 if night.month == 10 else 23
        assert closed.end.timestamp() - closed.start.timestamp() == 3600 * hours
        assert closed.usual == pytest.approx(8 * hours, rel=0.2)


def test_a_new_queue_has_nothing_to_be_held_against() -> None:
    one_day = np.full(len(GRID), np.nan)
    one_day[GRID.day_slice(MONDAY)] = 5.0
    kinds = Counter(
        each.kind
        for each in find(history_of(GRID, one_day), "phone", OpeningHours.parse("Mon 09:00-17:00"))
    )
    assert kinds == {"gap": 1, "out_of_hours": 1}
