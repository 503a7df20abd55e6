"""The best whole tours among those found: a small model in CP-SAT."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduler.rostering.columns.master import Master


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long and how to search: seconds on the clock, the solver's own time, threads, seed."""

    seconds: float
    deterministic: float
    workers: int
    seed: int


def choose(
    master: Master,
    candidates: Mapping[int, Sequence[int]],
    kept: Sequence[int],
    hint: Sequence[int],
    effort: Effort,
    *,
    stop: Callable[[], bool],
    at_least: float,
) -> tuple[list[int] | None, bool]:
    """Choose one of the candidates for each agent, so that all tours together cost least.

    Parameters
    ----------
    master
        Holds the tours.
    candidates
        Tours to choose from, by agent.
    kept
        Tours of the other agents.
    hint
        A choice to begin with.
    effort
        How long to search.
    stop
        Asked at every better choice and bound.
    at_least
        A bound that is proven already: a choice that reaches it is not searched further.

    Returns
    -------
    tours, proven
        All tours, kept ones among them, None where none was found in time; and whether none of
        the candidates together cost less.
    """
    model = cp_model.CpModel()
    taken = {at: model.new_bool_var(f"t{at}") for tours in candidates.values() for at in tours}
    there: list[list[cp_model.LinearExpr]] = [[] for _ in master.demands]
    fixed = [0] * len(master.demands)
    for tours in candidates.values():
        model.add_exactly_one(taken[at] for at in tours)
    for at, variable in taken.items():
        for row, times in master.rows(master.tours[at]).items():
            there[row].append(times * variable)
        model.add_hint(variable, at in hint)
    for at in kept:
        for row, times in master.rows(master.tours[at]).items():
            fixed[row] += times
    cost = [master.tours[at].cost * variable for at, variable in taken.items()]
    cost.append(cp_model.LinearExpr.sum([]) + sum(master.tours[at].cost for at in kept))
    for demand, terms, count in zip(master.demands, there, fixed, strict=True):
        total = cp_model.LinearExpr.sum(terms) + count
        short = model.new_int_var(0, max(0, demand.wanted - count), "")
        over = model.new_int_var(0, max(0, len(terms) + count - demand.wanted), "")
        model.add(total + short >= demand.wanted)
        model.add(total - over <= demand.wanted)
        cost.append(demand.short_price * short + demand.over_price * over)
    model.minimize(cp_model.LinearExpr.sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(effort.seconds, 0.01)
    solver.parameters.max_deterministic_time = effort.deterministic
    solver.parameters.num_workers = effort.workers
    solver.parameters.random_seed = effort.seed
    watch = _Watch(stop, at_least)
    solver.best_bound_callback = lambda _: solver.stop_search() if stop() else None
    status = solver.solve(model, watch)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, False
    chosen = [at for at, variable in taken.items() if solver.value(variable)]
    return [*kept, *chosen], status == cp_model.OPTIMAL


class _Watch(cp_model.CpSolverSolutionCallback):
    """Ends the search when told to, or when a choice reaches the bound."""

    def __init__(self, stop: Callable[[], bool], at_least: float) -> None:
        super().__init__()
        self._stop, self._at_least = stop, at_least

    def on_solution_callback(self) -> None:
        """Look whether to go on."""
        if self._stop() or self.objective_value <= self._at_least + 0.5:
            self.stop_search()
