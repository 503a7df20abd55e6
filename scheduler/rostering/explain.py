"""Why no roster exists: the smallest set of hard demands that contradict each other.

The search for a smallest unsatisfiable set alternates between two questions (the implicit
hitting-set duality of Ignatiev et al., 2015): which smallest set of demands meets every known way
out, and does that set clash by itself? If it does, nothing smaller can. If not, it is grown until
adding any further demand would clash; what is left out is one more way out.
"""

from __future__ import annotations

from collections.abc import Iterable

from ortools.sat.python import cp_model

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clash, Clause
from scheduler.rostering.rules.catalogue import HARD
from scheduler.rostering.variables import RosterModel

_ROUNDS = 300


def find_clash(problem: Problem, seed: int = 0) -> Clash:
    """Find a smallest clashing set and a smallest set whose waiving mends it.

    Parameters
    ----------
    problem
        A problem whose hard rules cannot all be kept.
    seed
        Seed of the searches.
    """
    demands = _Demands(problem, seed)
    waived = demands.every - (demands.most_kept((), demands.every) or frozenset())
    sets: list[frozenset[int]] = []
    proven, left = True, demands.every
    while demands.most_kept(left, left) is None:
        core, smallest = _smallest_clash(demands, left, seed)
        sets.append(core)
        proven = proven and smallest
        left -= core & waived
    return Clash(
        sets=tuple(tuple(demands.clauses[i] for i in sorted(core)) for core in sets),
        mend=tuple(demands.clauses[i] for i in sorted(waived)),
        proven_smallest=proven,
    )


def _smallest_clash(
    demands: _Demands, among: frozenset[int], seed: int
) -> tuple[frozenset[int], bool]:
    """Return a smallest clashing set among some demands, and whether that is proven."""
    ways_out: list[frozenset[int]] = []
    for _ in range(_ROUNDS):
        core = _smallest_hitting(ways_out, seed)
        kept = demands.most_kept(core, among)
        if kept is None:
            return core, True
        ways_out.append(among - kept)
    return demands.shrunk(among), False


class _Demands:
    """The hard demands of a problem, each with a switch, and questions about sets of them."""

    def __init__(self, problem: Problem, seed: int) -> None:
        self._model = RosterModel(problem, explain=True)
        for rule in HARD:
            if rule.name not in problem.waived:
                rule.post(self._model)
        self.clauses: list[Clause] = [clause for clause, _ in self._model.clauses]
        self._switches = [switch for _, switch in self._model.clauses]
        self.every = frozenset(range(len(self.clauses)))
        self._seed = seed

    def most_kept(self, wanted: Iterable[int], among: frozenset[int]) -> frozenset[int] | None:
        """Return as many of some demands as can be kept with the wanted; None if these clash."""
        cp = self._model.cp
        cp.clear_assumptions()
        cp.add_assumptions([self._switches[i] for i in wanted])
        cp.maximize(self._model.total(self._switches[i] for i in among))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self._seed
        if solver.solve(cp) == cp_model.INFEASIBLE:
            return None
        return frozenset(i for i in among if solver.boolean_value(self._switches[i]))

    def shrunk(self, core: frozenset[int]) -> frozenset[int]:
        """Drop demands one by one as long as the rest still clashes."""
        for i in sorted(core):
            if self.most_kept(core - {i}, core) is None:
                core = core - {i}
        return core


def _smallest_hitting(ways_out: list[frozenset[int]], seed: int) -> frozenset[int]:
    """Return a smallest set that has a member in each of the given sets."""
    model = cp_model.CpModel()
    members = sorted(frozenset[int]().union(*ways_out))
    chosen = {i: model.new_bool_var(f"h{i}") for i in members}
    for way in ways_out:
        model.add_bool_or([chosen[i] for i in sorted(way)])
    model.minimize(sum(chosen.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.solve(model)
    return frozenset(i for i, variable in chosen.items() if solver.boolean_value(variable))
