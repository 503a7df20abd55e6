from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.rostering.envelope import MILLI, answered_in_time, concave_pieces
from scheduler.staffing.erlang import service_level


def _naive_hull(values: list[int], floor: int, n: int) -> float:
    """The least concave function above the points from the floor on, by trying every chord."""
    best = float(values[n])
    for left in range(floor, n + 1):
        for right in range(n, len(values)):
            if left < right:
                part = (n - left) / (right - left)
                best = max(best, (1 - part) * values[left] + part * values[right])
    return best


@settings(deadline=None, derandomize=True, max_examples=200)
@given(
    steps=st.lists(st.integers(0, 100), min_size=2, max_size=12),
    offered=st.floats(0.1, 50),
    floor=st.integers(0, 11),
)
def test_the_pieces_are_the_hull_of_every_chord(
    steps: list[int], offered: float, floor: int
) -> None:
    curve = np.minimum(1.0, np.cumsum(steps) / max(1, sum(steps)))
    floor = min(floor, curve.size - 1)
    pieces = concave_pieces(offered, curve, floor)
    values = [int(v) for v in np.rint(MILLI * offered * curve)]
    if not pieces:
        assert values[-1] == 0
        return
    for n in range(floor, curve.size):
        assert answered_in_time(pieces, n, 1) == int(np.floor(_naive_hull(values, floor, n) + 1e-9))


def test_half_an_agent_stands_halfway() -> None:
    pieces = concave_pieces(10.0, np.array([0.0, 0.5, 0.8, 1.0]), 0)
    assert answered_in_time(pieces, 45, 30) == (5000 + 8000) // 2


def test_below_the_floor_the_first_line_goes_on_downwards() -> None:
    pieces = concave_pieces(10.0, np.array([0.0, 0.0, 0.0, 0.5, 0.8, 0.9]), 3)
    assert answered_in_time(pieces, 3, 1) == 5000
    assert answered_in_time(pieces, 2, 1) == 2000
    assert answered_in_time(pieces, 1, 1) < 0


def test_more_agents_than_the_curve_knows_answer_no_more() -> None:
    pieces = concave_pieces(10.0, np.array([0.0, 0.5, 0.8]), 0)
    assert answered_in_time(pieces, 99, 1) == 8000


def test_nothing_offered_makes_no_pieces() -> None:
    assert concave_pieces(0.0, np.array([0.0, 1.0]), 0) == ()
    assert answered_in_time((), 5, 1) == 0


@pytest.mark.parametrize("load", [2.0, 11.0, 50.0])
def test_an_erlang_curve_from_the_smallest_stable_number_is_its_own_envelope(load: float) -> None:
    staff = np.arange(int(load) + 40)
    curve = service_level(load, staff, aht_s=300, answer_within_s=20)
    stable = int(load) + 1
    pieces = concave_pieces(100.0, curve, stable)
    for n in range(stable, staff.size):
        assert answered_in_time(pieces, n, 1) - np.rint(1e5 * curve[n]) in (0, 1)
