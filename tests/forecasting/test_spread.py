"""Ranges: learned from errors that had been made."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_series import OFFICE, history_of, poisson_counts, weeks_grid

from forecasting.models import EwmaWeekday, SeasonalNaive
from forecasting.past_errors import Errors
from forecasting.rehearsal import Rehearsal
from forecasting.series import Calendar
from forecasting.spread import LEAST_DAYS, LEVELS, Spread, widened
from forecasting.trials import past_origins


def rehearse(weeks: int, volume: float, *, day_spread: float = 0.0) -> Rehearsal:
    grid = weeks_grid(weeks)
    counts = poisson_counts(grid, volume, seed=5, day_spread=day_spread)
    series = Calendar(queue="phone", opening=OFFICE).series(history_of(grid, counts))
    last = past_origins(series, days=7, least_days=28)[-1]
    origins = [last - timedelta(weeks=k) for k in reversed(range(weeks - 8))]
    return Rehearsal.of(series, (SeasonalNaive(), EwmaWeekday()), origins, 7)


def errors_of(expected: list[float], observed: list[float], lead: int = 1, days: int = 9) -> Errors:
    """The same errors on several days, one slot after the other."""
    size = len(expected)
    return Errors(
        trial=np.repeat(np.arange(days), size),
        lead_days=np.full(days * size, lead),
        slots=np.tile(np.arange(size), days),
        expected=np.tile(np.array(expected), days),
        observed=np.tile(np.array(observed), days),
        age_days=np.ones(days * size, dtype=np.int64),
    )


@pytest.mark.parametrize(
    ("volume", "day_spread"), [(0.2, 0.0), (3.0, 0.3), (60.0, 0.0), (200.0, 0.15)]
)
def test_eighty_per_cent_ranges_hold_eighty_per_cent(volume: float, day_spread: float) -> None:
    rehearsal = rehearse(80, volume, day_spread=day_spread)
    below = upto = total = 0
    for number in range(26, len(rehearsal.trials)):
        now, mean = rehearsal.trials[number], rehearsal.expected[number][1]
        spread = Spread.learn(rehearsal.errors(now.origin, 1), now.days)
        low, *_, high = spread.quantiles(mean, now.lead_days)
        below += int((now.observed < low).sum())
        upto += int((now.observed <= high).sum())
        total += now.observed.size
    # 46 weeks of 5 days: with whole days in common the share's standard error is below 0.02;
    # a whole count stands for a range of probabilities, so few contacts are held more often.
    assert below / total < 0.1 + 0.025
    assert upto / total > 0.9 - 0.025
    if volume > 10:
        assert (upto - below) / total == pytest.approx(0.8, abs=0.05)


def test_an_assumed_spread_is_poisson_with_days_that_differ_by_a_fifth() -> None:
    spread = Spread.learn(Errors.pool([]), 3)
    low, *_, high = spread.quantiles(np.array([100.0]), np.array([2]))[:, 0]
    deviation = np.sqrt(100.0 + 20.0**2)
    assert high - low == pytest.approx(2 * 1.2816 * deviation, rel=0.02)
    few = errors_of([9.0], [400.0], days=LEAST_DAYS - 1)
    np.testing.assert_array_equal(Spread.learn(few, 3).excess, spread.excess)


@given(
    expected=st.lists(st.floats(0, 500), min_size=1, max_size=8),
    errors=st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500)), min_size=1, max_size=8),
    lead=st.integers(1, 30),
)
@settings(deadline=None, derandomize=True, max_examples=150)
def test_quantiles_rise_from_zero_and_vanish_where_nothing_is_expected(
    expected: list[float], errors: list[tuple[float, float]], lead: int
) -> None:
    past = errors_of([e for e, _ in errors], [o for _, o in errors], lead=3)
    mean = np.array(expected)
    values = Spread.learn(past, lead).quantiles(mean, np.full(mean.size, lead))
    assert values.shape == (len(LEVELS), mean.size)
    assert np.isfinite(values).all()
    assert (values >= 0).all()
    assert (np.diff(values, axis=0) >= 0).all()
    assert not values[:, mean == 0].any()


def test_ranges_of_a_lead_rest_on_similar_leads() -> None:
    near = errors_of([100.0] * 9, [100.0] * 9, lead=1)
    far = errors_of([100.0] * 9, [70.0, 130.0] * 4 + [100.0], lead=20)
    excess = Spread.learn(Errors.pool([near, far]), 25).excess
    assert excess[[0, 1]] == pytest.approx(0.0)
    # Of nine errors eight have the square 900, of which Poisson noise explains 100.
    assert excess[10:20] == pytest.approx((900 * 8 / 9 - 100) / 100**2)


def test_beyond_what_was_tried_ranges_go_on_growing() -> None:
    near = errors_of([100.0] * 2, [80.0, 120.0], lead=1)
    far = errors_of([100.0] * 2, [60.0, 140.0], lead=4)
    excess = Spread.learn(Errors.pool([near, far]), 8).excess
    assert (np.diff(excess[3:]) > 0).all()
    assert np.diff(excess[3:]) == pytest.approx(np.diff(excess[3:])[0])


def test_levels_of_a_sample_are_widened_for_its_size() -> None:
    # Of 9 days the lowest is below the next with probability 1/10; of many it hardly matters.
    assert widened([0.1, 0.5, 0.9], 9) == pytest.approx(
        [0.5 - 0.4 * 10 / 9, 0.5, 0.5 + 0.4 * 10 / 9]
    )
    assert widened([0.1], 1e9) == pytest.approx([0.1])
    assert widened([0.1], 1) == pytest.approx([0.0])


def test_the_naive_model_gets_the_wider_range() -> None:
    rehearsal = rehearse(30, 60.0)
    end = rehearsal.trials[-1].origin + timedelta(days=7)
    widths = []
    for model in (0, 1):
        spread = Spread.learn(rehearsal.errors(end, model), 7)
        values = spread.quantiles(np.array([60.0]), np.array([3]))
        widths.append(values[-1, 0] - values[0, 0])
    # One noisy week instead of the mean of many: variance 2 against about 1.1.
    assert widths[0] / widths[1] == pytest.approx(np.sqrt(2 / 1.1), rel=0.1)
