"""Handling time by time of day, its level and its range."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from known_series import MONDAY, history_of, weeks_grid

from forecasting.grid import day_numbers
from forecasting.handling import HandlingTime, handling_time
from forecasting.handling_days import HandlingDays
from forecasting.handling_range import HandlingErrors, HandlingRange
from forecasting.history import History

NEXT = weeks_grid(1, MONDAY + timedelta(weeks=3))


def test_the_profile_equals_its_naive_twin() -> None:
    grid = weeks_grid(3)
    rng = np.random.default_rng(2)
    handled = rng.poisson(3.0, (1, len(grid))).astype(float)
    aht_s = np.where(handled > 0, rng.uniform(100, 300, handled.shape), np.nan)
    history = replace(history_of(grid, handled[0] + 1), handled=handled, aht_s=aht_s)
    weight = [
        handled[0, i] * 0.5 ** ((len(grid) - 1 - i) // 48 / 7 / 8) if handled[0, i] else 0.0
        for i in range(len(grid))
    ]
    known = [i for i in range(len(grid)) if weight[i]]
    overall = sum(weight[i] * aht_s[0, i] for i in known) / sum(weight)
    profile = HandlingDays.of(history, "phone").profile()
    for slot in range(48):
        here = [i for i in known if i % 48 == slot]
        total = sum(weight[i] for i in here)
        seconds = sum(weight[i] * aht_s[0, i] for i in here)
        assert profile[slot] * overall == pytest.approx((seconds + 200 * overall) / (total + 200))


def test_offered_contacts_count_where_handled_ones_are_unknown() -> None:
    grid = weeks_grid(3)
    offered = np.where(np.arange(len(grid)) % 48 < 24, 1e6, 3e6)
    aht_s = np.where(np.arange(len(grid)) % 48 < 24, 100.0, 200.0)[np.newaxis]
    history = replace(history_of(grid, offered), aht_s=aht_s)
    forecast = handling_time(history, "phone", NEXT, np.ones(len(NEXT)))
    assert forecast is not None
    assert forecast.mean_s[[0, 47]] == pytest.approx([100.0, 200.0], rel=1e-4)


def test_a_history_without_handling_times_says_nothing() -> None:
    history = history_of(weeks_grid(3), np.ones(1008))
    assert handling_time(history, "phone", NEXT, np.ones(len(NEXT))) is None


def times(
    weeks: int, level: np.ndarray, *, seed: int, a_day: float = 960.0, luck: float = 0.08
) -> History:
    """Exponential times around a level by the day, longer towards the evening."""
    grid = weeks_grid(weeks)
    rng = np.random.default_rng(seed)
    handled = rng.poisson(a_day / 48, len(grid)).astype(float)
    mean = (level * rng.gamma(luck**-2, luck**2, level.size))[day_numbers(grid)]
    mean = mean * (0.8 + 0.4 * grid.local_minutes / 1440)
    aht_s = mean * rng.gamma(np.maximum(handled, 1)) / np.maximum(handled, 1)
    aht_s[handled == 0] = np.nan
    history = history_of(grid, handled)
    return replace(history, handled=handled[np.newaxis], aht_s=aht_s[np.newaxis])


def ahead(history: History, weeks: int, to_come: int = 1) -> tuple[HandlingTime, np.ndarray]:
    """Forecast from what the first weeks knew; return what came, too."""
    past = history.before(MONDAY + timedelta(weeks=weeks))
    grid = weeks_grid(to_come, MONDAY + timedelta(weeks=weeks))
    part = slice(len(past.grid), len(past.grid) + len(grid))
    found = handling_time(past, "phone", grid, history.offered[0, part])
    assert found is not None
    return found, history.aht_s[0, part]


@pytest.mark.parametrize("a_day", [100.0, 960.0, 20_000.0])
@pytest.mark.parametrize("luck", [0.03, 0.15])
def test_ranges_hold_what_they_promise_out_of_sample(a_day: float, luck: float) -> None:
    inside, below = [], []
    for seed in range(4):
        history = times(32, np.full(224, 240.0), seed=seed, a_day=a_day, luck=luck)
        for week in (20, 30):
            found, came = ahead(history, week, 2)
            known = ~np.isnan(came)
            low, middle, high = found.quantiles_s[[0, 4, 8]][:, known]
            inside.append(np.mean((low <= came[known]) & (came[known] <= high)))
            below.append(np.mean(came[known] <= middle))
    # Days in a row share their luck: 8 windows of 14 days leave some points of chance.
    assert 0.74 <= np.mean(inside) <= 0.88
    assert 0.40 <= np.mean(below) <= 0.60


def test_a_level_that_moved_is_followed_and_one_that_stays_is_not_chased() -> None:
    moved = np.where(np.arange(140) < 105, 200.0, 300.0)
    found, _ = ahead(times(20, moved, seed=3), 19)
    assert found.mean_s.mean() == pytest.approx(300.0, rel=0.05)
    growing = 200.0 * 1.01 ** (np.arange(210) / 7.0)
    found, _ = ahead(times(30, growing, seed=4, luck=0.01), 29)
    assert found.mean_s.mean() == pytest.approx(growing[-4], rel=0.02)
    found, _ = ahead(times(20, np.full(140, 200.0), seed=5), 19)
    assert found.mean_s.mean() == pytest.approx(200.0, rel=0.04)


def test_few_days_have_an_assumed_range_that_is_wider_for_few_contacts() -> None:
    history = times(1, np.full(7, 240.0), seed=1)
    found = handling_time(history, "phone", NEXT, np.where(np.arange(len(NEXT)) % 2, 5.0, 500.0))
    assert found is not None
    wide = (found.quantiles_s[8] - found.quantiles_s[0]) / found.mean_s
    assert wide[1] > 2 * wide[0] > 0.3
    assert np.all(np.diff(found.quantiles_s, axis=0) >= 0)


def test_the_variances_of_errors_equal_their_naive_twin() -> None:
    rng = np.random.default_rng(7)
    days, slots = np.divmod(np.arange(4_000), 20)
    contacts = np.where(slots < 10, 5.0, 80.0)
    ratio = 1.0 + 0.1 * rng.standard_normal(4_000) + rng.standard_normal(4_000) / contacts**0.5
    errors = HandlingErrors(
        day=days,
        lead_days=np.ones(4_000, dtype=np.int64),
        ratio=ratio,
        contacts=contacts,
        age_days=np.zeros(4_000, dtype=np.int64),
    )
    spread = HandlingRange.learn(errors, 3)
    busy, quiet = (float(np.mean((ratio - 1.0)[contacts == n] ** 2)) for n in (80.0, 5.0))
    # Two groups, two unknowns: level + contact / 5 and level + contact / 80.
    contact = (quiet - busy) / (1 / 5 - 1 / 80)
    assert spread.contact == pytest.approx(contact, rel=1e-3)
    assert spread.level == pytest.approx(np.full(3, busy - contact / 80), rel=1e-3)


def test_a_stated_handling_time_has_no_range() -> None:
    stated = HandlingTime.stated(180.0, 3)
    assert stated.mean_s.tolist() == [180.0] * 3
    assert np.all(stated.quantiles_s == 180.0)
