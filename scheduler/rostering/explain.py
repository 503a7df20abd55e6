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
    waived = demands.fewest_waived()
    ways_out: list[frozenset[int]] = [waived]
    core: frozenset[int] = frozenset()
    for _ in range(_ROUNDS):
        core = _smallest_hitting(ways_out, seed)
        kept = demands.most_kept(core)
        if kept is None:
            break
        ways_out.append(frozenset(range(len(demands.clauses))) - kept)
    else:
        core = demands.shrunk(frozenset(range(len(demands.clauses))))
    proven = demands.most_kept(core) is None and len(ways_out) <= _ROUNDS
    return Clash(
        clauses=tuple(demands.clauses[i] for i in sorted(core)),
        mend=tuple(demands.clauses[i] for i in sorted(waived)),
        proven_smallest=proven,
    )


class _Demands:
    """The hard demands of a problem, each with a switch, and questions about sets of them."""

    def __init__(self, problem: Problem, seed: int) -> None:
        self._model = RosterModel(problem, explain=True)
        for rule in HARD:
            if rule.name not in problem.waived:
                rule.post(self._model)
        self.clauses: list[Clause] = [clause for clause, _ in self._model.clauses]
        self._switches = [switch for _, switch in self._model.clauses]
        self._model.cp.maximize(sum(self._switches))
        self._seed = seed

    def fewest_waived(self) -> frozenset[int]:
        """Return the smallest set of demands without which the others can be kept."""
        kept = self.most_kept(())
        return frozenset(range(len(self.clauses))) - (kept or frozenset())

    def most_kept(self, wanted: Iterable[int]) -> frozenset[int] | None:
        """Return as many demands as can be kept together with these; None if these clash."""
        self._model.cp.clear_assumptions()
        self._model.cp.add_assumptions([self._switches[i] for i in wanted])
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self._seed
        status = solver.solve(self._model.cp)
        if status == cp_model.INFEASIBLE:
            return None
        return frozenset(i for i, s in enumerate(self._switches) if solver.boolean_value(s))

    def shrunk(self, core: frozenset[int]) -> frozenset[int]:
        """Drop demands one by one as long as the rest still clashes."""
        for i in sorted(core):
            if self.most_kept(core - {i}) is None:
                core = core - {i}
        return core


def _smallest_hitting(ways_out: list[frozenset[int]], seed: int) -> frozenset[int]:
    """Return a smallest set that has a member in each of the given sets."""
    model = cp_model.CpModel()
    chosen = {i: model.new_bool_var(f"h{i}") for i in sorted(frozenset().union(*ways_out))}
    for way in ways_out:
        model.add_bool_or([chosen[i] for i in sorted(way)])
    model.minimize(sum(chosen.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.solve(model)
    return frozenset(i for i, variable in chosen.items() if solver.boolean_value(variable))
