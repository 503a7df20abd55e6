"""Who is on which queue when: agents counted by crew, never one by one.

For the queues it does not matter which of two agents with the same skills answers. So agents who
work alike are counted, and only the counts are shared among queues: an agent who can serve three
of them costs the solver no more yes-or-no variables than one who can serve one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ortools.sat.python import cp_model

from scheduler.rostering.activity_places import CrewPlaces
from scheduler.rostering.placing import BreakPlaces
from scheduler.rostering.problem import Option, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Agents who can serve the same queues and are at work in the same minutes.

    Attributes
    ----------
    queues
        Names of the queues, in the order of the requirement.
    first, presence
        Minutes at work in each slot of the grid, from ``first`` on, breaks in windows and
        activities not yet taken off.
    count
        How many they are.
    most
        Bound on the count.
    places
        When how many are on breaks in windows and at activities; None where they have neither.
    """

    queues: tuple[str, ...]
    first: int
    presence: tuple[int, ...]
    count: cp_model.IntVar
    most: int
    places: BreakPlaces | CrewPlaces | None = None

    def at_work(self, moment: datetime) -> cp_model.LinearExpr:
        """Return how many are neither on a break nor at an activity at a moment."""
        away = self.places.away(moment) if self.places is not None else []
        return self.count - cp_model.LinearExpr.sum(list(away))


def crew_of(
    cp: cp_model.CpModel,
    problem: Problem,
    option: Option,
    *,
    count: cp_model.IntVar,
    most: int,
    places: CrewPlaces | None = None,
) -> Crew:
    """Make the crew of all who work like an option, and variables for where its breaks lie.

    Where activities are placed with the breaks, ``places`` has them.
    """
    windows = option.shift.windows
    breaks = BreakPlaces(cp, windows, count=count, most=most) if windows and not places else None
    return Crew(
        queues=problem.queues_of(problem.agents[option.agent_id]),
        first=option.first,
        presence=option.presence,
        count=count,
        most=most,
        places=places or breaks,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Agents who can serve the same queues and are at work equally long in a slot."""

    queues: tuple[str, ...]
    at: int
    minutes: int


class Sharing:
    """How the agents of every pool are shared among its queues, in whole numbers.

    Everybody is on exactly one queue in a slot. Where at most one queue of a pool is in use
    there is nothing to decide, and no variable.

    Parameters
    ----------
    cp
        The model that gets the variables.
    problem
        Its queues and grid.
    crews
        Who there is.

    Attributes
    ----------
    shares
        For every pool with a choice: agents on each queue.
    """

    def __init__(self, cp: cp_model.CpModel, problem: Problem, crews: Iterable[Crew]) -> None:
        self._cp = cp
        self._totals: dict[tuple[object, ...], cp_model.IntVar] = {}
        self.shares: dict[Pool, dict[str, cp_model.LinearExpr]] = {}
        self._terms: dict[str, list[list[cp_model.LinearExpr]]] = {
            name: [[] for _ in range(len(problem.requirement.grid))] for name in problem.queue_names
        }
        self._slots = problem.slots.starts_utc()
        pools: dict[Pool, list[Crew]] = {}
        for crew in crews:
            for step, minutes in enumerate(crew.presence):
                if minutes:
                    pool = Pool(queues=crew.queues, at=crew.first + step, minutes=minutes)
                    pools.setdefault(pool, []).append(crew)
        for pool, members in pools.items():
            choice = queues_to_choose(problem, pool)
            if len(choice) > 1:
                self._share(pool, choice, members, pool.at // problem.slots_an_interval)
            else:
                interval = pool.at // problem.slots_an_interval
                there = self._terms[(*choice, *pool.queues)[0]][interval]
                there += [crew.at_work(self._slots[pool.at]) * pool.minutes for crew in members]

    def _share(
        self, pool: Pool, queues: tuple[str, ...], members: list[Crew], interval: int
    ) -> None:
        """Let the last queue have whom the others leave: a variable less than queues."""
        most = sum(crew.most for crew in members)
        shares: dict[str, cp_model.LinearExpr] = {
            queue: self._cp.new_int_var(0, most, f"share{len(self.shares)}_{queue}")
            for queue in queues[:-1]
        }
        others = cp_model.LinearExpr.sum(list(shares.values()))
        total = self._total(members, pool.at)
        self._cp.add(others <= total)
        shares[queues[-1]] = total - others
        self.shares[pool] = shares
        for queue, share in shares.items():
            self._terms[queue][interval].append(share * pool.minutes)

    def _total(self, members: list[Crew], at: int) -> cp_model.IntVar:
        """Count some crews at work in a slot; slots with the same crews share the variable."""
        away = any(crew.places is not None for crew in members)
        key = (*(crew.count.index for crew in members), f"slot {at}" if away else "")
        if key not in self._totals:
            most = sum(crew.most for crew in members)
            total = self._cp.new_int_var(0, most, f"total{len(self._totals)}")
            there = [crew.at_work(self._slots[at]) for crew in members]
            self._cp.add(total == cp_model.LinearExpr.sum(there))
            self._totals[key] = total
        return self._totals[key]

    def minutes(self, queue: str) -> list[cp_model.LinearExpr]:
        """Agent-minutes on a queue in each interval, as expressions."""
        return [cp_model.LinearExpr.sum(terms) for terms in self._terms[queue]]

    def changes(self) -> list[cp_model.IntVar]:
        """Make variables that grow when a queue gets more agents than it had a slot before.

        Their sum is a measure of how often agents change queues, those who come and go included.
        """
        there: dict[tuple[tuple[str, ...], int], dict[str, list[cp_model.LinearExpr]]] = {}
        for pool, shares in self.shares.items():
            for queue, share in shares.items():
                there.setdefault((pool.queues, pool.at), {}).setdefault(queue, []).append(share)
        found = []
        for (queues, at), now in there.items():
            before = there.get((queues, at - 1), {})
            for queue in [name for name in queues if name in now and name in before]:
                more = self._cp.new_int_var(0, 10_000, f"more_{at}_{queue}")
                was = cp_model.LinearExpr.sum(before[queue])
                self._cp.add(more + was >= cp_model.LinearExpr.sum(now[queue]))
                found.append(more)
        return found


def queues_to_choose(problem: Problem, pool: Pool) -> tuple[str, ...]:
    """Name the queues of a pool on which its presence can count."""
    rows = problem.in_use[:, pool.at // problem.slots_an_interval]
    used = {name for name, yes in zip(problem.queue_names, rows, strict=True) if yes}
    return tuple(name for name in pool.queues if name in used)
