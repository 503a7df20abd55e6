"""Sick calls on a bank's published week: seconds inside ``repair()``, people touched, proof.

``rosters/bank/roster.csv`` is the published roster of 150 agents. The tight week has a tenth more
calls, so that single sick calls break the promise of a day. The third table copies agents and their
shifts until there are 200, with calls in proportion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from forecasting.grid import local_instant
from scheduler.exchange.read_case import read_case
from scheduler.exchange.read_roster import read_roster
from scheduler.people import TimeOff
from scheduler.rostering.candidates import candidates, hole_for
from scheduler.rostering.check import check
from scheduler.rostering.params import SolveParams
from scheduler.rostering.problem import Problem
from scheduler.rostering.repair import Repair, repair
from scheduler.rostering.roster import Roster
from scheduler.workflows.scenario import Scenario
from scheduler.workflows.week import plan_week

BANK = Path(__file__).parent.parent / "rosters" / "bank"
DAY = timedelta(days=1)
WEDNESDAY = date(2003, 10, 29)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One kind of call, over several callers."""

    name: str
    repairs: tuple[Repair, ...]

    @property
    def seconds(self) -> list[float]:
        """Seconds inside ``repair()``, shortest first."""
        return sorted(each.result.seconds for each in self.repairs)

    @property
    def touched(self) -> list[int]:
        """People touched other than the sick, fewest first."""
        return sorted(len(each.touched) for each in self.repairs)


def bank(volume: float = 1.0, agents: int = 150) -> tuple[Problem, Roster]:
    """Plan the bank's week with more calls and people than it has, and read its roster."""
    case = read_case(BANK, max_bytes=50_000_000)
    away = {off.agent_id for off in case.team.time_off}
    there = [agent for agent in case.team.agents if agent.agent_id not in away]
    copies = {f"{like.agent_id}-bis": like for like in there[: agents - len(case.team.agents)]}
    more = tuple(replace(like, agent_id=copy, name=copy) for copy, like in copies.items())
    team = replace(case.team, agents=(*case.team.agents, *more))
    problem = plan_week(replace(case, team=team), None, Scenario(volume=volume)).problem
    published = read_roster(BANK / "roster.csv", problem, max_bytes=1_000_000)
    tours = published.tours()
    copied = [
        replace(each, agent_id=copy)
        for copy, like in copies.items()
        for each in tours.get(like.agent_id, ())
    ]
    return problem, Roster.of((*published.assignments, *copied))


def sick_calls(problem: Problem, roster: Roster, callers: int, at_once: int) -> Iterator[Repair]:
    """Let people who work on Wednesday call in sick that morning, spread over the list."""
    working = [a.agent_id for a in roster.assignments if a.shift.day == WEDNESDAY]
    step = max(1, len(working) // callers)
    for first in range(0, step * callers, step):
        sick = working[first : first + at_once]
        absences = [_day_off(problem, agent_id) for agent_id in sick]
        freeze = local_instant(WEDNESDAY, time(0), problem.requirement.grid.zone)
        found = repair(
            replace(problem),  # nothing worked out for another call may help
            roster,
            freeze=freeze,
            absences=absences,
            params=SolveParams(seconds=2.0, workers=2),
        )
        assert found.result.roster is not None
        assert check(found.problem, found.result.roster) == []
        yield found


def _day_off(problem: Problem, agent_id: str) -> TimeOff:
    def midnight(day: date) -> datetime:
        return local_instant(day, time(0), problem.agents[agent_id].zone)

    start, end = midnight(WEDNESDAY), midnight(WEDNESDAY + DAY)
    return TimeOff(agent_id=agent_id, start=start, end=end, kind="sick")


def rows(callers: int = 5) -> Iterator[Row]:
    """Make the table's rows."""
    for name, volume, agents, at_once in (
        ("one sick, as published", 1.0, 150, 1),
        ("one sick, a tenth more calls", 1.1, 150, 1),
        ("ten sick at once", 1.0, 150, 10),
        ("one sick of 200, tight", 1.1 * 200 / 150, 200, 1),
    ):
        problem, roster = bank(volume, agents)
        yield Row(name=name, repairs=tuple(sick_calls(problem, roster, callers, at_once)))


def seconds_of_candidates() -> tuple[int, float, float]:
    """Rank everybody of 200 for one hole: how many ways there are, seconds, processor seconds."""
    problem, roster = bank(1.1 * 200 / 150, 200)
    hole = hole_for(problem, "s1000", WEDNESDAY)
    began, worked = perf_counter(), process_time()
    found = candidates(replace(problem), roster, hole)
    return len(found), perf_counter() - began, process_time() - worked


def main() -> None:
    """Print the table."""
    print(f"{'call':<30} {'calls':>5} {'median s':>8} {'most s':>7} {'touched':>8} {'proven':>7}")
    for row in rows():
        proven = sum(each.result.status == "optimal" for each in row.repairs)
        touched = f"{row.touched[0]} – {row.touched[-1]}"
        print(
            f"{row.name:<30} {len(row.repairs):>5} {median(row.seconds):>8.2f} "
            f"{row.seconds[-1]:>7.2f} {touched:>8} {proven:>7}"
        )
    ways, seconds, worked = seconds_of_candidates()
    print(f"{ways} ways to fill one hole, 200 agents: {seconds:.2f} s, processor {worked:.2f} s")


if __name__ == "__main__":
    main()
