"""The week simulator against queueing theory, the one-queue simulator and the fluid of emails."""

from __future__ import annotations

from datetime import date, timedelta
from math import sqrt
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from scipy.stats import poisson

from forecasting.grid import TimeGrid
from forecasting.special_days import OpeningHours, open_share
from scheduler.staffing import erlang
from scheduler.staffing.channels import Queue
from scheduler.staffing.chat import chat_service_level
from scheduler.staffing.deadline import Deadline
from scheduler.staffing.deferred import deferred_service_level, deferred_work
from scheduler.staffing.simulate import Estimate, simulate_queue
from scheduler.staffing.week_presence import Presence
from scheduler.staffing.week_queues import WeekQueue
from scheduler.staffing.week_simulation import WeekSimulation, simulate_week

AHT = 300.0


def always(team: int, hours: float, serves: np.ndarray | None = None, queues: int = 1) -> Presence:
    """Everybody is there all the time, on all queues unless said otherwise."""
    return Presence(
        team=team,
        agent=np.arange(team),
        start_s=np.zeros(team),
        end_s=np.full(team, hours * 3600.0),
        serves=np.ones((team, queues), dtype=bool) if serves is None else serves,
    )


def stationary(
    queues: list[WeekQueue],
    loads: list[float],
    team: int,
    *,
    hours: float = 600.0,
    serves: np.ndarray | None = None,
    seed: int = 1,
    **change: Any,
) -> WeekSimulation:
    """Simulate one long interval: long enough for the empty start not to show."""
    return simulate_week(
        queues,
        [[load * hours * 3600.0 / AHT] for load in loads],
        always(team, hours, serves, len(queues)),
        interval_s=hours * 3600.0,
        aht_s=AHT,
        replications=10,
        seed=seed,
        **change,
    )


def close(found: Estimate, wanted: float, *, own_error: float = 0.0) -> bool:
    """Whether a value lies within 1.6 times the 95 % interval: by chance 7 times in 1,000."""
    half = sqrt((found.high - found.mean) ** 2 + (2.0 * own_error) ** 2)
    return abs(found.mean - wanted) < 1.6 * half


@pytest.mark.parametrize("definition", erlang.DEFINITIONS)
def test_service_levels_agree_with_erlang_a(definition: erlang.Definition) -> None:
    phone = WeekQueue(name="phone", patience_s=120.0, definition=definition)
    found = stationary([phone], [5.0], 5).queues[0].overall_service_level
    theory = erlang.service_level(
        5.0, 5, aht_s=AHT, answer_within_s=20, patience_s=120, definition=definition
    )
    assert close(found, theory)
    assert found.high - found.low < 0.02


@pytest.mark.parametrize(("load", "agents", "patience_s"), [(5.0, 5, 120.0), (3.0, 5, np.inf)])
def test_other_figures_agree_with_erlang(load: float, agents: int, patience_s: float) -> None:
    week = stationary([WeekQueue(name="phone", patience_s=patience_s)], [load], agents)
    found, line = week.queues[0], {"aht_s": AHT, "patience_s": patience_s}
    busy = erlang.occupancy(load, agents, **line)
    for estimate, theory in (
        (found.overall_asa_s, erlang.asa_s(load, agents, **line)),
        (found.overall_abandon_rate, erlang.abandon_rate(load, agents, **line)),
        (found.overall_occupancy, busy),
    ):
        assert close(estimate, theory) or estimate.mean == theory == 0.0
    np.testing.assert_allclose(week.agent_occupancy, busy, atol=0.02)


def test_a_rough_day_agrees_with_the_one_queue_simulator() -> None:
    # No agent leaves: there the simulators differ, since here a certain person leaves.
    offered, agents = [9.0, 14.0, 30.0, 20.0], [2, 4, 5, 7]
    starts = np.repeat([0.0, 900.0, 1800.0, 2700.0], np.diff([0, *agents]))
    team = Presence(
        team=7,
        agent=np.arange(7),
        start_s=starts,
        end_s=np.full(7, 3600.0),
        serves=np.ones((7, 1), dtype=bool),
    )
    day: dict[str, Any] = {"interval_s": 900.0, "aht_s": AHT, "seed": 2}
    phone = WeekQueue(name="phone", patience_s=120.0)
    here = simulate_week([phone], [offered], team, **day, replications=3000).queues[0]
    there = simulate_queue(
        offered, agents, **day, answer_within_s=20.0, patience_s=120.0, replications=3000
    )
    for name in ("offered", "answered", "in_time", "abandoned", "wait_s"):
        ours, theirs = getattr(here, name), getattr(there, name)
        error = np.sqrt((ours.var(axis=0) + theirs.var(axis=0)) / 3000)
        assert np.abs((ours.mean(axis=0) - theirs.mean(axis=0)) / error).max() < 4.0, name
    np.testing.assert_allclose(here.occupancy, there.occupancy, atol=0.01)


def test_disjoint_skills_are_two_queues() -> None:
    queues = [WeekQueue(name="a", patience_s=120.0), WeekQueue(name="b", patience_s=60.0)]
    serves = np.arange(11)[:, None] // 5 == np.array([0, 1])
    serves[10] = [False, True]
    found = stationary(queues, [5.0, 4.0], 11, serves=serves).queues
    for estimate, load, agents, patience_s in (
        (found[0].overall_service_level, 5.0, 5, 120.0),
        (found[1].overall_service_level, 4.0, 6, 60.0),
    ):
        line = {"aht_s": AHT, "answer_within_s": 20.0, "patience_s": patience_s}
        assert close(estimate, erlang.service_level(load, agents, **line))


def test_everybody_with_every_skill_is_one_queue_of_all() -> None:
    queues = [WeekQueue(name=name, patience_s=120.0) for name in ("a", "b", "c")]
    week = stationary(queues, [2.0, 3.0, 4.0], 9)
    theory = erlang.service_level(9.0, 9, aht_s=AHT, answer_within_s=20, patience_s=120)
    for queue in week.queues:
        assert close(queue.overall_service_level, theory)


def test_agents_who_take_twice_as_long_are_a_longer_handling_time() -> None:
    week = stationary([WeekQueue(name="phone")], [3.0], 8, aht_factor=[[2.0]] * 8)
    theory = erlang.service_level(6.0, 8, aht_s=2 * AHT, answer_within_s=20)
    assert close(week.queues[0].overall_service_level, theory)


def test_chat_agrees_with_the_balanced_chain_and_the_one_queue_simulator() -> None:
    chat = WeekQueue(name="chat", kind="chat", concurrency=3, slowdown=0.25, patience_s=120.0)
    found = stationary([chat], [20.0], 11).queues[0]
    other = simulate_queue(
        [20.0 * 7200.0], [11], interval_s=600.0 * 3600.0, aht_s=AHT, answer_within_s=20.0,
        patience_s=120.0, concurrency=3, slowdown=0.25, replications=10, seed=1,
    )  # fmt: skip
    for name in ("overall_service_level", "overall_asa_s", "overall_occupancy"):
        ours, theirs = getattr(found, name), getattr(other, name)
        assert close(ours, theirs.mean, own_error=(theirs.high - theirs.mean) / 2.0), name
    chain = chat_service_level(
        20.0, 11, aht_s=AHT, answer_within_s=20, stretch=(1, 1.25, 1.5), patience_s=120
    )
    assert found.overall_service_level.mean == pytest.approx(chain, abs=0.01)


def exact_deterministic(load: float, agents: int, within: float) -> float:
    """Service level of M/D/n; ``within`` in handling times, below 1.

    Whom an agent has in hand is done one handling time later, and nobody who begins meanwhile
    is: a chain from one handling time to the next (C. D. Crommelin, 1932). An arrival waits no
    longer if, at the end of its threshold, fewer than n of those before it are left.
    """
    size = 6 * agents
    comes = poisson.pmf(np.arange(size), load)
    now = np.eye(size)[int(load)]
    for _ in range(3000):
        left = np.append(now[: agents + 1].sum(), now[agents + 1 :])
        now = np.convolve(left, comes)[:size]
    left = np.append(now[: agents + 1].sum(), now[agents + 1 :])
    ahead = np.convolve(left, poisson.pmf(np.arange(size), load * (1.0 - within)))
    return float(ahead[:agents].sum())


def test_even_handling_times_agree_with_the_exact_chain() -> None:
    phone = WeekQueue(name="phone", handling="deterministic")
    for load, agents in ((5.0, 6), (40.0, 43)):
        exact = exact_deterministic(load, agents, 20.0 / AHT)
        assert close(stationary([phone], [load], agents).queues[0].overall_service_level, exact)


@pytest.mark.parametrize(("cv", "simulated"), [(0.0, 0.866), (0.53, 0.845), (1.5, 0.793)])
def test_spread_handling_times_cost_service(cv: float, simulated: float) -> None:
    # The figures are of another simulation of our own, standard error 0.004.
    phone = WeekQueue(name="phone", handling="lognormal", handling_cv=cv)
    found = stationary([phone], [100.0], 108, hours=200.0).queues[0].overall_service_level
    assert close(found, simulated, own_error=0.004)


def test_late_redials_are_the_fixed_point_and_soon_ones_are_worse() -> None:
    # Load L = 20 / (1 - P(abandon at L) / 2).
    load = 20.0
    for _ in range(50):
        lost = erlang.abandon_rate(load, 22, aht_s=AHT, patience_s=120)
        load = 20.0 / (1.0 - 0.5 * lost)
    level = erlang.service_level(load, 22, aht_s=AHT, answer_within_s=20, patience_s=120)
    assert load == pytest.approx(20.83, abs=0.005)
    assert (level, lost) == (pytest.approx(0.774, abs=5e-4), pytest.approx(0.080, abs=5e-4))
    late, soon = (
        stationary(
            [WeekQueue(name="phone", patience_s=120.0, redial=0.5, redial_after_s=after)],
            [20.0],
            22,
            hours=1000.0,
        )
        for after in (20_000.0, 60.0)
    )
    found = late.queues[0]
    assert found.overall_service_level.mean == pytest.approx(level, abs=0.008)
    assert found.overall_abandon_rate.mean == pytest.approx(lost, abs=0.004)
    assert 20.0 * found.offered.sum() / late.callers.sum() == pytest.approx(load, rel=0.005)
    assert soon.queues[0].overall_service_level.high < level - 0.02
    np.testing.assert_array_equal(late.callers, soon.callers)


QUARTER = timedelta(minutes=15)
WEEK = TimeGrid.over_days(date(2024, 1, 8), 7, QUARTER, ZoneInfo("Etc/UTC"))
HOUR = np.arange(len(WEEK)) / 4.0
OPEN = OpeningHours.parse("Mon-Fri 09:00-17:00")


def four_thousand_mails() -> np.ndarray:
    """Mails by day and night, by day three times as many, at weekends half."""
    rate = np.where((HOUR % 24 >= 7) & (HOUR % 24 < 22), 3.0, 1.0)
    rate *= np.where(HOUR >= 120, 0.5, 1.0)
    return 4000.0 * rate / rate.sum()


def next_opening_day() -> np.ndarray:
    """When mails fall due one opening day later, in wall-clock seconds, first and last."""
    due = []
    for hour in HOUR:
        day, clock = divmod(hour, 24.0)
        if day >= 5:
            day, clock = 7, 9.0
        elif clock < 9:
            clock = 9.0
        elif clock >= 17:
            day, clock = (day + 1 if day < 4 else 7), 9.0
        is_open = (day, clock) == divmod(hour, 24.0)
        first = 24.0 * (day + (3 if day == 4 else 1)) + clock
        due.append((first, first + 0.25 * is_open))
    return 3600.0 * np.array([due])


@pytest.mark.parametrize(("within", "heads"), [("24h", 12), ("24h", 13), ("1bd", 12), ("1bd", 13)])
def test_mails_agree_with_the_fluid(within: str, heads: int) -> None:
    offered = four_thousand_mails()
    mail = Queue(
        name="email",
        channel="email",
        service_level=0.9,
        answer_within=Deadline.parse(within),
        aht=timedelta(minutes=6),
        opening=OPEN,
    )
    share = open_share(OPEN, (), "email", WEEK)
    work = deferred_work(
        mail, WEEK, offered=offered, aht_s=np.full(len(WEEK), 360.0), open_share=share
    )
    fluid = work.overall(deferred_service_level(work, heads * share * 900.0))
    mornings = np.arange(5) * 86400.0
    found = simulate_week(
        [WeekQueue(name="email", kind="deferred", answer_within_s=86400.0)],
        [offered],
        Presence(
            team=heads,
            agent=np.repeat(np.arange(heads), 5),
            start_s=np.tile(mornings + 9 * 3600.0, heads),
            end_s=np.tile(mornings + 17 * 3600.0, heads),
            serves=np.ones((5 * heads, 1), dtype=bool),
        ),
        interval_s=900.0,
        aht_s=360.0,
        due_s=next_opening_day() if within == "1bd" else None,
        cycles=12,
        replications=10,
        seed=3,
    ).queues[0]
    assert found.overall_service_level.mean == pytest.approx(fluid, abs=0.012)
    np.testing.assert_array_equal(found.counted, found.offered)
    assert found.overall_occupancy.mean == pytest.approx(4000 / 10 / (40 * heads), abs=0.005)
    if (within, heads) == ("24h", 12):
        assert fluid == pytest.approx(0.79, abs=0.005)
