"""Ranges: learned from trials that saw nothing but the past."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_series import MONDAY, OFFICE, history_of, poisson_counts, weeks_grid

from forecasting.models import EwmaWeekday, ProfileLevel, SeasonalNaive
from forecasting.series import Calendar, Series
from forecasting.spread import LEVELS, Spread, Trial, choose, past_origins, run_trial


def noisy_series(weeks: int, volume: float, *, seed: int = 5, day_spread: float = 0.0) -> Series:
    counts = poisson_counts(weeks_grid(weeks), volume, seed=seed, day_spread=day_spread)
    return Calendar(queue="phone", opening=OFFICE).series(history_of(weeks_grid(weeks), counts))


def trial(expected: list[float], observed: list[float], lead: int = 1) -> Trial:
    return Trial(
        origin=MONDAY,
        end=MONDAY + timedelta(days=1),
        lead_days=np.full(len(expected), lead),
        expected=np.array(expected),
        observed=np.array(observed),
    )


def test_a_trial_sees_nothing_from_its_origin_on() -> None:
    series = noisy_series(8, 20.0)
    origin = MONDAY + timedelta(weeks=6)
    later = series.grid.day_slice(origin).start
    counts = series.counts.copy()
    counts[later:] *= 7.0
    other = Series(grid=series.grid, counts=counts, weight=series.weight)
    one, two = (run_trial(each, ProfileLevel(), origin, 7) for each in (series, other))
    np.testing.assert_array_equal(one.expected, two.expected)
    np.testing.assert_array_equal(7.0 * one.observed, two.observed)
    assert one.observed.size == 5 * 16
    assert np.unique(one.lead_days).tolist() == [1, 2, 3, 4, 5]


def test_origins_end_with_the_last_full_window() -> None:
    series = noisy_series(6, 20.0)
    origins = past_origins(series, days=7, step=7, least_days=28)
    assert origins == [MONDAY + timedelta(weeks=4), MONDAY + timedelta(weeks=5)]
    assert past_origins(series, days=14, step=7, least_days=28) == [date(2026, 2, 2)]
    assert past_origins(series, days=15, step=7, least_days=28) == []


def test_the_model_that_erred_least_is_chosen() -> None:
    good, bad = [trial([5.0], [6.0])] * 4, [trial([5.0], [9.0])] * 4
    assert choose([bad, good, bad]) == 1
    # Three trials may agree by luck; the last model stands first in trust.
    assert choose([good[:3], bad[:3], bad[:3]]) == 2


@pytest.mark.parametrize(("volume", "day_spread"), [(3.0, 0.0), (60.0, 0.0), (200.0, 0.15)])
def test_eighty_per_cent_ranges_hold_eighty_per_cent(volume: float, day_spread: float) -> None:
    series = noisy_series(80, volume, day_spread=day_spread)
    origins = past_origins(series, days=7, step=7, least_days=28)
    trials = [run_trial(series, EwmaWeekday(), origin, 7) for origin in origins]
    inside = total = 0
    for number in range(26, len(trials)):
        now = trials[number]
        low, *_, high = Spread.learn(trials[number - 26 : number], volume).quantiles(
            now.expected, now.lead_days
        )
        inside += int(((low <= now.observed) & (now.observed <= high)).sum())
        total += now.observed.size
    # 50 weeks of 5 days: with whole days in common the share's standard error is below 0.02.
    assert inside / total == pytest.approx(0.8, abs=0.05)


def test_an_assumed_spread_is_poisson_with_days_that_differ_by_a_fifth() -> None:
    low, *_, high = Spread.learn([], 100.0).quantiles(np.array([100.0]), np.array([1]))[:, 0]
    deviation = np.sqrt(100.0 + 20.0**2)
    assert high - low == pytest.approx(2 * 1.2816 * deviation, rel=0.02)


@given(
    expected=st.lists(st.floats(0, 500), min_size=1, max_size=8),
    errors=st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500)), min_size=1, max_size=8),
    lead=st.integers(1, 30),
)
@settings(deadline=None, derandomize=True, max_examples=150)
def test_quantiles_rise_from_zero_and_vanish_where_nothing_is_expected(
    expected: list[float], errors: list[tuple[float, float]], lead: int
) -> None:
    trials = [trial([e for e, _ in errors], [o for _, o in errors], lead=3)] * 4
    mean = np.array(expected)
    values = Spread.learn(trials, 1.0).quantiles(mean, np.full(mean.size, lead))
    assert values.shape == (len(LEVELS), mean.size)
    assert (values >= 0).all()
    assert (np.diff(values, axis=0) >= 0).all()
    assert not values[:, mean == 0].any()


def test_ranges_of_a_lead_rest_on_similar_leads() -> None:
    near, far = trial([100.0] * 9, [100.0] * 9, lead=1), trial([100.0] * 9, [400.0] * 9, lead=20)
    spread = Spread.learn([near, far] * 2, 100.0)
    values = spread.quantiles(np.full(3, 100.0), np.array([2, 19, 99]))
    assert values[4] == pytest.approx([100.0, 400.0, 400.0])


def test_the_naive_model_gets_the_wider_range() -> None:
    series = noisy_series(30, 60.0)
    origins = past_origins(series, days=7, step=7, least_days=28)
    widths = []
    for model in (SeasonalNaive(), EwmaWeekday()):
        trials = [run_trial(series, model, origin, 7) for origin in origins]
        values = Spread.learn(trials, 60.0).quantiles(np.array([60.0]), np.array([3]))
        widths.append(values[-1, 0] - values[0, 0])
    # One noisy week instead of the mean of many: variance 2 against about 1.1.
    assert widths[0] / widths[1] == pytest.approx(np.sqrt(2 / 1.1), rel=0.1)
