"""Where a roster falls short of its promise, and how many more people would mend it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from scheduler.people import Agent
from scheduler.rostering.coverage import agent_minutes, cover
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Roster
from scheduler.rostering.rules.coverage_floor import Coverage
from scheduler.rostering.rules.deferred import DeferredWork
from scheduler.rostering.rules.promise import PromiseKept
from scheduler.rostering.sharing import Crew, crew_of
from scheduler.rostering.variables import Linear, RosterModel

_SERVICE = (PromiseKept(), Coverage(), DeferredWork())
_MOST_HIRES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """A stretch of one day in which a queue whose promise is broken has too few agents.

    Attributes
    ----------
    queue
        The queue.
    start, end
        Half-open, in UTC.
    wanted, there
        Most agents required in the stretch, and fewest scheduled.
    missing_hours
        Agent-hours below the requirement.
    """

    queue: str
    start: datetime
    end: datetime
    wanted: int
    there: float
    missing_hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hires:
    """Fewest more people who mend a roster that stays as it is, each like someone in the team."""

    count: int
    like: tuple[tuple[str, int], ...]
    proven: bool


def broken_queues(problem: Problem, roster: Roster) -> tuple[str, ...]:
    """Name the queues whose promise, floor or due dates a roster does not keep."""
    broken = {
        penalty.subject
        for rule in _SERVICE
        if rule.name not in problem.waived
        for penalty in rule.price(problem, roster)
    }
    return tuple(queue for queue in problem.queue_names if queue in broken)


def shortages(problem: Problem, roster: Roster) -> tuple[Shortage, ...]:
    """List the stretches below the requirement of queues whose promise is broken."""
    need, coverage = problem.requirement, cover(problem, roster)
    found = []
    for queue in broken_queues(problem, roster):
        row = need.index_of(queue)
        short = coverage.shortfall[row]
        for at in _runs(short > 1e-9, need.grid.local_dates):
            found.append(
                Shortage(
                    queue=queue,
                    start=need.grid.starts_utc()[at[0]],
                    end=need.grid.starts_utc()[at[-1]] + need.grid.interval,
                    wanted=int(need.required[row, at].max()),
                    there=float(coverage.scheduled[row, at].min()),
                    missing_hours=float(short[at].sum() * need.grid.interval_s / 3600),
                )
            )
    return tuple(found)


def _runs(flags: NDArray[np.bool_], days: NDArray[np.datetime64]) -> list[NDArray[np.int64]]:
    """Return the index runs in which flags stay up within one day."""
    at = np.flatnonzero(flags)
    if not at.size:
        return []
    breaks = np.flatnonzero((np.diff(at) > 1) | (np.diff(days[at]).astype(np.int64) > 0)) + 1
    return np.split(at, breaks)


def hires_needed(problem: Problem, roster: Roster, *, seconds: float = 5.0) -> Hires | None:
    """Find the fewest more people who would keep every promise beside a given roster.

    Hires are like members of the team: same zone, contract, skills and shifts, without leave or
    wishes. Only their working days and weekdays are looked at, so the count is what is needed on
    the floor, not a promise about rest.

    Parameters
    ----------
    problem, roster
        The roster to mend; it stays as it is.
    seconds
        Time limit of the search.

    Returns
    -------
    Hires or None
        None when no number of such people mends it, or none was found in time.
    """
    model = _HiringModel(problem, agent_minutes(problem, roster))
    for rule in _SERVICE:
        if rule.name not in problem.waived:
            rule.post(model)
    model.cp.add(model.cost([rule.name for rule in _SERVICE]) <= 0)
    model.cp.minimize(cp_model.LinearExpr.sum(list(model.hired.values())))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    status = solver.solve(model.cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    counts = {name: solver.value(variable) for name, variable in model.hired.items()}
    return Hires(
        count=sum(counts.values()),
        like=tuple((name, count) for name, count in counts.items() if count),
        proven=status == cp_model.OPTIMAL,
    )


class _HiringModel(RosterModel):
    """Counts of hires by kind and option, beside the agent-minutes that are there already."""

    def __init__(self, problem: Problem, there: NDArray[np.float64]) -> None:
        super().__init__(problem)
        self.hired: dict[str, cp_model.IntVar] = {}
        self._there = np.floor(there + 1e-6).astype(np.int64)
        self._hires: list[Crew] = []
        for agent in kinds(problem):
            self._offer(agent)

    def _offer(self, agent: Agent) -> None:
        contract = self.problem.contracts[agent.agent_id]
        hired = self.whole(0, _MOST_HIRES, f"hired_{agent.agent_id}")
        self.hired[agent.name] = hired
        by_day: dict[date, list[cp_model.IntVar]] = {}
        for choice in self.choices(agent.agent_id):
            option = choice.option
            day = option.shift.day
            if agent.shifts and option.shift.template not in agent.shifts:
                continue
            if day.weekday() not in contract.weekdays or not option.presence:
                continue
            count = self.whole(0, _MOST_HIRES, f"extra{len(by_day)}")
            by_day.setdefault(day, []).append(count)
            self._hires.append(
                crew_of(self.cp, self.problem, option, count=count, most=_MOST_HIRES)
            )
        for counts in by_day.values():
            self.cp.add(self.total(counts) <= hired)
        for days in self.problem.weeks.values():
            worked = [count for day in days for count in by_day.get(day, ())]
            self.cp.add(self.total(worked) <= contract.max_days_week * hired)

    def _crews(self) -> list[Crew]:
        """Return the hires; the roster's own people are where they are."""
        return self._hires

    def minutes_on_queue(self, queue: str) -> list[Linear]:
        """Return the minutes that are there and those of the hires."""
        there = self._there[self.problem.requirement.index_of(queue)]
        return [
            minutes + int(present)
            for minutes, present in zip(self.sharing.minutes(queue), there, strict=True)
        ]


def kinds(problem: Problem) -> list[Agent]:
    """Return one agent of each kind: same zone, contract, skills and shifts."""
    kinds: dict[object, Agent] = {}
    for agent in problem.agents.values():
        key = (
            agent.zone.key,
            agent.contract,
            agent.skills & set(problem.queue_names),
            agent.shifts,
        )
        kinds.setdefault(key, agent)
    return list(kinds.values())


def hires_words(found: Hires | None) -> str:
    """Say what would mend a roster, in a sentence."""
    if found is None:
        return "no number of people like those in the team would mend it with these shifts"
    like = ", ".join(f"{count} like {name}" for name, count in found.like)
    more = "person" if found.count == 1 else "people"
    fewest = "" if found.proven else "at most "
    return f"{fewest}{found.count} more {more} ({like})"
