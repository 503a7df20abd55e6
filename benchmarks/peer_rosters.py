"""Small rosters asked of pyworkforce's ``MinHoursRoster`` and of ours.

Three of its faults show: forbidding one succession of shifts forbids everything after the first
shift (two successions forbid that shift altogether), and where it finds no roster it answers with
a row about resource -1 instead of a reason or of what is possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from forecasting.grid import TimeGrid
from forecasting.special_days import OpeningHours
from scheduler.people import Agent, Contract, Team
from scheduler.rostering.params import SolveParams
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import RosterResult
from scheduler.rostering.shifts import ShiftTemplate
from scheduler.rostering.solver import solve
from scheduler.staffing.channels import Queue
from scheduler.staffing.deadline import Deadline
from scheduler.staffing.requirement import Requirement

MONDAY = date(2026, 3, 2)
UTC = ZoneInfo("UTC")
STARTS = {"morning": 6, "afternoon": 14, "night": 22}
STEP_H = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    """A roster that can be worked out by hand.

    Attributes
    ----------
    name
        What it is about.
    days, people
        How many of each.
    wanted
        People wanted by (shift, day); nobody elsewhere.
    banned
        Pairs of shifts of which the second may not follow on the day after the first.
    min_hours
        Least hours of each person over the days.
    right
        The answer, by hand.
    """

    name: str
    days: int
    people: int
    wanted: dict[tuple[str, int], int]
    banned: tuple[tuple[str, str], ...] = ()
    min_hours: int = 0
    right: str


CASES = (
    Small(
        name="night, then afternoon",
        days=2,
        people=1,
        wanted={("night", 0): 1, ("afternoon", 1): 1},
        banned=(("night", "morning"),),
        right="both shifts: only the morning after a night is forbidden",
    ),
    Small(
        name="night after night",
        days=2,
        people=1,
        wanted={("night", 0): 1, ("night", 1): 1},
        banned=(("night", "morning"),),
        right="both nights",
    ),
    Small(
        name="two bans after a night",
        days=2,
        people=1,
        wanted={("night", 0): 1},
        banned=(("night", "morning"), ("night", "afternoon")),
        right="the night, and a day off",
    ),
    Small(
        name="one too few",
        days=1,
        people=1,
        wanted={("morning", 0): 2},
        right="one works, and eight agent-hours are missing",
    ),
    Small(
        name="more hours than a week has shifts",
        days=7,
        people=1,
        wanted={},
        min_hours=60,
        right="no roster: sixty hours against one shift of eight hours a day",
    ),
    Small(
        name="three shifts round the clock",
        days=7,
        people=5,
        wanted={(shift, day): 1 for shift in STARTS for day in range(7)},
        right="twenty-one shifts",
    ),
)


def peer(case: Small) -> dict[str, Any]:
    """Ask pyworkforce."""
    from pyworkforce.rostering import MinHoursRoster  # the tests of our side do without it

    names = [f"p{n}" for n in range(case.people)]
    answer: dict[str, Any] = MinHoursRoster(
        num_days=case.days,
        resources=names,
        shifts=list(STARTS),
        shifts_hours=[8] * len(STARTS),
        min_working_hours=case.min_hours,
        banned_shifts=[],
        max_resting=case.days,
        required_resources={
            shift: [case.wanted.get((shift, day), 0) for day in range(case.days)]
            for shift in STARTS
        },
        non_sequential_shifts=[{"origin": a, "destination": b} for a, b in case.banned],
        max_search_time=5,
    ).solve()
    return answer


def ours(case: Small) -> tuple[Problem, RosterResult]:
    """Ask our solver."""
    contract = Contract(
        name="any",
        min_hours_week=case.min_hours,
        max_hours_week=168,
        max_days_week=7,
        max_consecutive_days=7,
        min_rest=timedelta(0),
        forbidden_successions=frozenset(case.banned),
    )
    problem = Problem(
        requirement=_requirement(case),
        team=Team(
            agents=tuple(
                Agent(
                    agent_id=f"p{n}",
                    name=f"Person {n}",
                    zone=UTC,
                    contract="any",
                    skills=frozenset({"desk"}),
                )
                for n in range(case.people)
            ),
            contracts=(contract,),
        ),
        templates=tuple(
            ShiftTemplate(name=name, start=time(start), end=time((start + 8) % 24))
            for name, start in STARTS.items()
        ),
        first=MONDAY,
        days=case.days,
    )
    return problem, solve(problem, SolveParams(seconds=5, workers=1))


def _requirement(case: Small) -> Requirement:
    """Want so many people in each interval; a night reaches into the day after the last."""
    grid = TimeGrid.over_days(MONDAY, case.days + 1, timedelta(hours=STEP_H), UTC)
    required = np.zeros((1, len(grid)), dtype=np.int64)
    for (shift, day), people in case.wanted.items():
        first = (24 * day + STARTS[shift]) // STEP_H
        required[0, first : first + 8 // STEP_H] += people
    one = np.ones((1, len(grid)))
    queue = Queue(
        name="desk",
        channel="phone",
        service_level=0.8,
        answer_within=Deadline.parse("20s"),
        aht=timedelta(minutes=5),
        opening=OpeningHours.always(),
        promise="interval",
        floor=0.0,
    )
    return Requirement(
        grid=grid,
        queues=(queue,),
        shrinkage=0.0,
        open_share=one,
        offered=one * 0,
        aht_s=one * 300,
        load=one * 0,
        base=required,
        required=required,
        floor=required * 0,
        curves=(np.ones((len(grid), 2)),),
        service_level=one,
        occupancy=one,
        due_s=one * 0,
        arrived_s=one * 0,
    )


def main() -> None:
    """Print both answers to every case."""
    for case in CASES:
        theirs, (_, mine) = peer(case), ours(case)
        print(f"{case.name}: by hand {case.right}")
        print(f"  pyworkforce: {theirs['status']}, {theirs['resource_shifts'][:3]}")
        print(f"  callboard:   {mine.status}, {_told(mine)}")


def _told(result: RosterResult) -> str:
    if result.clash is not None:
        return "; ".join(clause.words for clause in result.clash.sets[0])
    assert result.roster is not None
    shifts = [f"{a.agent_id} {a.shift.template} {a.shift.day}" for a in result.roster.assignments]
    short = [p.words for p in result.penalties if p.rule == "coverage"]
    return f"{len(shifts)} shifts {shifts[:3]} {' '.join(short)}".strip()


if __name__ == "__main__":
    main()
