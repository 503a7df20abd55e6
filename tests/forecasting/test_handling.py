"""Handling time by time of day."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from known_series import MONDAY, history_of, weeks_grid

from forecasting.handling import handling_time

NEXT = weeks_grid(1, MONDAY + timedelta(weeks=3))


def test_handling_time_equals_its_naive_twin() -> None:
    grid = weeks_grid(3)
    rng = np.random.default_rng(2)
    handled = rng.poisson(3.0, (1, len(grid))).astype(float)
    aht_s = np.where(handled > 0, rng.uniform(100, 300, handled.shape), np.nan)
    history = replace(history_of(grid, handled[0] + 1), handled=handled, aht_s=aht_s)
    weight = [
        handled[0, i] * 0.5 ** ((len(grid) - 1 - i) / 336 / 8) if handled[0, i] else 0.0
        for i in range(len(grid))
    ]
    known = [i for i in range(len(grid)) if weight[i]]
    overall = sum(weight[i] * aht_s[0, i] for i in known) / sum(weight)
    forecast = handling_time(history, "phone", NEXT)
    assert forecast is not None
    for slot in range(48):
        here = [i for i in known if i % 48 == slot]
        total = sum(weight[i] for i in here)
        seconds = sum(weight[i] * aht_s[0, i] for i in here)
        assert forecast[slot] == pytest.approx((seconds + 200 * overall) / (total + 200))


def test_offered_contacts_count_where_handled_ones_are_unknown() -> None:
    grid = weeks_grid(3)
    offered = np.where(np.arange(len(grid)) % 48 < 24, 1e6, 3e6)
    aht_s = np.where(np.arange(len(grid)) % 48 < 24, 100.0, 200.0)[np.newaxis]
    history = replace(history_of(grid, offered), aht_s=aht_s)
    forecast = handling_time(history, "phone", NEXT)
    assert forecast is not None
    assert forecast[[0, 47]] == pytest.approx([100.0, 200.0], rel=1e-4)


def test_a_history_without_handling_times_says_nothing() -> None:
    history = history_of(weeks_grid(3), np.ones(1008))
    assert handling_time(history, "phone", NEXT) is None
