"""Pools of errors against plain lists."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.past_errors import Errors

ROWS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(1, 14), st.integers(0, 47), st.integers(1, 200)),
    max_size=20,
)


def errors_of(rows: list[tuple[int, int, int, int]]) -> Errors:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return Errors(
        trial=columns[0],
        lead_days=columns[1],
        slots=columns[2],
        expected=columns[2] + 1.0,
        observed=columns[3].astype(float),
        age_days=columns[3],
    )


@given(one=ROWS, other=ROWS)
@settings(deadline=None, derandomize=True, max_examples=60)
def test_pools_count_days_and_weigh_by_age(
    one: list[tuple[int, int, int, int]], other: list[tuple[int, int, int, int]]
) -> None:
    pool = Errors.pool([errors_of(one), errors_of(other)])
    rows = one + other
    assert pool.days() == len({(trial, lead) for trial, lead, _, _ in rows})
    assert pool.weights.tolist() == pytest.approx([0.5 ** (row[3] / 42) for row in rows])
    late = pool.only(pool.lead_days > 7)
    assert late.slots.tolist() == [row[2] for row in rows if row[1] > 7]


def test_a_pool_of_nothing_is_empty() -> None:
    assert Errors.pool([]).days() == 0
    assert Errors.pool([]).weights.size == 0
