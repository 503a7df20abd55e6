"""From a problem to a roster: build the model, search, verify, explain."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version

from ortools.sat.python import cp_model

from scheduler.errors import CallboardError, Fault, InputError
from scheduler.rostering.check import check, penalties
from scheduler.rostering.explain import find_clash
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster, RosterResult, Status
from scheduler.rostering.rules.catalogue import HARD, PRICED
from scheduler.rostering.rules.rule import HardRule, PricedRule
from scheduler.rostering.variables import RosterModel

_STATUS: dict[cp_model.CpSolverStatus, Status] = {
    cp_model.OPTIMAL: "optimal",
    cp_model.FEASIBLE: "feasible",
    cp_model.INFEASIBLE: "infeasible",
    cp_model.UNKNOWN: "unknown",
}


class SolverDisagrees(CallboardError):
    """The checker refutes what the solver answered: a fault of this program, never of its user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveParams:
    """How to search.

    Attributes
    ----------
    seconds
        Time limit of the search.
    workers
        Search threads; with 1 the same seed gives the same roster.
    seed
        Seed of the search.
    gap
        Relative distance to the bound at which a roster is good enough; 0 asks for proof.
    """

    seconds: float = 60.0
    workers: int = 2
    seed: int = 0
    gap: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no search can do."""
        faults = [
            Fault(column=name, expected=expected, found=repr(getattr(self, name)))
            for name, expected, good in (
                ("seconds", "more than 0, at most 86400", 0 < self.seconds <= 86_400),
                ("workers", "1 … 64", 1 <= self.workers <= 64),
                ("seed", "0 … 2147483647", 0 <= self.seed < 2**31),
                ("gap", "0 … 1", 0 <= self.gap <= 1),
            )
            if not good
        ]
        if faults:
            raise InputError(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a search stands."""

    seconds: float
    solutions: int
    objective: float | None
    bound: float | None

    @property
    def gap(self) -> float | None:
        """Relative distance of the best roster from the bound; None before the first roster."""
        return _gap(self.objective, self.bound)


def solve(
    problem: Problem,
    params: SolveParams | None = None,
    progress: Callable[[Progress], None] | None = None,
    *,
    cancelled: Callable[[], bool] | None = None,
) -> RosterResult:
    """Find the cheapest roster that keeps every hard rule.

    Parameters
    ----------
    problem
        What to solve.
    params
        How to search; the defaults if None.
    progress
        Called from a thread of the search at each better roster or bound.
    cancelled
        Asked ten times a second; once it says True the best roster so far is the answer.

    Returns
    -------
    RosterResult
        Verified: the plain checker has found no violation and the objective is its recomputation.

    Raises
    ------
    SolverDisagrees
        The checker refutes the solver's roster.
    """
    params = params or SolveParams()
    began = time.monotonic()
    model = build(problem)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = params.seconds
    solver.parameters.num_workers = params.workers
    solver.parameters.random_seed = params.seed
    solver.parameters.relative_gap_limit = params.gap
    watcher = _Watcher(progress, began)
    solver.best_bound_callback = watcher.on_bound
    with _cancelling(solver, cancelled):
        status = _STATUS[solver.solve(model.cp, watcher)]
    found = status in ("optimal", "feasible")
    roster = model.roster(solver.value) if found else None
    paid: tuple[Penalty, ...] = ()
    objective = bound = None
    if roster is not None:
        paid = _verified(problem, roster, solver.objective_value)
        objective = sum(penalty.cost for penalty in paid)
        bound = min(float(objective), solver.best_objective_bound)
    clash = find_clash(problem, params.seed) if status == "infeasible" else None
    return RosterResult(
        status=status,
        roster=roster,
        objective=objective,
        bound=bound,
        gap=_gap(objective, bound),
        seconds=time.monotonic() - began,
        seed=params.seed,
        workers=params.workers,
        time_limit_s=params.seconds,
        problem_hash=problem.fingerprint,
        versions={"ortools": version("ortools"), "callboard": version("callboard")},
        penalties=paid,
        clash=clash,
    )


def build(problem: Problem) -> RosterModel:
    """State every rule that is not waived, and the objective."""
    model = RosterModel(problem)
    rules: tuple[HardRule | PricedRule, ...] = (*HARD, *PRICED)
    for rule in rules:
        if rule.name not in problem.waived:
            rule.post(model)
    model.cp.minimize(model.objective())
    return model


def _verified(problem: Problem, roster: Roster, claimed: float) -> tuple[Penalty, ...]:
    """Check the roster and price it anew; never trust a model to judge itself."""
    broken = check(problem, roster)
    if broken:
        raise SolverDisagrees(
            "the solver's roster breaks rules: " + "; ".join(v.words for v in broken[:5])
        )
    paid = tuple(penalties(problem, roster))
    objective = sum(penalty.cost for penalty in paid)
    if objective > claimed + 0.5:
        raise SolverDisagrees(f"the roster costs {objective}, the solver claimed {claimed:.0f}")
    return paid


def _gap(objective: float | None, bound: float | None) -> float | None:
    if objective is None or bound is None:
        return None
    return max(0.0, objective - bound) / max(1.0, abs(objective))


class _Watcher(cp_model.CpSolverSolutionCallback):
    """Turns the search's callbacks into progress reports."""

    def __init__(self, report: Callable[[Progress], None] | None, began: float) -> None:
        super().__init__()
        self._report = report
        self._began = began
        self._solutions = 0
        self._objective: float | None = None
        self._bound: float | None = None

    def on_solution_callback(self) -> None:
        """Report a better roster."""
        self._solutions += 1
        self._objective = self.objective_value
        self._bound = self.best_objective_bound
        self._tell()

    def on_bound(self, bound: float) -> None:
        """Report a better bound."""
        self._bound = bound
        self._tell()

    def _tell(self) -> None:
        if self._report is not None:
            self._report(
                Progress(
                    seconds=time.monotonic() - self._began,
                    solutions=self._solutions,
                    objective=self._objective,
                    bound=self._bound,
                )
            )


@contextmanager
def _cancelling(solver: cp_model.CpSolver, cancelled: Callable[[], bool] | None) -> Iterator[None]:
    """Stop the search once ``cancelled`` says so."""
    if cancelled is None:
        yield
        return
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            if cancelled():
                solver.stop_search()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
