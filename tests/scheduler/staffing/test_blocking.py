"""1 / Erlang B of large teams against 40-digit arithmetic, and the series behind it."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from scheduler.staffing import blocking, erlang


def exact_inverse(load: float, agents: int) -> mpmath.mpf:
    """Return Gamma(n + 1, A) exp(A) / A^n."""
    with mpmath.workdps(40):
        return mpmath.gammainc(agents + 1, load) * mpmath.exp(load) / mpmath.mpf(load) ** agents


def test_large_teams_keep_thirteen_digits() -> None:
    rng = np.random.default_rng(0)
    load = np.exp(rng.uniform(np.log(50.0), np.log(60_000.0), 400))
    near = load + rng.uniform(-7.0, 9.0, load.size) * np.sqrt(load)
    far = load * rng.uniform(0.6, 1.4, load.size)
    for agents in (np.round(near), np.round(far)):
        found = blocking.inverse_blocking(load, agents)
        for at in np.flatnonzero(found < 1e290):
            exact = exact_inverse(load[at], int(agents[at]))
            assert abs(float(found[at] / exact - 1)) < 1e-13, (load[at], agents[at])


def test_the_series_follows_from_its_differential_equation() -> None:
    f = [Fraction(1)]
    for i in range(1, len(blocking._SERIES)):
        g = [*f, Fraction(0)]
        square = [sum(g[a] * g[k - a] for a in range(k + 1)) for k in range(i + 1)]
        cube = sum(g[a] * square[i - a] for a in range(i + 1))
        f.append(-(cube + square[i - 1]) / (i + 2))
    assert [float(each) for each in f] == pytest.approx(list(blocking._SERIES), rel=1e-15)


def test_sum_and_expansion_agree_where_one_takes_over() -> None:
    for agents in (79.0, 80.0, 81.0, 500.0):
        for load in (0.78 * agents, agents, agents + 1.0, 1.2 * agents):
            both = blocking.inverse(load, agents), blocking._sum(load, agents)
            assert both[0] == pytest.approx(both[1], rel=1e-13)


def test_one_agent_more_follows_the_recursion() -> None:
    agents = np.arange(60.0, 1_500.0)
    for load in (90.0, 600.0, 1_200.0):
        b = erlang.erlang_b(load, agents)
        step = load * b[:-1] / (agents[1:] + load * b[:-1])
        # Below 1e-300 doubles lose digits.
        held = b[1:] > 1e-290
        np.testing.assert_allclose(b[1:][held], step[held], rtol=2e-13)
