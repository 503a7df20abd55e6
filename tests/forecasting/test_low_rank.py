"""Few shapes of a day whose sizes fade."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from known_series import MONDAY, history_of, weeks_grid
from numpy.typing import NDArray

from forecasting.low_rank import LowRank
from forecasting.series import Calendar, Series
from forecasting.special_days import OpeningHours

UTC = ZoneInfo("UTC")
SLOTS = np.arange(48)
BASE = 6.0 + 2.0 * np.sin(SLOTS / 48 * 2 * np.pi)
SHAPE = np.where(SLOTS < 24, 0.2, -0.2)  # early days and late days, of length sqrt(48) / 5


def series_of(roots: NDArray) -> Series:
    """Whole days of given square roots, shape (days, 48)."""
    weeks = roots.shape[0] // 7
    history = history_of(weeks_grid(weeks, zone=UTC), (roots**2).ravel())
    return Calendar(queue="phone", opening=OpeningHours.always()).series(history)


def next_roots(model: LowRank, series: Series, days: int = 7) -> NDArray:
    first = MONDAY + timedelta(days=series.table.days.size)
    grid = weeks_grid(1, first, UTC)
    return np.sqrt(model.fit(series).predict(grid)).reshape(7, 48)[:days]


def test_a_shape_that_comes_and_fades_is_forecast() -> None:
    rng = np.random.default_rng(3)
    size = np.zeros(140)
    for day in range(1, 140):
        size[day] = 0.8 * size[day - 1] + rng.normal(0.0, 1.0)
    size[-3:] = 3.0, 3.5, 4.0
    found = next_roots(LowRank(), series_of(BASE + size[:, np.newaxis] * SHAPE))
    # Early slots stand above late ones as far as the size of the shape says.
    early_minus_late = (found - BASE)[:, :24].mean(axis=1) - (found - BASE)[:, 24:].mean(axis=1)
    assert early_minus_late[0] == pytest.approx(0.4 * 0.8 * 4.0, rel=0.3)
    assert early_minus_late[3] / early_minus_late[0] == pytest.approx(0.8**3, abs=0.2)


def test_shapes_equal_a_naive_regression_of_one_shape() -> None:
    # With one shape and no calendar the size is each weekday's mean plus what is left of the
    # last day; the twin projects on the shape itself.
    rng = np.random.default_rng(5)
    size = rng.normal(0.0, 1.5, 70)
    roots = BASE + size[:, np.newaxis] * SHAPE
    model = LowRank(shapes=1, half_life_weeks=1e9)
    fitted = model.fit(series_of(roots))
    projected = (roots - BASE) @ SHAPE / (SHAPE @ SHAPE)
    weekday = np.array([projected[day::7].mean() for day in range(7)])
    left = projected - weekday[np.arange(70) % 7]
    fade = max(0.0, (left[1:] @ left[:-1]) / (left[:-1] @ left[:-1]))
    grid = weeks_grid(1, MONDAY + timedelta(days=70), UTC)
    found = np.sqrt(fitted.predict(grid) - np.tile(fitted.variance, 7)).reshape(7, 48)
    twin = [BASE + (weekday[day] + fade ** (day + 1) * left[-1]) * SHAPE for day in range(7)]
    np.testing.assert_allclose(found, twin, atol=0.03)


def test_noise_does_not_pull_the_mean_down() -> None:
    rng = np.random.default_rng(8)
    truth = np.full(48, 2.0)
    found = []
    for _ in range(20):
        counts = rng.poisson(truth, (140, 48)).astype(float)
        found.append((next_roots(LowRank(), series_of(np.sqrt(counts))) ** 2).mean())
    assert np.mean(found) == pytest.approx(2.0, rel=0.03)


def test_a_weekday_of_other_hours_keeps_them() -> None:
    opening = OpeningHours.parse("Mon-Fri 08:00-18:00; Sat 08:00-12:00")
    grid = weeks_grid(10, zone=UTC)
    counts = np.random.default_rng(1).poisson(30.0, len(grid)).astype(float)
    series = Calendar(queue="phone", opening=opening).series(history_of(grid, counts))
    saturday = next_roots(LowRank(calendar=True), series)[5] ** 2
    assert saturday[16:24] == pytest.approx(np.full(8, 30.0), rel=0.2)
    # Where nothing is known, the other weekdays speak.
    assert saturday[24:36] == pytest.approx(np.full(12, 30.0), rel=0.2)
