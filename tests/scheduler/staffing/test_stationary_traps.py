"""Where one stationary formula an interval misleads: opening, a hole at lunch, carry-over."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scheduler.staffing import erlang
from scheduler.staffing.transient import evaluate_day

FIXTURES = Path(__file__).parents[2] / "fixtures" / "erlang"


def compared(day: str) -> pd.DataFrame:
    """Return agents with the stationary and the exact service level of a reference day."""
    table = pd.read_csv(FIXTURES / "transient_reference.csv").query("day == @day")
    patience_s = table["patience_s"].iloc[0]
    line = {
        "aht_s": 300.0,
        "patience_s": patience_s if patience_s > 0 else np.inf,
        "answer_within_s": 20.0,
    }
    contacts, agents = table["calls_per_interval"].to_numpy(), table["agents"].to_numpy()
    return pd.DataFrame(
        {
            "agents": agents,
            "stationary": erlang.service_level(contacts * 300.0 / 900.0, agents, **line),
            "exact": evaluate_day(contacts, agents, interval_s=900.0, **line).service_level,
            "contacts": contacts,
        }
    )


@pytest.mark.parametrize(
    ("day", "stationary", "exact"),
    [("A80/20 peak16", 0.808, 0.925), ("A80/20 peak485", 0.810, 0.980)],
)
def test_the_opening_interval_starts_empty(day: str, stationary: float, exact: float) -> None:
    opening = compared(day).iloc[0]
    assert opening["stationary"] == pytest.approx(stationary, abs=5e-4)
    assert opening["exact"] == pytest.approx(exact, abs=5e-4)


def test_a_hole_at_lunch_and_what_it_leaves_behind() -> None:
    # Erlang C, peak 92, eight agents fewer from 12 to 13: intervals 16 to 19 of a day from 8.
    day = compared("ErlangC, lunch hole -8 agents, no abandonment")
    hole, after = day.loc[16:19], day.loc[20:22]
    assert (hole["stationary"] == 0.0).all()
    assert hole["exact"].iloc[0] == pytest.approx(0.463, abs=5e-4)
    assert (hole["exact"] > 0.15).all()
    assert after["stationary"].iloc[0] == pytest.approx(0.827, abs=5e-4)
    assert after["exact"].iloc[0] == pytest.approx(0.552, abs=5e-4)
    assert after["exact"].iloc[1] < after["stationary"].iloc[1] - 0.05
    assert abs(after["exact"].iloc[2] - after["stationary"].iloc[2]) < 0.02


def test_a_day_as_a_whole_hides_what_its_intervals_lack() -> None:
    day = compared("A80/20 peak485")
    weights = day["contacts"] / day["contacts"].sum()
    assert (day["stationary"] >= 0.8).all()
    assert weights @ day["exact"] > 0.8
    assert (day["exact"] < 0.8).sum() == 14


@pytest.mark.parametrize("patience_s", [120.0, np.inf])
def test_an_overloaded_interval_is_paid_for_in_the_next_ones(patience_s: float) -> None:
    # 20 erlang all day, 26 agents, only 15 from the 8th interval to the 9th.
    agents = np.full(24, 26.0)
    agents[8:10] = 15.0
    line = {"aht_s": 300.0, "patience_s": patience_s, "answer_within_s": 20.0}
    stationary = erlang.service_level(20.0, agents, **line)
    exact = evaluate_day(np.full(24, 60.0), agents, interval_s=900.0, **line).service_level
    # The hole begins better than its formula says, and the next interval pays for it,
    # unless most of those who waited have gone.
    assert exact[8] > stationary[8] + 0.03
    assert (exact[10] < stationary[10] - 0.25) == (patience_s == np.inf)
    # Some intervals later all is as if nothing had been.
    assert exact[-1] == pytest.approx(stationary[-1], abs=1e-3)
    assert exact[7] == pytest.approx(stationary[7], abs=1e-3)
