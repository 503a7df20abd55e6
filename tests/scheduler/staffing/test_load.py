"""The lagged load against a naive twin that walks second by second."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.staffing.load import lagged_load

INTERVAL = 60


def naive_lag(offered: list[float], aht_s: list[int], open_share: list[float]) -> list[float]:
    active = [o > 0 and s > 0 for o, s in zip(offered, open_share, strict=True)]
    rates = []
    for i in range(len(offered)):
        source = next((j for j in range(i, len(offered)) if active[j]), None)
        if source is None:
            source = max(j for j in range(len(offered)) if active[j])
        rates.append(offered[source] / open_share[source] / INTERVAL)
    load = []
    for i, aht in enumerate(aht_s):
        seconds = range(i * INTERVAL - aht, (i + 1) * INTERVAL - aht)
        mean = sum(rates[max(s // INTERVAL, 0)] for s in seconds) / INTERVAL
        load.append(mean * aht if active[i] else 0.0)
    return load


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.0, 1.0, 4.0, 7.5]),
            st.integers(1, 200),
            st.sampled_from([0.0, 0.5, 1.0]),
        ),
        min_size=1,
        max_size=12,
    ).filter(lambda rows: any(o > 0 and s > 0 for o, _, s in rows))
)
@settings(deadline=None, derandomize=True, max_examples=80)
def test_lagged_load_against_its_twin(rows: list[tuple[float, int, float]]) -> None:
    offered, aht_s, open_share = (list(column) for column in zip(*rows, strict=True))
    found = lagged_load(np.array(offered), np.array(aht_s, float), np.array(open_share), INTERVAL)
    assert found == pytest.approx(naive_lag(offered, aht_s, open_share), abs=1e-9)


def test_a_steady_queue_has_the_textbook_load() -> None:
    load = lagged_load(np.full(8, 30.0), np.full(8, 300.0), np.ones(8), 900.0)
    assert load == pytest.approx(np.full(8, 10.0))


def test_load_follows_a_step_one_handling_time_later() -> None:
    offered = np.array([30.0, 30.0, 60.0, 60.0])
    load = lagged_load(offered, np.full(4, 300.0), np.ones(4), 900.0)
    assert load == pytest.approx([10.0, 10.0, 10.0 + 10.0 * 2 / 3, 20.0])
    unlagged = lagged_load(offered, np.full(4, 300.0), np.ones(4), 900.0, lag=False)
    assert unlagged == pytest.approx([10.0, 10.0, 20.0, 20.0])


def test_a_closed_queue_has_no_load_and_opens_with_its_full_one() -> None:
    offered = np.array([0.0, 30.0, 30.0, 0.0, 30.0])
    load = lagged_load(offered, np.full(5, 900.0), np.array([0, 1, 1, 0, 1.0]), 900.0)
    assert load == pytest.approx([0.0, 30.0, 30.0, 0.0, 30.0])
    assert not lagged_load(np.zeros(3), np.full(3, 300.0), np.ones(3), 900.0).any()
