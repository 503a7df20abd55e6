"""What the promise saves: the week's 80/20 against covering every interval.

Twenty-two half-hours from 6:00, five days, three fixed shifts; each (agent, day, shift) is
possible with probability 0.75. The two models differ only in what the queue promises.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import TimeGrid
from forecasting.special_days import OpeningHours
from scheduler.people import Agent, Contract, Team
from scheduler.rostering.coverage import cover
from scheduler.rostering.problem import Problem, Request
from scheduler.rostering.roster import RosterResult
from scheduler.rostering.shifts import ShiftTemplate
from scheduler.rostering.solver import SolveParams, solve
from scheduler.staffing.channels import Queue
from scheduler.staffing.deadline import Deadline
from scheduler.staffing.erlang import agents_required, service_level
from scheduler.staffing.requirement import Requirement

MONDAY = date(2026, 3, 2)
UTC = ZoneInfo("UTC")
SIZES = ((10, 10), (40, 20), (150, 60))
DAY_WEIGHTS = (1.2, 1.05, 1.0, 0.95, 1.1)
AHT_S, WITHIN_S, TARGET = 300.0, 20.0, 0.8
MOST = 120

SHIFTS = (
    ShiftTemplate(name="6-14", start=time(6), end=time(14)),
    ShiftTemplate(name="7:30-15:30", start=time(7, 30), end=time(15, 30)),
    ShiftTemplate(name="9-17", start=time(9), end=time(17)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One solved model of the table."""

    size: int
    promise: str
    shifts: int
    service_level: float
    result: RosterResult


def offered(size: int) -> NDArray[np.float64]:
    """Give the calls of each half-hour of the five days: t counts half-hours from 6:00."""
    calls = np.zeros((5, 48))
    t = np.arange(22)
    shape = np.exp(-(((t - 8) / 4) ** 2)) + 0.8 * np.exp(-(((t - 16) / 4) ** 2))
    calls[:, 12:34] = size * np.outer(DAY_WEIGHTS, shape)
    return calls.ravel()


def example(size: int, agents: int, promise: str) -> Problem:
    """Build the published example of one size."""
    calls = offered(size)
    queue = Queue(
        name="phone",
        channel="phone",
        service_level=TARGET,
        answer_within=Deadline.parse("20s"),
        aht=timedelta(seconds=AHT_S),
        opening=OpeningHours.parse("Mon-Fri 06:00-17:00"),
        promise=promise,  # type: ignore[arg-type]  # one of the three, checked by Queue
        floor="stable",
    )
    possible = np.random.default_rng(0).random((agents, 5, 3)) > 0.25
    people = tuple(
        Agent(
            agent_id=f"a{i:03d}",
            name=f"Agent {i}",
            zone=UTC,
            contract="any",
            skills=frozenset({"phone"}),
        )
        for i in range(agents)
    )
    return Problem(
        requirement=_requirement(queue, calls),
        team=Team(agents=people, contracts=(Contract(name="any", min_rest=timedelta(0)),)),
        templates=SHIFTS,
        first=MONDAY,
        days=5,
        requests=tuple(
            Request(
                agent_id=people[i].agent_id,
                day=MONDAY + timedelta(days=int(d)),
                kind="cannot",
                shift=SHIFTS[s].name,
            )
            for i, d, s in np.argwhere(~possible)
        ),
    )


def _requirement(queue: Queue, calls: NDArray[np.float64]) -> Requirement:
    """Stationary and unlagged, Erlang C, no shrinkage: as the example was stated."""
    grid = TimeGrid.over_days(MONDAY, 5, timedelta(minutes=30), UTC)
    load = calls * AHT_S / grid.interval_s
    staff = np.arange(MOST + 1)
    curve = service_level(load[:, None], staff, aht_s=AHT_S, answer_within_s=WITHIN_S)
    base = agents_required(load, aht_s=AHT_S, answer_within_s=WITHIN_S, target=TARGET)
    stable = np.where(calls > 0, np.floor(load).astype(np.int64) + 1, 0)
    one = np.ones((1, len(grid)))
    return Requirement(
        grid=grid,
        queues=(queue,),
        shrinkage=0.0,
        open_share=(calls > 0)[None] * one,
        offered=calls[None],
        aht_s=one * AHT_S,
        load=load[None],
        base=base[None],
        required=base[None],
        floor=stable[None],
        curves=(curve,),
        service_level=one,
        occupancy=one,
        due_s=one * 0,
        arrived_s=one * 0,
    )


def solve_example(size: int, agents: int, promise: str, seconds: float = 60.0) -> Row:
    """Solve one model and weigh its service level by calls."""
    problem = example(size, agents, promise)
    result = solve(problem, SolveParams(seconds=seconds))
    assert result.roster is not None
    level = cover(problem, result.roster).service_level[0]
    calls = problem.requirement.offered[0]
    return Row(
        size=size,
        promise=promise,
        shifts=len(result.roster.assignments),
        service_level=float(calls @ level / calls.sum()),
        result=result,
    )


def main() -> None:
    """Print the table."""
    print(f"{'s':>4} {'agents':>6} | {'every interval':>34} | {'the week':>34}")
    for size, agents in SIZES:
        rows = [solve_example(size, agents, promise) for promise in ("interval", "week")]
        cells = [
            f"{r.shifts:>4} shifts {r.service_level:6.1%} {r.result.status:>8} "
            f"{r.result.seconds:5.1f} s"
            for r in rows
        ]
        print(f"{size:>4} {agents:>6} | {cells[0]:>34} | {cells[1]:>34}")


if __name__ == "__main__":
    main()
